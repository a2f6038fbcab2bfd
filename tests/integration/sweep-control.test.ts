import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROLES } from "#domain/permissions.ts";
import { DETAIL_PAGE_SIZE } from "#features/sweep-pages/schema.ts";
import { countSweepCalls, getLatestSweep, getSweepStanding } from "#features/sweeps/data.ts";
import { cancelSweep, keepSweeping, pauseSweep, resumeSweep, startSweep } from "#features/sweeps/mutations.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import type { Context } from "#platform/context.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 400;
const PAGES = CUSTOMERS / DETAIL_PAGE_SIZE;
const NOT_IN_THAT_STATE = { ok: false, reason: "not_in_that_state" };

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: CUSTOMERS })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
});

afterEach(async () => {
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

/** Runs a full sweep until so many customers' links were asked for, and does then what is given, while pages are under way. */
async function sweepUntil(customers: number, act: (sweepId: string) => Promise<unknown>): Promise<string> {
  const { sweepId } = await startSweep({ ctx, input: { mode: "full" } });
  let asked = 0;
  const watched: Context = {
    ...ctx,
    dwolla: {
      ...ctx.dwolla,
      listExchangesOfCustomer: async (...call) => {
        asked += 1;
        if (asked === customers) await act(sweepId);
        return ctx.dwolla.listExchangesOfCustomer(...call);
      },
    },
  };
  await runJobs({ appUrl: database.appUrl, ctx: watched });
  return sweepId;
}

describe("a paused sweep", () => {
  test("finishes the pages under way, reads nothing while paused, and after resuming each other customer once", async () => {
    const sweepId = await sweepUntil(120, (id) => pauseSweep({ ctx, input: { sweepId: id } }));
    const paused = await getLatestSweep(ctx.db);
    expect(paused).toMatchObject({ id: sweepId, state: "paused", finishedAt: null });
    expect(paused?.pagesDone).toBeGreaterThan(0);
    expect(paused?.pagesDone).toBeLessThan(PAGES);

    const askedBefore = await customersAsked();
    await simulator.clearRequests();
    await keepSweeping({ ctx });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await simulator.requests()).toEqual([]);
    expect(await getLatestSweep(ctx.db)).toEqual(paused);

    expect(await resumeSweep({ ctx, input: { sweepId } })).toEqual({ ok: true });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "finished", pagesDone: PAGES });
    const asked = [...askedBefore, ...(await customersAsked())];
    expect(asked).toHaveLength(CUSTOMERS);
    expect(new Set(asked).size).toBe(CUSTOMERS);
    expect(await openCases()).toEqual(await trueCases());
  });

  test("keeps every other sweep from beginning, by a press or by the clock", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    await pauseSweep({ ctx, input: { sweepId } });
    expect(await startSweep({ ctx, input: { mode: "full" } })).toEqual({
      sweepId,
      isNew: false,
      mode: "list",
      state: "paused",
    });
    await keepSweeping({ ctx: { ...ctx, now: () => new Date(Date.now() + 86_400_000) } });
    expect(await ctx.db.sweep.count()).toBe(1);
  });

  test("is paused and resumed once, however many press, and every press is on record", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    const input = { sweepId };
    const paused = await Promise.all([pauseSweep({ ctx, input }), pauseSweep({ ctx, input })]);
    expect(paused).toEqual(expect.arrayContaining([{ ok: true }, NOT_IN_THAT_STATE]));
    const resumed = await Promise.all([resumeSweep({ ctx, input }), resumeSweep({ ctx, input })]);
    expect(resumed).toEqual(expect.arrayContaining([{ ok: true }, NOT_IN_THAT_STATE]));
    for (const action of ["sweep.paused", "sweep.resumed"]) {
      const rows = await auditRows(database.auditorUrl, { action });
      expect(rows.map(({ outcome }) => outcome)).toEqual(["succeeded", "denied"]);
      expect(rows.map(({ target_id }) => target_id)).toEqual([sweepId, sweepId]);
    }
  });
});

