import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import { findLinks, getConditions, getSimulatedLink } from "#features/break-lab/data.ts";
import {
  breakExchange,
  changeConditions,
  endSession,
  makeCustomer,
  repairExchange,
  sendWebhook,
} from "#features/break-lab/mutations.ts";
import type { ConditionsChange } from "#features/break-lab/schema.ts";
import { checkExchange } from "#features/exchanges/mutations.ts";
import { readLinkTrail } from "#features/happenings/mutations.ts";
import { keepRun } from "#features/recordings/mutations.ts";
import { resultOf, scenarioRuns } from "#features/scenario-runs/data.ts";
import { playScenario } from "#features/scenario-runs/mutations.ts";
import type { Context } from "#platform/context.ts";
import { createTestDatabase } from "../support/database.ts";
import { startScenarioDesk, type TestScenarioDesk } from "../support/scenario-desk.ts";

type Acting = Context<StaffActor>;

let ground: TestScenarioDesk;
let engineer: Acting;
let agent: Acting;

beforeAll(async () => {
  ground = await startScenarioDesk(await createTestDatabase());
  engineer = await ground.desk.staff("engineer");
  agent = await ground.desk.staff("agent");
});

afterAll(() => ground.stop());

const away = (ctx: Acting): Acting => ({
  ...ctx,
  settings: { ...ctx.settings, dwollaApiUrl: "http://127.0.0.1:1" },
});

async function make(partner: "Plaid" | "MX" = "Plaid"): Promise<string> {
  const made = await makeCustomer({ ctx: engineer, input: { partner } });
  if (!made.ok) throw new Error("no customer was made");
  await ground.desk.settle();
  return made.exchangeId;
}

const truthOf = async (exchangeId: string) =>
  (await getSimulatedLink(ground.simulator.url, exchangeId, new Date())).truth;

/** Phase, outcome and what it was about, of the acts of this action about one thing, as they were recorded. */
async function rowsOf(action: string, targetId: string | null = null) {
  return ground.desk.auditor.$queryRaw<{ phase: string; outcome: string }[]>`
    SELECT phase, outcome FROM audit.event
    WHERE action = ${action} AND (${targetId}::text IS NULL OR target_id = ${targetId}) ORDER BY recorded_at, event_id`;
}

const DONE = [
  { phase: "intent", outcome: "pending" },
  { phase: "outcome", outcome: "succeeded" },
];

