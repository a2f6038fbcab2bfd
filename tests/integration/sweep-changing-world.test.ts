import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listPageSize } from "#features/sweep-pages/schema.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 450;
const PAGE = 200;
const LARGE = 5_300;

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

describe("while the list is read", () => {
  test("a customer who goes moves others to pages that were read already, and none of them is lost", async () => {
    const before = await listIds();
    const [gone, ...others] = before;
    await sweep({ afterListPage: once(() => simulator.removeCustomer(gone ?? "")) });
    const known = await knownIds();
    expect(others.filter((id) => !known.has(id))).toEqual([]);
    expect(await openCases()).toEqual(await trueCases());
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersTotal: CUSTOMERS - 1 });
  });

  test("one who goes behind the reader's back, page after page, ends the sweep nevertheless and loses none who stays", async () => {
    const before = await listIds();
    const leaving = [before[3], before[1], before[PAGE + 5]].map((id) => id ?? "");
    await sweep({
      afterListPage: async () => {
        const next = leaving.shift();
        if (next) await simulator.removeCustomer(next);
      },
      mode: "list",
    });
    const known = await knownIds();
    expect((await listIds()).filter((id) => !known.has(id))).toEqual([]);
    expect((await simulator.requests({ path: "/customers?limit=" })).length).toBeLessThanOrEqual(9);
  });

  test("those who come are read too, and nobody twice", async () => {
    await sweep({ afterListPage: once(() => simulator.addCustomers(60)) });
    await expectEveryoneOnce(CUSTOMERS + 60);
    expect(await knownIds()).toEqual(new Set(await listIds()));
    expect(await openCases()).toEqual(await trueCases());
  });

  test("as many come as go: whom that hides from one sweep is found by the next", async () => {
    const [, , gone] = await listIds();
    await sweep({
      afterListPage: once(async () => {
        await simulator.removeCustomer(gone ?? "");
        await simulator.addCustomers(1);
      }),
      mode: "list",
    });
    await sweep({ mode: "list" });
    const known = await knownIds();
    expect((await listIds()).filter((id) => !known.has(id))).toEqual([]);
  });

  test("in a large world, where a page takes several calls, whoever goes between them loses none who stays", async () => {
    await simulator.addCustomers(LARGE - CUSTOMERS);
    expect(listPageSize(LARGE)).toBe(2 * PAGE);
    const before = await listIds();
    const leaving = [before[1], before[PAGE + 1], before[3 * PAGE + 2], before[10 * PAGE]].map((id) => id ?? "");
    let calls = 0;
    await sweep({
      afterListPage: async () => {
        calls += 1;
        const next = calls % 3 === 0 ? leaving.shift() : undefined;
        if (next) await simulator.removeCustomer(next);
      },
      mode: "list",
    });
    const known = await knownIds();
    expect((await listIds()).filter((id) => !known.has(id))).toEqual([]);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersTotal: LARGE - 4 });
  });

  test("in a large world a list that does not change is read once, on few pages", async () => {
    await simulator.addCustomers(LARGE - CUSTOMERS);
    const sweepId = await sweep({ mode: "list" });
    expect(await simulator.requests({ path: "/customers?limit=" })).toHaveLength(Math.ceil(LARGE / PAGE));
    expect(await ctx.db.sweepPage.count({ where: { sweepId } })).toBe(1 + Math.ceil((LARGE - PAGE) / (2 * PAGE)));
    expect(await ctx.db.customer.count()).toBe(LARGE);
  });

  test("a list that does not change is read once", async () => {
    await sweep({ mode: "list" });
    expect(await simulator.requests({ path: "/customers?limit=" })).toHaveLength(Math.ceil(CUSTOMERS / PAGE));
  });
});

describe("while the links are read", () => {
  test("the links of customers who go become removed, and their cases not repairable", async () => {
    await sweep();
    const { broken } = await simulator.truth();
    const leaving = [broken[0]?.customerId ?? "", ...(await customersWithHealthyLinks(3))];
    await simulator.clearRequests();
    await sweep({
      beforeDetails: once(async () => {
        for (const id of leaving) await simulator.removeCustomer(id);
      }),
    });
    const links = await ctx.db.exchange.findMany({ where: { customerId: { in: leaving } } });
    expect(links.length).toBeGreaterThanOrEqual(leaving.length);
    expect(new Set(links.map(({ status, health }) => `${status} ${health}`))).toEqual(new Set(["removed removed"]));
    const cases = await ctx.db.repairCase.findMany({ where: { customerId: { in: leaving } } });
    expect(cases.length).toBeGreaterThan(0);
    expect(new Set(cases.map(({ state }) => state))).toEqual(new Set(["not_repairable"]));
    expect(await openCases()).toEqual(await trueCases());
    await expectEveryoneOnce(CUSTOMERS);
  });

  test("those who come wait for the next sweep, and are not lost", async () => {
    await sweep({ beforeDetails: once(() => simulator.addCustomers(50)) });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersRead: CUSTOMERS });
    await sweep();
    expect(await knownIds()).toEqual(new Set(await listIds()));
    expect(await openCases()).toEqual(await trueCases());
  });
});

