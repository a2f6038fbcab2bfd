import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dropOldWorkings } from "#features/retention/mutations.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const DAY_MS = 86_400_000;

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 40 })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
});

afterEach(async () => {
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

test("what nobody asks for any more is dropped, by two at once, and what is needed to go on stays", async () => {
  const events = { old: randomUUID(), oldUnprocessed: randomUUID(), young: randomUUID() };
  const event = { topic: "exchange_created" };
  await ctx.db.dwollaEvent.createMany({
    data: [
      { ...event, id: events.old, createdAt: daysAgo(91), processedAt: daysAgo(91) },
      { ...event, id: events.oldUnprocessed, createdAt: daysAgo(91) },
      { ...event, id: events.young, createdAt: daysAgo(89), processedAt: daysAgo(89) },
    ],
  });
  const catchUps = { old: randomUUID(), newestFinished: randomUUID() };
  await ctx.db.catchUp.createMany({
    data: [
      { id: catchUps.old, state: "finished", startedAt: daysAgo(50), finishedAt: daysAgo(50) },
      { id: catchUps.newestFinished, state: "finished", startedAt: daysAgo(40), finishedAt: daysAgo(40) },
    ],
  });
  await ctx.db.callBudgetUse.createMany({
    data: [
      { minute: daysAgo(31), priority: "sweep", calls: 3 },
      { minute: daysAgo(29), priority: "sweep", calls: 5 },
    ],
  });

  await Promise.all([dropOldWorkings({ ctx }), dropOldWorkings({ ctx })]);
  const kept = await ctx.db.dwollaEvent.findMany({ select: { id: true } });
  expect(kept.map(({ id }) => id).sort()).toEqual([events.oldUnprocessed, events.young].sort());
  expect(await ctx.db.catchUp.findMany({ select: { id: true } })).toEqual([{ id: catchUps.newestFinished }]);
  expect(await ctx.db.callBudgetUse.findMany()).toMatchObject([{ calls: 5 }]);
});

test("the pages of an old sweep go, and those of the newest stay however old they are", async () => {
  await sweepAll({ appUrl: database.appUrl, ctx });
  await sweepAll({ appUrl: database.appUrl, ctx });
  await ctx.db.sweep.updateMany({ data: { finishedAt: daysAgo(31) } });
  const [older, newest] = await ctx.db.sweep.findMany({ orderBy: { startedAt: "asc" } });
  const signals = await ctx.db.signal.count();
  await dropOldWorkings({ ctx });
  expect(await ctx.db.sweepPage.count({ where: { sweepId: older?.id } })).toBe(0);
  expect(await ctx.db.sweepPage.count({ where: { sweepId: newest?.id } })).toBeGreaterThan(0);
  expect(await ctx.db.signal.count()).toBe(signals);
});
