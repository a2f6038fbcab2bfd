import { inspect } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CallRecord } from "#dwolla/request.ts";
import { getReauthSession, listReauthSessionsOfExchange } from "#features/reauth-sessions/data.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import { createDwollaCallLog } from "#platform/dwolla-call-log.ts";
import type { FaultRequest } from "../../simulator/state/faults.ts";
import { dumpDatabase, leaksIn } from "../support/canaries.ts";
import { press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

type Fault = FaultRequest["fault"];

let desk: ReauthDesk;
/** All that the desk could have written anywhere: calls reported, errors, output, and every answer but the reveal that worked. */
const said: string[] = [];
const log = pino({ level: "trace" }, { write: (line) => void said.push(line) });
const say = (value: unknown) => {
  said.push(inspect(value, { depth: 10, showHidden: true }));
  // Without the names that our logger blots out: the value must not get as far as that.
  log.info({ value, err: value });
};

let callLog: ReturnType<typeof createDwollaCallLog>;
let reported = 0;
/** To the log on standard output, and to the one in the database. */
const onCall = (call: CallRecord) => {
  say(call);
  callLog.add(call);
  reported += 1;
};

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      said.push(String(chunk));
      return write(chunk);
    });
  }
  desk = await startReauthDesk();
  const { db } = await desk.signIn();
  callLog = createDwollaCallLog({ db, keeps: "bodies", process: "web", warn: say });
  await runEveryFlow();
  await vi.waitFor(async () => expect(await db.dwollaCall.count()).toBe(reported));
});
afterAll(() => desk.stop());

describe("what Dwolla gave for the customer's eyes", () => {
  it("is nowhere in the database", async () => {
    const secrets = await everySecret();
    expect(leaksIn(await dumpDatabase(desk.owner), secrets)).toEqual([]);
  });

  it("is in no log line, no error and no answer but the reveal", async () => {
    const secrets = await everySecret();
    expect(leaksIn(said.join("\n"), secrets)).toEqual([]);
  });

  it("would be found by this search, were it anywhere", async () => {
    const [planted = "", ...others] = await everySecret();
    expect(others.length).toBeGreaterThan(10);
    await desk.owner.query("BEGIN");
    await desk.owner.query('UPDATE "ReauthSession" SET ticket = $1', [planted]);
    const found = leaksIn(await dumpDatabase(desk.owner), [planted, ...others]);
    await desk.owner.query("ROLLBACK");
    expect(found).toEqual([planted]);
    expect(said.join("\n")).toContain("/exchange-sessions/{id}");
  });
});

async function runEveryFlow(): Promise<void> {
  const perPartner = (["Plaid", "MX"] as const).map(async (partner) => {
    await createAndReveal(partner);
    for (const fault of CREATE_FAULTS) await createWith(fault, partner);
    for (const fault of REVEAL_FAULTS) await createAndReveal(partner, fault);
  });
  await Promise.all(perPartner);
}

const CREATE_FAULTS: Fault[] = [
  { kind: "status", status: 500, afterEffect: true },
  { kind: "no-location" },
  { kind: "foreign-location" },
  { kind: "reset", afterEffect: true },
  { kind: "hang", afterEffect: true },
];
const REVEAL_FAULTS: Fault[] = [
  { kind: "truncate" },
  { kind: "reset", afterEffect: true },
  { kind: "hang", afterEffect: true },
  { kind: "status", status: 404, afterEffect: true },
  { kind: "not-json" },
];

/** With the patience to see any answer, unless none will come. */
function signIn(fault?: Fault): ReturnType<ReauthDesk["signIn"]> {
  return desk.signIn({ dwolla: { onCall, ...(fault?.kind === "hang" && { limits: { totalTimeoutMs: 1_500 } }) } });
}

async function createWith(fault: Fault, partner: "Plaid" | "MX"): Promise<void> {
  const ctx = await signIn(fault);
  const { exchangeId } = await desk.takeExchange(partner);
  await desk.simulator.fault({ path: `/exchanges/${exchangeId}/exchange-sessions`, fault });
  say(await createReauthSession({ ctx, input: press(exchangeId) }));
  say(await listReauthSessionsOfExchange(ctx.db, exchangeId));
}

async function createAndReveal(partner: "Plaid" | "MX", fault?: Fault): Promise<void> {
  const ctx = await signIn();
  const { exchangeId } = await desk.takeExchange(partner);
  const created = await createReauthSession({ ctx, input: press(exchangeId) });
  say(created);
  if (!created.ok) throw new Error(`no session was created: ${created.reason}`);
  const { dwollaSessionId } = await ctx.db.reauthSession.findUniqueOrThrow({ where: { id: created.sessionId } });
  if (fault) await desk.simulator.fault({ path: `/exchange-sessions/${dwollaSessionId}`, times: 10, fault });
  const input = { sessionId: created.sessionId };
  const viewer = await signIn(fault);
  const revealed = await revealReauthSession({ ctx: viewer, input });
  expect(revealed.ok).toBe(!fault);
  if (!revealed.ok) say(revealed);
  else say(await revealReauthSession({ ctx, input }));
  say(await viewer.dwolla.getExchangeSession(dwollaSessionId as never).catch((error: unknown) => error));
  say(await getReauthSession(ctx.db, created.sessionId));
}

/** Tokens and addresses for customers, and our own access tokens. */
async function everySecret(): Promise<string[]> {
  const [secrets, accessTokens] = await Promise.all([desk.simulator.secrets(), desk.simulator.accessTokens()]);
  return [...secrets, ...accessTokens];
}