test("a sweep that finds nothing changed writes a row for each of its pages, and writes and locks no other", async () => {
  await sweep();
  const before = await rowVersions();
  for (const mode of ["list", "exchanges", "full"] as const) {
    const sweepId = await sweep({ mode });
    expect(await rowVersions(), mode).toEqual(before);
    expect(await ctx.db.sweepPage.count({ where: { sweepId } })).toBe(mode === "list" ? 3 : 3 + 9);
  }
  expect(await ctx.db.sweepPlan.count()).toBe(0);
  expect(await ctx.db.sweepCoverage.count()).toBeLessThanOrEqual(9);
});

interface Meddling {
  afterListPage?: () => Promise<unknown>;
  beforeDetails?: () => Promise<unknown>;
  mode?: SweepMode;
}

/** The world changes between the real answers. */
function sweep({ afterListPage, beforeDetails, mode = "full" }: Meddling = {}): Promise<string> {
  const { dwolla } = ctx;
  const meddled: TestContext = {
    ...ctx,
    dwolla: {
      ...dwolla,
      listCustomers: async (...call) => {
        const page = await dwolla.listCustomers(...call);
        await afterListPage?.();
        return page;
      },
      listExchangesOfCustomer: async (...call) => {
        await beforeDetails?.();
        return dwolla.listExchangesOfCustomer(...call);
      },
    },
  };
  return sweepAll({ appUrl: database.appUrl, ctx: meddled, mode });
}

/** All who call wait for the one time that it happens. */
function once(change: () => Promise<unknown>): () => Promise<unknown> {
  let happening: Promise<unknown> | undefined;
  return () => {
    happening ??= change();
    return happening;
  };
}

async function listIds(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { customers } = await ctx.dwolla.listCustomers({ limit: PAGE, offset: ids.length });
    if (customers.length === 0) break;
    ids.push(...customers.map(({ id }) => id));
  }
  await simulator.clearRequests();
  return ids;
}

async function knownIds(): Promise<Set<string>> {
  return new Set((await ctx.db.customer.findMany({ select: { id: true } })).map(({ id }) => id));
}

async function customersWithHealthyLinks(count: number): Promise<string[]> {
  const { broken } = await simulator.truth();
  const healthy = await ctx.db.exchange.findMany({
    where: { health: "healthy", customerId: { notIn: broken.map(({ customerId }) => customerId) } },
    take: count,
    distinct: ["customerId"],
  });
  return healthy.map(({ customerId }) => customerId);
}

async function expectEveryoneOnce(customers: number): Promise<void> {
  const read = (await simulator.requests({ path: "/exchanges" })).filter(({ path }) => path.startsWith("/customers/"));
  expect(read).toHaveLength(customers);
  expect(new Set(read.map(({ path }) => path)).size).toBe(customers);
}

async function openCases(): Promise<string[]> {
  const cases = await ctx.db.repairCase.findMany({ where: { closedAt: null } });
  return cases.map(({ exchangeId, cause }) => `${exchangeId} ${cause}`).sort();
}

async function trueCases(): Promise<string[]> {
  return (await simulator.truth()).broken.map(({ exchangeId, cause }) => `${exchangeId} ${cause}`).sort();
}

/** Of every row of every table but the sweep's own: where it lies, who wrote it, and who locked it. */
async function rowVersions(): Promise<Record<string, unknown>> {
  const tables = await ctx.db.$queryRaw<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname NOT IN ('Sweep', 'SweepPage', 'SweepPlan', 'SweepCoverage') AND has_table_privilege(oid, 'SELECT')
    ORDER BY 1`;
  const versions: Record<string, unknown> = {};
  for (const { name } of tables) {
    versions[name] = await ctx.db.$queryRawUnsafe(
      `SELECT ctid::text, xmin::text, xmax::text FROM "${name}" ORDER BY ctid`,
    );
  }
  expect(Object.keys(versions)).toEqual(expect.arrayContaining(["Customer", "Exchange", "FundingSource", "Signal"]));
  return versions;
}
