import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takePage } from "#features/sweep-pages/data.ts";
import { recordListPage } from "#features/sweep-pages/mutations.ts";
import { DETAIL_PAGE_SIZE, LANES } from "#features/sweep-pages/schema.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { startSweep } from "#features/sweeps/mutations.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 450;

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: CUSTOMERS })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
});

afterAll(async () => {
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

// One world, swept again and again: the order of these tests is part of them.
describe("a sweep", () => {
  test("leaves nothing to tell of before the first", async () => {
    expect(await getLatestSweep(ctx.db)).toBeNull();
  });

  test("opens exactly the cases that are true, with their causes", async () => {
    const sweepId = await sweepAll({ appUrl: database.appUrl, ctx });
    const broken = (await simulator.truth()).broken;
    expect(broken.length).toBeGreaterThan(5);
    expect(new Set(broken.map(({ cause }) => cause)).size).toBe(2);
    expect(await openCases()).toEqual(await trueCases());
    expect(await getLatestSweep(ctx.db)).toMatchObject({
      id: sweepId,
      state: "finished",
      phase: "detail",
      pagesDone: 9,
      pagesTotal: 9,
      customersRead: CUSTOMERS,
      customersSkipped: 0,
      exchangesRead: await ctx.db.exchange.count(),
      balancesChecked: (await requestsFor("/balance")).length,
      brokenFound: broken.length,
      failure: null,
    });
  });

  test("links a funding source only by Dwolla's word, or where there is one live exchange", async () => {
    const live = await ctx.db.exchange.groupBy({
      by: ["customerId"],
      where: { status: { not: "removed" } },
      _count: true,
    });
    const withSeveral = live.filter(({ _count }) => _count > 1).map(({ customerId }) => customerId);
    const links = await ctx.db.fundingSource.groupBy({
      by: ["exchangeLink"],
      where: { customerId: { in: withSeveral } },
      _count: true,
    });
    expect(links.map(({ exchangeLink }) => exchangeLink)).toContain("about_link");
    expect(links.map(({ exchangeLink }) => exchangeLink)).not.toContain("only_exchange");
    expect(await ctx.db.fundingSource.count({ where: { exchangeLink: "only_exchange" } })).toBeGreaterThan(100);
  });

  test("calls an exchange healthy only on an answer through a funding source that is known to be its own", async () => {
    const healthy = await ctx.db.exchange.findMany({ where: { health: "healthy" }, include: { fundingSources: true } });
    expect(healthy.length).toBeGreaterThan(100);
    for (const { id, fundingSources } of healthy) {
      const answers = await ctx.db.signal.findMany({ where: { exchangeId: id, value: "answered" } });
      const sources = answers.map(({ fundingSourceId }) => fundingSourceId);
      expect(fundingSources.map(({ id: sourceId }) => sourceId)).toEqual(expect.arrayContaining(sources));
      expect(sources.length).toBeGreaterThan(0);
    }
  });

  test("writes no row a second time when nothing changed", async () => {
    const before = await rowVersions();
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await rowVersions()).toEqual(before);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersRead: CUSTOMERS });
  });

  test("checks the balance of suspected exchanges only, when asked to", async () => {
    await simulator.clearRequests();
    const careful = { ...ctx, settings: { ...ctx.settings, sweepBalanceChecks: "suspected" as const } };
    await sweepAll({ appUrl: database.appUrl, ctx: careful });
    const checked = (await requestsFor("/balance")).map(({ path }) => path.split("/")[2] ?? "");
    const healthy = await ctx.db.fundingSource.count({
      where: { id: { in: checked }, exchange: { health: "healthy" } },
    });
    const broken = await ctx.db.fundingSource.count({ where: { id: { in: checked }, exchange: { health: "broken" } } });
    expect(broken).toBeGreaterThan(5);
    expect(healthy).toBe(0);
    expect(await openCases()).toEqual(await trueCases());
  });

  test("goes on at the pages where it was cut off, and repeats no other", async () => {
    await simulator.clearRequests();
    let calls = 0;
    const crashing: TestContext = {
      ...ctx,
      dwolla: {
        ...ctx.dwolla,
        listExchangesOfCustomer: (...call) => {
          calls += 1;
          if (calls > CUSTOMERS / 2) throw new Error("the process ended here");
          return ctx.dwolla.listExchangesOfCustomer(...call);
        },
      },
    };
    const sweepId = await sweepAll({ appUrl: database.appUrl, ctx: crashing });
    const cutOff = await getLatestSweep(ctx.db);
    expect(cutOff).toMatchObject({ id: sweepId, state: "running", phase: "detail", pagesTotal: 9 });
    expect(cutOff?.pagesDone).toBeGreaterThan(0);
    expect(cutOff?.pagesDone).toBeLessThan(6);
    await makeJobsDue();
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "finished", pagesDone: 9 });
    const pages = (await requestsFor("/customers?limit=200")).map(({ path }) => path.split("offset=")[1]);
    expect(pages.sort()).toEqual(["0", "200", "400"]);
    const customers = (await requestsFor("/exchanges")).map(({ path }) => path);
    expect(new Set(customers).size).toBe(CUSTOMERS);
    expect(customers.length - CUSTOMERS).toBeLessThanOrEqual(LANES.length * DETAIL_PAGE_SIZE);
    expect(await openCases()).toEqual(await trueCases());
  });

  test("stores a page once when two lanes read it", async () => {
    const { sweepId } = await startSweep({ ctx, input: { mode: "list" } });
    const page = await takePage(ctx.db, { sweepId, lane: "a" });
    const answer = await ctx.dwolla.listCustomers({ limit: 200, offset: 0 });
    const reading = { readAt: ctx.now(), isTorn: false, ...answer };
    if (!page) throw new Error("there is no page to read");
    const record = () => ctx.db.$transaction((tx) => recordListPage(tx, ctx, page, reading));
    await Promise.all([record(), record()]);
    expect(await ctx.db.sweepPage.count({ where: { sweepId } })).toBe(1);
    expect(await ctx.db.sweepPlan.count({ where: { sweepId } })).toBe(3);
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "finished", customersRead: CUSTOMERS });
  });

  test("follows what breaks and what heals", async () => {
    const [healed] = (await simulator.truth()).broken;
    const fresh = await ctx.db.exchange.findFirstOrThrow({ where: { health: "healthy", partner: { name: "Plaid" } } });
    await simulator.repair(healed?.exchangeId ?? "");
    await simulator.break(fresh.id, "deactivated");
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await openCases()).toContain(`${fresh.id} deactivated`);
    expect(await openCases()).toEqual(await trueCases());
  });
});

async function openCases(): Promise<string[]> {
  const cases = await ctx.db.repairCase.findMany({ where: { closedAt: null } });
  return cases.map(({ exchangeId, cause }) => `${exchangeId} ${cause}`).sort();
}

async function trueCases(): Promise<string[]> {
  return (await simulator.truth()).broken.map(({ exchangeId, cause }) => `${exchangeId} ${cause}`).sort();
}

/** The transaction that wrote each row last. */
async function rowVersions(): Promise<unknown> {
  return ctx.db.$queryRaw`
    SELECT 'customer' AS of, id, xmin::text FROM "Customer" UNION ALL
    SELECT 'partner', id, xmin::text FROM "ExchangePartner" UNION ALL
    SELECT 'exchange', id, xmin::text FROM "Exchange" UNION ALL
    SELECT 'funding source', id, xmin::text FROM "FundingSource" UNION ALL
    SELECT 'signal', id, xmin::text FROM "Signal" UNION ALL
    SELECT 'case', id, xmin::text FROM "RepairCase" ORDER BY 1, 2`;
}

function requestsFor(path: string) {
  return simulator.requests({ path, method: "GET" });
}

/** A job that failed waits for its next attempt. */
async function makeJobsDue(): Promise<void> {
  await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
}
