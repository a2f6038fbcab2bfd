import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import { LANES } from "#features/sweep-pages/schema.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { keepSweeping, startSweep } from "#features/sweeps/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll, type Warning } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 80;
const FULL = { mode: "full" } as const;

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

describe("starting a sweep", () => {
  test("gives two who ask at once the same sweep, and puts one on record", async () => {
    const [first, second] = await Promise.all([startSweep({ ctx, input: FULL }), startSweep({ ctx, input: FULL })]);
    expect(second.sweepId).toBe(first.sweepId);
    expect([first.isNew, second.isNew].sort()).toEqual([false, true]);
    expect(await auditRows(database.auditorUrl, { action: "sweep.requested" })).toHaveLength(1);
    expect(await waitingJobs()).toHaveLength(LANES.length);
  });

  test("refuses a support agent and starts nothing", async () => {
    const actor = staffActor("agent");
    const agent = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor });
    await expect(startSweep({ ctx: agent, input: FULL })).rejects.toThrow(ForbiddenError);
    await agent.close();
    expect(await getLatestSweep(ctx.db)).toBeNull();
    expect(await waitingJobs()).toEqual([]);
  });

  test("happens by itself when there was none, and again after the interval, not before", async () => {
    await keepSweeping({ ctx });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished" });
    await keepSweeping({ ctx });
    expect(await ctx.db.sweep.count()).toBe(1);
    await keepSweeping({ ctx: { ...ctx, now: () => new Date(Date.now() + 61 * 60_000) } });
    expect(await ctx.db.sweep.count()).toBe(2);
  });

  test("takes up a running sweep whose lanes are lost, and leaves alone those that have their job", async () => {
    const { sweepId } = await startSweep({ ctx, input: FULL });
    await keepSweeping({ ctx });
    expect(await waitingJobs()).toHaveLength(LANES.length);
    await ctx.db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await keepSweeping({ ctx });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "finished" });
  });
});

describe("a sweep in trouble", () => {
  test("whose plan was lost in a crash of the database is given up, and another begins at once", async () => {
    const { sweepId } = await startSweep({ ctx, input: FULL });
    await ctx.db.sweepPlan.deleteMany();
    await keepSweeping({ ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "failed", failure: "plan_lost" });
    await keepSweeping({ ctx });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", mode: "full", customersRead: CUSTOMERS });
  });

  test("goes on without a customer whose answer cannot be read, and says so without personal data", async () => {
    await simulator.fault({ path: "/customers/*/exchanges", times: 1, fault: { kind: "not-json" } });
    const warnings: Warning[] = [];
    await sweepAll({ appUrl: database.appUrl, ctx, warnings });
    expect(await getLatestSweep(ctx.db)).toMatchObject({
      state: "finished",
      customersRead: CUSTOMERS - 1,
      customersSkipped: 1,
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.facts).toMatchObject({ reason: "unreadable", pathTemplate: "/customers/{id}/exchanges" });
    const customers = await ctx.db.customer.findMany();
    for (const { email, name } of customers) {
      expect(JSON.stringify(warnings)).not.toContain(email);
      expect(JSON.stringify(warnings)).not.toContain(name);
    }
  });

  test("takes the links of a customer who has vanished for removed, and closes their cases", async () => {
    await sweepAll({ appUrl: database.appUrl, ctx });
    const { customerId } = await ctx.db.repairCase.findFirstOrThrow({ where: { closedAt: null } });
    const fault = { kind: "status", status: 404, code: "NotFound" } as const;
    await simulator.fault({ path: `/customers/${customerId}/exchanges`, times: 1, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 0 });
    const exchanges = await ctx.db.exchange.findMany({ where: { customerId } });
    expect(exchanges.map(({ health }) => health)).toEqual(exchanges.map(() => "removed"));
    expect(await ctx.db.repairCase.count({ where: { customerId, closedAt: null } })).toBe(0);
  });

  test("takes nobody for gone on a 404 that is not Dwolla's own", async () => {
    await sweepAll({ appUrl: database.appUrl, ctx });
    const { customerId } = await ctx.db.repairCase.findFirstOrThrow({ where: { closedAt: null } });
    const fault = { kind: "status", status: 404, body: { message: "no such route" } } as const;
    await simulator.fault({ path: `/customers/${customerId}/exchanges`, times: 1, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 1 });
    expect(await ctx.db.repairCase.count({ where: { customerId, closedAt: null } })).toBeGreaterThan(0);
  });

  test("reads the bank accounts of a customer anew when several are gone at once, and skips nobody", async () => {
    await sweepAll({ appUrl: database.appUrl, ctx });
    const live = { status: { not: "removed" }, partner: { name: { in: ["Plaid", "MX"] } } };
    const customers = await ctx.db.customer.findMany({ include: { exchanges: { where: live } } });
    const [kept, ...removed] = customers.find(({ exchanges }) => exchanges.length > 2)?.exchanges ?? [];
    expect(removed.length).toBeGreaterThan(1);
    for (const { id } of removed) await simulator.break(id, "removed");
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 0 });
    const customerId = kept?.customerId ?? "";
    expect(await ctx.db.fundingSource.count({ where: { customerId, isRemoved: true } })).toBeGreaterThan(1);
  });

  test("waits where Dwolla fails for many customers, stores nothing of that page, and goes on by itself", async () => {
    const fault = { kind: "status", status: 500, code: "ServerError" } as const;
    await simulator.fault({ path: "/customers/*/exchanges", times: 1000, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.exchange.count()).toBe(0);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "running", pagesDone: 0, waitsFor: "unreachable" });
    expect((await waitingJobs()).every(({ attempts }) => attempts === 0)).toBe(true);
    await simulator.clearFaults();
    await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 0, waitsFor: null });
  });

  test("is given up with its reason when Dwolla refuses what will be the same again", async () => {
    const fault = { kind: "status", status: 403, code: "Forbidden" } as const;
    await simulator.fault({ path: "/customers", times: 1000, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "failed", failure: "refused", pagesDone: 0 });
    expect((await startSweep({ ctx, input: FULL })).isNew).toBe(true);
  });

  test("waits out Dwolla's rate limit, which costs no attempt", async () => {
    await simulator.fault({ path: "/customers/*/exchanges", fault: { kind: "rate-limit" } });
    await sweepAll({ appUrl: database.appUrl, ctx });
    const jobs = await waitingJobs();
    expect(jobs.map(({ attempts }) => attempts)).toEqual(LANES.map(() => 0));
    expect(Math.max(...jobs.map(({ run_at }) => run_at.getTime()))).toBeGreaterThan(Date.now() + 4 * 60_000);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "running", waitsFor: "rate_limited" });
  });
});

function waitingJobs() {
  return ctx.db.$queryRaw<{ attempts: number; run_at: Date }[]>`
    SELECT attempts, run_at FROM graphile_worker.jobs WHERE task_identifier = 'sweep.lane'`;
}
