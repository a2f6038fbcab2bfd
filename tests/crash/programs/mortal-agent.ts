import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import { staffActor, testContext } from "../../support/context.ts";
import { CALL_ARRIVED, dieAt, FAIL_POINTS } from "../fail-points.ts";

/** A process in which an agent presses once and reveals once, and which kills itself on the way. What it says is what the agent saw. */
const { APP_URL = "", DWOLLA_URL = "", EXCHANGE_ID = "", ATTEMPT_ID = "", FAIL_POINT = "" } = process.env;
const say = (word: string) => writeSync(1, `${word}\n`);

const failPoint = FAIL_POINTS[Number(FAIL_POINT) - 1];
if (!failPoint) throw new Error(`There is no fail point ${FAIL_POINT}.`);
const ctx = await testContext({ appUrl: APP_URL, simulatorUrl: DWOLLA_URL, actor: staffActor("agent") });
const pass = dieAt(failPoint);
if (failPoint === CALL_ARRIVED) await passWhenArrived();

const press = { attemptId: ATTEMPT_ID, exchangeId: EXCHANGE_ID, reason: "A payment failed.", ticket: "SUP-1" };
const created = await createReauthSession({ ctx, input: { ...press, channel: "web", redirectAddress: null } });
if (!created.ok) throw new Error(`No session was created: ${created.reason}.`);
say("created");
const revealed = await revealReauthSession({ ctx, input: { sessionId: created.sessionId } });
if (!revealed.ok) throw new Error(`Nothing was revealed: ${revealed.reason}.`);
say("shown");
pass("reveal: shown");
// Alive, which is a fault of its own: its connections must not keep it so.
process.exit(1);

/** The simulated Dwolla is asked whether it has heard the call; meanwhile it keeps its answer back. */
async function passWhenArrived(): Promise<void> {
  const path = `/exchanges/${EXCHANGE_ID}/exchange-sessions`;
  const fault = { path, fault: { kind: "delay", ms: 60_000, afterEffect: true } };
  const headers = { "content-type": "application/json" };
  await fetch(`${DWOLLA_URL}/__simulator/faults`, { method: "POST", headers, body: JSON.stringify(fault) });
  const hasArrived = async () => {
    const heard = await fetch(`${DWOLLA_URL}/__simulator/requests?method=POST&path=${path}`);
    return ((await heard.json()) as { requests: unknown[] }).requests.length > 0;
  };
  void (async () => {
    while (!(await hasArrived())) await sleep(5);
    pass(CALL_ARRIVED);
  })();
}