describe("a press in the lab", () => {
  test("makes a customer whose link the desk knows, and finds it first among all", async () => {
    const made = await makeCustomer({ ctx: engineer, input: { partner: "MX" } });
    expect(made).toMatchObject({ ok: true, isKnown: true });
    const exchangeId = made.ok ? made.exchangeId : "";
    expect(await rowsOf("simulator.customer_made", exchangeId)).toEqual([DONE[1]]);
    const { links } = await findLinks(ground.desk.system.db, ground.simulator.url, { q: "lab", partner: "MX" });
    expect(links[0]).toMatchObject({ exchangeId, isMade: true, condition: "healthy", health: "unknown" });
  });

  test("breaks and repairs a link, each with its intent before and its outcome after", async () => {
    const exchangeId = await make();
    const input = { exchangeId, as: "consent-expired", webhook: true } as const;
    expect(await breakExchange({ ctx: engineer, input })).toEqual({ ok: true });
    expect((await truthOf(exchangeId)).condition).toBe("UpdateCredentials");
    expect(await repairExchange({ ctx: engineer, input: { exchangeId } })).toEqual({ ok: true });
    expect((await truthOf(exchangeId)).condition).toBe("healthy");
    expect(await rowsOf("simulator.exchange_broken", exchangeId)).toEqual(DONE);
    expect(await rowsOf("simulator.exchange_repaired", exchangeId)).toEqual(DONE);
  });

  test("ends a session as the customer would, once", async () => {
    const exchangeId = await make();
    const { sessionId } = await engineer.dwolla.createReauthSession(exchangeId as never, {
      idempotencyKey: randomUUID(),
    });
    const input = { exchangeId, dwollaSessionId: sessionId, as: "other_account" } as const;
    expect(await endSession({ ctx: engineer, input })).toEqual({ ok: true });
    expect((await truthOf(exchangeId)).sessions).toMatchObject([{ state: "completed", account: "different" }]);
    expect(await endSession({ ctx: engineer, input })).toEqual({
      ok: false,
      reason: "refused",
      says: "The session was already completed.",
    });
    expect(await rowsOf("simulator.session_ended", exchangeId)).toEqual([
      ...DONE,
      { phase: "intent", outcome: "pending" },
      { phase: "outcome", outcome: "failed" },
    ]);
  });

  test("sends a webhook that was lost, and says where there is none", async () => {
    const exchangeId = await make();
    const send = () => sendWebhook({ ctx: engineer, input: { exchangeId, times: 2 } });
    expect(await send()).toMatchObject({ ok: false, reason: "refused" });
    await breakExchange({ ctx: engineer, input: { exchangeId, as: "pending-disconnect", webhook: false } });
    expect((await truthOf(exchangeId)).webhooks).toMatchObject([{ isLost: true, attempts: [] }]);
    expect(await send()).toEqual({ ok: true });
    await ground.desk.settle();
    expect((await truthOf(exchangeId)).webhooks[0]?.attempts).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  test("sets each thing that can go wrong for everybody, and clears all at once", async () => {
    const changes: ConditionsChange[] = [
      { set: "outage", as: "hang" },
      { set: "latency", ms: 5 },
      { set: "limit", perSecond: 900 },
      { set: "token_life", seconds: 30 },
      { set: "fault", fault: "reply_lost", call: "create_session", times: 2 },
      { set: "webhooks", mischief: "hold" },
      { set: "partner", partner: "Flinks", as: "deactivated" },
    ];
    for (const input of changes) expect(await changeConditions({ ctx: engineer, input })).toEqual({ ok: true });
    expect(await getConditions(ground.simulator.url)).toMatchObject({
      outage: "hang",
      latencyMs: 5,
      callsPerSecond: 900,
      tokenLifetimeSeconds: 30,
      mischief: { hold: ["*"] },
      faults: [{ method: "POST", path: "/exchanges/*/exchange-sessions", kind: "reset", timesLeft: 2 }],
      partners: [{ partner: "Flinks", as: "deactivated" }],
    });
    expect(await changeConditions({ ctx: engineer, input: { set: "nothing" } })).toEqual({ ok: true });
    expect(await getConditions(ground.simulator.url)).toMatchObject({
      outage: "none",
      latencyMs: 0,
      callsPerSecond: null,
      tokenLifetimeSeconds: 3_600,
      mischief: { hold: [] },
      faults: [],
      partners: [],
    });
    expect(await rowsOf("simulator.conditions_changed")).toEqual([...changes, "nothing"].flatMap(() => DONE));
  });

  test("of a role that may not is refused before the simulator hears of it", async () => {
    const exchangeId = await make();
    const presses = [
      () => breakExchange({ ctx: agent, input: { exchangeId, as: "removed", webhook: true } }),
      () => repairExchange({ ctx: agent, input: { exchangeId } }),
      () => endSession({ ctx: agent, input: { exchangeId, dwollaSessionId: randomUUID(), as: "abandoned" } }),
      () => sendWebhook({ ctx: agent, input: { exchangeId, times: 1 } }),
      () => changeConditions({ ctx: agent, input: { set: "outage", as: "down" } }),
      () => makeCustomer({ ctx: agent, input: { partner: "Plaid" } }),
      () => keepRun({ ctx: { ...agent, auditor: ground.desk.auditor }, input: keepInput(exchangeId) }),
      () => playScenario({ ctx: { ...agent, auditor: ground.desk.auditor }, input: { name: "lost-webhook" } }),
    ];
    for (const press of presses) await expect(press()).rejects.toBeInstanceOf(ForbiddenError);
    expect((await truthOf(exchangeId)).condition).toBe("healthy");
    expect((await getConditions(ground.simulator.url)).outage).toBe("none");
  });

  test("is told as unknown on record where the simulator is away", async () => {
    const exchangeId = randomUUID();
    const lost = { ok: false, reason: "unreachable", says: null };
    expect(await repairExchange({ ctx: away(engineer), input: { exchangeId } })).toEqual(lost);
    expect(await rowsOf("simulator.exchange_repaired", exchangeId)).toEqual([
      DONE[0],
      { phase: "outcome", outcome: "unknown" },
    ]);
    expect(await makeCustomer({ ctx: away(engineer), input: { partner: "MX" } })).toEqual(lost);
  });
});

const keepInput = (exchangeId: string, since = new Date()) => ({
  exchangeId,
  since: since.toISOString(),
  name: "lost-webhook",
  isWritten: false,
});

test("a run is told as a scenario that says what was done, and no file that is there is written over", async () => {
  const ctx = { ...engineer, auditor: ground.desk.auditor };
  const exchangeId = await make();
  const since = new Date();
  await breakExchange({ ctx: engineer, input: { exchangeId, as: "UpdateCredentials", webhook: true } });
  await checkExchange({ ctx: engineer, input: { exchangeId: exchangeId as never } });
  const shown = await keepRun({ ctx, input: keepInput(exchangeId, since) });
  const file = shown.ok ? JSON.parse(shown.file) : null;
  expect(file.steps.slice(-2).map(({ act }: { act: object }) => act)).toMatchObject([
    { do: "break", as: "UpdateCredentials" },
    { do: "check", by: "engineer" },
  ]);
  expect(shown.ok && shown.file).not.toContain(exchangeId);
  const written = await keepRun({ ctx, input: { ...keepInput(exchangeId, since), isWritten: true } });
  expect(written).toEqual({ ok: false, reason: "refused", says: "There is a scenario of this name already." });
  expect((await rowsOf("simulator.scenario_kept", exchangeId)).map(({ outcome }) => outcome)).toEqual([
    "pending",
    "succeeded",
    "pending",
    "failed",
  ]);
});

test("a run is not kept where nothing happened, nobody answers or the desk itself fails, and each says which it was", async () => {
  const ctx = { ...engineer, auditor: ground.desk.auditor };
  const input = keepInput(await make());
  const says = "This run cannot be told as a scenario: nothing that one can say has happened.";
  expect(await keepRun({ ctx, input })).toEqual({ ok: false, reason: "refused", says });
  expect(await keepRun({ ctx: { ...ctx, ...away(engineer) }, input })).toMatchObject({ reason: "unreachable" });
  const noTrail = { ...ctx, auditor: undefined as never };
  await expect(keepRun({ ctx: noTrail, input })).rejects.toThrow(TypeError);
  expect(await rowsOf("simulator.scenario_kept", input.exchangeId)).toMatchObject([
    { phase: "intent" },
    { outcome: "failed" },
    { phase: "intent" },
    { outcome: "unknown" },
    { phase: "intent" },
    { outcome: "unknown" },
  ]);
});

test("a run of which the simulator has dropped calls is refused, and told why; a later one is kept", async () => {
  const ctx = { ...engineer, auditor: ground.desk.auditor };
  const exchangeId = await make();
  const check = () => checkExchange({ ctx: engineer, input: { exchangeId: exchangeId as never } });
  const since = new Date();
  await check();
  await ground.simulator.clearRequests();
  const refused = await keepRun({ ctx, input: keepInput(exchangeId, since) });
  expect(refused).toMatchObject({ ok: false, reason: "refused", says: expect.stringContaining("dropped calls") });
  await pause(5);
  const later = new Date();
  await check();
  expect(await keepRun({ ctx, input: keepInput(exchangeId, later) })).toMatchObject({ ok: true });
});

test("a scenario is played step by step, one at a time, and what came of it is on record", async () => {
  const ctx = { ...engineer, auditor: ground.desk.auditor };
  const play = (name: string) => playScenario({ ctx, input: { name } });
  expect(await play("no-such-scenario")).toEqual({ ok: false, reason: "no_such_scenario" });
  const begun = await play("lost-webhook");
  expect(await play("mx-address")).toEqual({ ok: false, reason: "another_under_way" });
  let isOver = false;
  const ended = begun.ok ? begun.ended.finally(() => (isOver = true)) : null;
  while (ended && !isOver) await Promise.all([ground.desk.settle(), pause(5)]);
  await ended;
  const run = scenarioRuns().get("lost-webhook");
  expect(run?.steps.flatMap(({ differences }) => differences)).toEqual([]);
  expect(run && resultOf(run)).toBe("passed");
  expect(await rowsOf("simulator.scenario_played", "lost-webhook")).toEqual(DONE);
  expect(await rowsOf("simulator.scenario_played", "no-such-scenario")).toEqual([
    { phase: "single", outcome: "denied" },
  ]);
});

test("a page that keeps itself current has looked at the trail once", async () => {
  const exchangeId = await make();
  const ctx = { ...engineer, auditor: ground.desk.auditor };
  const look = () => readLinkTrail(ctx, { exchangeId, sessionIds: [], since: new Date(0) });
  const first = await look();
  expect(await look()).toEqual(first);
  expect(first.map(({ action, outcome, by }) => `${action} ${outcome} by ${by}`)).toContain(
    `simulator.customer_made succeeded by ${engineer.actor.name}`,
  );
  expect(await rowsOf("audit.viewed", exchangeId)).toEqual([{ phase: "single", outcome: "succeeded" }]);
});