describe("a cancelled sweep", () => {
  test("leaves the cases and confirmations it has found, reads no further, and frees the way for another", async () => {
    const sweepId = await sweepUntil(330, (id) => cancelSweep({ ctx, input: { sweepId: id } }));
    const found = await openCases();
    expect(found.length).toBeGreaterThan(0);
    expect(await trueCases()).toEqual(expect.arrayContaining(found));
    expect(await ctx.db.sweepCoverage.count({ where: { sweepId } })).toBeGreaterThan(0);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "cancelled", finishedAt: expect.any(String) });

    await simulator.clearRequests();
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await simulator.requests()).toEqual([]);
    expect(await openCases()).toEqual(found);
    expect(await resumeSweep({ ctx, input: { sweepId } })).toEqual(NOT_IN_THAT_STATE);

    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await openCases()).toEqual(await trueCases());
  });

  test("ends as cancelled though pages are under way, which then change nothing", async () => {
    const sweepId = await sweepUntil(1, (id) => cancelSweep({ ctx, input: { sweepId: id } }));
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "cancelled" });
    expect(await ctx.db.exchange.count()).toBe(0);
    expect(await ctx.db.sweepPlan.count()).toBe(0);
  });

  test("can be cancelled while it is paused, and not once it has finished", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    await pauseSweep({ ctx, input: { sweepId } });
    expect(await cancelSweep({ ctx, input: { sweepId } })).toEqual({ ok: true });
    const finished = await sweepAll({ appUrl: database.appUrl, ctx, mode: "list" });
    expect(await cancelSweep({ ctx, input: { sweepId: finished } })).toEqual(NOT_IN_THAT_STATE);
  });
});

describe("who operates sweeps", () => {
  const others = ROLES.filter((role) => role !== "engineer");

  test.each(others)("a %s may not pause, resume or cancel one, and it goes on", async (role) => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    const refused = await staffContext(role);
    for (const act of [pauseSweep, resumeSweep, cancelSweep]) {
      await expect(act({ ctx: refused, input: { sweepId } })).rejects.toMatchObject({ code: "forbidden" });
    }
    await refused.close();
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "running" });
  });

  test("two engineers who press at once get one sweep; it keeps whose it is, and the other is told which it is", async () => {
    const [one, two] = await Promise.all([staffContext("engineer"), staffContext("engineer")]);
    const presses = await Promise.all([
      startSweep({ ctx: one, input: { mode: "full" } }),
      startSweep({ ctx: two, input: { mode: "list" } }),
    ]);
    const [won, lost] = presses.toSorted((a, b) => Number(b.isNew) - Number(a.isNew));
    expect(lost).toEqual({ ...won, isNew: false });
    expect(await ctx.db.sweep.count()).toBe(1);
    const winner = presses[0].isNew ? one : two;
    expect(await getSweepStanding(ctx.db)).toMatchObject({
      sweep: { id: won?.sweepId, mode: presses[0].isNew ? "full" : "list" },
      requestedBy: winner.actor.name,
    });
    const loser = presses[0].isNew ? two : one;
    expect(await auditRows(database.auditorUrl, { action: "sweep.requested" })).toMatchObject([
      { outcome: "succeeded", actor_id: winner.actor.id, target_id: won?.sweepId },
      { outcome: "denied", actor_id: loser.actor.id, target_id: won?.sweepId, details: { refusedBy: "already_live" } },
    ]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe("what a sweep costs", () => {
  test.each(["list", "exchanges"] as SweepMode[])(
    "is what is told for %s, to the call, once all is known",
    async (mode) => {
      await sweepAll({ appUrl: database.appUrl, ctx });
      await simulator.clearRequests();
      await sweepAll({ appUrl: database.appUrl, ctx, mode });
      const calls = (await simulator.requests({ method: "GET" })).filter(({ path }) => !path.startsWith("/token"));
      expect(calls).toHaveLength(countSweepCalls(CUSTOMERS)[mode]);
    },
  );

  test("is told for every mode before the first, as soon as customers are known", async () => {
    expect(await getSweepStanding(ctx.db)).toEqual({
      sweep: null,
      requestedBy: null,
      callsUsed: 0,
      callsLeft: null,
      calls: null,
    });
    await sweepAll({ appUrl: database.appUrl, ctx, mode: "list" });
    expect(await getSweepStanding(ctx.db)).toMatchObject({
      calls: { list: 2, exchanges: 402, full: 802 },
      callsLeft: 0,
    });
  });
});

function staffContext(role: (typeof ROLES)[number]) {
  return testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor: staffActor(role) });
}

async function customersAsked(): Promise<string[]> {
  const requests = await simulator.requests({ path: "/exchanges", method: "GET" });
  return requests.map(({ path }) => path.split("/")[2] ?? "");
}

async function openCases(): Promise<string[]> {
  const cases = await ctx.db.repairCase.findMany({ where: { closedAt: null } });
  return cases.map(({ exchangeId }) => exchangeId).sort();
}

async function trueCases(): Promise<string[]> {
  return (await simulator.truth()).broken.map(({ exchangeId }) => exchangeId).sort();
}
