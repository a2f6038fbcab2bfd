import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SweepPage, takePage } from "#features/sweep-pages/data.ts";
import { recordDetailPage, recordListPage } from "#features/sweep-pages/mutations.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { keepSweeping, startSweep } from "#features/sweeps/mutations.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 260;

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

describe("a plan that is lost in a crash of the database while a page is under way", () => {
  test("of the list: the page ends no sweep, which is given up by its name", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    const page = await take(sweepId);
    await ctx.db.sweepPlan.deleteMany();
    await recordList(page);
    await expectGivenUp(sweepId);
  });

  test("of details: the page ends no sweep, which is given up by its name", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "full" } });
    const page = await readList(sweepId);
    await ctx.db.sweepPlan.deleteMany();
    const nothing = { accounts: [], customers: [], partners: [], partnerNames: new Map(), balances: [] };
    const reading = { ...nothing, readAt: ctx.now(), customersSkipped: 0 };
    await ctx.db.$transaction((tx) => recordDetailPage(tx, ctx, page, reading));
    await expectGivenUp(sweepId);
  });
});

test("the details begin with whom something happened to, then whoever was confirmed longest ago; who has no link comes last", async () => {
  await sweepAll({ appUrl: database.appUrl, ctx });
  await sweepAll({ appUrl: database.appUrl, ctx });
  const [left] = await ctx.db.sweepCoverage.findMany({ orderBy: { pageNumber: "desc" } });
  if (!left) throw new Error("the second sweep confirmed nothing");
  // As if it had been cut off before this page.
  await ctx.db.sweepCoverage.deleteMany({ where: { sweepId: left.sweepId, pageNumber: left.pageNumber } });
  const { sweepId } = await startSweep({ ctx, input: { mode: "full" } });
  await readList(sweepId);
  const order = await plannedCustomers(sweepId);
  const placeOf = (ids: readonly string[]) => ids.map((id) => order.indexOf(id));

  const touched = [...(await customersWith({ closedAt: null })), ...(await customersWithEvents())];
  const unlinked = (
    await ctx.db.customer.findMany({ where: { exchanges: { none: { health: { not: "removed" } } } } })
  ).map(({ id }) => id);
  const longest = (await ctx.db.exchange.findMany({ where: { health: "healthy", id: { in: left.exchangeIds } } }))
    .map(({ customerId }) => customerId)
    .filter((id) => !touched.includes(id));
  const confirmed = (await ctx.db.exchange.findMany({ where: { health: "healthy", id: { notIn: left.exchangeIds } } }))
    .map(({ customerId }) => customerId)
    .filter((id) => !touched.includes(id) && !longest.includes(id));
  const rest = unlinked.filter((id) => !touched.includes(id));
  for (const group of [touched, longest, confirmed, rest]) expect(group.length).toBeGreaterThan(0);
  expect(Math.max(...placeOf(touched))).toBeLessThan(Math.min(...placeOf(longest)));
  expect(Math.max(...placeOf(longest))).toBeLessThan(Math.min(...placeOf(confirmed)));
  expect(Math.max(...placeOf(confirmed))).toBeLessThan(Math.min(...placeOf(rest)));
});

async function take(sweepId: string): Promise<SweepPage> {
  const page = await takePage(ctx.db, { sweepId, lane: "a" });
  if (!page) throw new Error("there is no page to read");
  return page;
}

/** Reads the whole list. Gives the first page of details. */
async function readList(sweepId: string): Promise<SweepPage> {
  for (;;) {
    const page = await take(sweepId);
    if (page.phase === "detail") return page;
    await recordList(page);
  }
}

async function recordList(page: SweepPage): Promise<void> {
  const answer = await ctx.dwolla.listCustomers({ limit: 200, offset: page.offset });
  const reading = { readAt: ctx.now(), isTorn: false, ...answer };
  await ctx.db.$transaction((tx) => recordListPage(tx, ctx, page, reading));
}

async function expectGivenUp(sweepId: string): Promise<void> {
  expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "running" });
  await keepSweeping({ ctx });
  expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "failed", failure: "plan_lost" });
}

async function plannedCustomers(sweepId: string): Promise<string[]> {
  const where = { sweepId, phase: "detail" } as const;
  const pages = await ctx.db.sweepPlan.findMany({ where, orderBy: { pageNumber: "asc" } });
  return pages.flatMap(({ customerIds }) => customerIds);
}

async function customersWith(where: { closedAt: null }): Promise<string[]> {
  return (await ctx.db.repairCase.findMany({ where })).map(({ customerId }) => customerId);
}

async function customersWithEvents(): Promise<string[]> {
  const events = await ctx.db.dwollaEvent.findMany({ where: { customerId: { not: null } } });
  return events.flatMap(({ customerId }) => customerId ?? []);
}
