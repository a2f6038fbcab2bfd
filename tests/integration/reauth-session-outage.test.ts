import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { getReauthSession } from "#features/reauth-sessions/data.ts";
import { reapReauthSessionsJob } from "#features/reauth-sessions/jobs.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";
import { systemActor, testContext } from "../support/context.ts";
import { createManualClock, failureOf } from "../support/fault-server.ts";
import { press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

/** An agent whose way to Postgres can be cut, and an exchange whose answer from Dwolla takes a moment. */
async function setUp({ answerAfterMs = 0 } = {}) {
  const proxy = await startTcpProxy(desk.database.appUrl);
  onTestFinished(() => proxy.stop());
  const { clock, advance } = createManualClock();
  const ctx = await desk.signIn({ appUrl: proxy.url, now: clock });
  const { exchangeId, repairCaseId } = await desk.takeExchange();
  if (answerAfterMs > 0) {
    const path = `/exchanges/${exchangeId}/exchange-sessions`;
    await desk.simulator.fault({ path, fault: { kind: "delay", ms: answerAfterMs, afterEffect: true } });
  }
  const worker = async () => {
    const actor = systemActor("reauth_session.reap");
    const { appUrl } = desk.database;
    const system = await testContext({ appUrl, simulatorUrl: desk.simulator.url, actor, now: clock });
    onTestFinished(() => system.close());
    return system;
  };
  const untilAsked = () => vi.waitFor(async () => expect(await desk.posts(exchangeId)).toBe(1));
  return { proxy, clock, advance, ctx, exchangeId, repairCaseId, worker, untilAsked };
}

describe("a database that is away", () => {
  it("keeps a press from reaching Dwolla, and lets the next one through once it is back", async () => {
    const { proxy, ctx, exchangeId } = await setUp();
    proxy.cut();
    const error = await failureOf(createReauthSession({ ctx, input: press(exchangeId) }));
    expect(isDatabaseOutage(error)).toBe(true);
    expect(await desk.posts(exchangeId)).toBe(0);

    proxy.mend();
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ ok: true });
  });

  it("delays the answer until it is on record, when it comes back in time", async () => {
    const { proxy, ctx, exchangeId, untilAsked } = await setUp({ answerAfterMs: 300 });
    const input = press(exchangeId);
    let isAnswered = false;
    const answer = createReauthSession({ ctx, input }).finally(() => {
      isAnswered = true;
    });
    await untilAsked();
    proxy.cut();
    await proxy.refusals(2);
    expect(isAnswered).toBe(false);
    proxy.mend();

    expect(await answer).toMatchObject({ ok: true });
    expect(await desk.auditOf(exchangeId)).toMatchObject([{ outcome: "pending" }, { outcome: "succeeded" }]);
    expect(await desk.posts(exchangeId)).toBe(1);
  });

  it("makes the outcome unknown when it stays away, never a success that is not on record", async () => {
    const { proxy, advance, ctx, exchangeId, untilAsked, worker } = await setUp({ answerAfterMs: 300 });
    const input = press(exchangeId);
    const answer = createReauthSession({ ctx, input });
    await untilAsked();
    proxy.cut();
    await proxy.refusals(2);
    advance(30_000);

    expect(await answer).toEqual({ ok: false, reason: "unknown", sessionId: input.attemptId });

    proxy.mend();
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({ state: "pending" });
    advance(31_000);
    await reapReauthSessionsJob.handler({ ctx: await worker() });
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      { operation_id: input.attemptId, phase: "intent", outcome: "pending", actor_type: "staff" },
      { operation_id: input.attemptId, phase: "outcome", outcome: "unknown", actor_type: "system" },
    ]);
    expect(await createReauthSession({ ctx, input })).toMatchObject({ reason: "unknown" });
    expect(await desk.posts(exchangeId)).toBe(1);
  });
});

describe("a session whose process ended", () => {
  it("is named unknown by one of many workers, with its intent on record", async () => {
    const { clock, advance, ctx, exchangeId, repairCaseId, worker } = await setUp();
    const input = press(exchangeId);
    await leavePending(input.attemptId, {
      exchangeId,
      repairCaseId,
      requestedById: ctx.actor.id,
      requestedAt: clock(),
    });
    const workers = [await worker(), await worker()];

    advance(60_000);
    await reapReauthSessionsJob.handler({ ctx: await worker() });
    expect(await createReauthSession({ ctx, input })).toMatchObject({ reason: "in_flight", by: ctx.actor.name });

    advance(1);
    await Promise.all(workers.map((system) => reapReauthSessionsJob.handler({ ctx: system })));
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({
      state: "unknown",
      failure: { kind: "process_ended" },
    });
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      {
        operation_id: input.attemptId,
        action: "reauth_session.answered",
        phase: "outcome",
        outcome: "unknown",
        actor_type: "system",
        details: { cause: "process ended before the answer was recorded" },
      },
    ]);
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ ok: true });
  });

  it("is put right when the process was only slow, and both are on record", async () => {
    const { advance, ctx, exchangeId, untilAsked, worker } = await setUp({ answerAfterMs: 600 });
    const input = press(exchangeId);
    const answer = createReauthSession({ ctx, input });
    await untilAsked();
    advance(60_001);
    await reapReauthSessionsJob.handler({ ctx: await worker() });
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({ state: "unknown" });

    expect(await answer).toMatchObject({ ok: true });
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({ state: "created", failure: null });
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      { phase: "intent" },
      { phase: "outcome", outcome: "unknown" },
      { phase: "outcome", outcome: "succeeded", details: { late: true } },
    ]);
  });
});

/** What a process leaves behind that is killed while it waits for Dwolla. */
async function leavePending(id: string, row: object): Promise<void> {
  const columns = { id, channel: "web", reason: "The process was killed.", ...row };
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const places = names.map((_, index) => `$${index + 1}`);
  await desk.owner.query(`INSERT INTO "ReauthSession" (${names}) VALUES (${places})`, Object.values(columns));
}
