import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { keepSweeping, startSweep } from "#features/sweeps/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll, type Warning } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const CUSTOMERS = 40;

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
    const [first, second] = await Promise.all([startSweep({ ctx }), startSweep({ ctx })]);
    expect(second.sweepId).toBe(first.sweepId);
    expect([first.isNew, second.isNew].sort()).toEqual([false, true]);
    expect(await auditRows(database.auditorUrl, { action: "sweep.requested" })).toHaveLength(1);
    expect(await waitingJobs()).toHaveLength(1);
  });

  test("refuses a support agent and starts nothing", async () => {
    const actor = staffActor("agent");
    const agent = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor });
    await expect(startSweep({ ctx: agent })).rejects.toThrow(ForbiddenError);
    await agent.close();
    expect(await getLatestSweep(ctx.db)).toBeNull();
    expect(await waitingJobs()).toEqual([]);
  });

  test("happens by itself when there was none, and again after the interval, not before", async () => {
    const input = { intervalMinutes: 60 };
    await keepSweeping({ ctx, input });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished" });
    await keepSweeping({ ctx, input });
    expect(await ctx.db.sweep.count()).toBe(1);
    await keepSweeping({ ctx: { ...ctx, now: () => new Date(Date.now() + 61 * 60_000) }, input });
    expect(await ctx.db.sweep.count()).toBe(2);
  });

  test("takes up a running sweep whose job is lost, and leaves one alone that has its job", async () => {
    const input = { intervalMinutes: 60 };
    const { sweepId } = await startSweep({ ctx });
    await keepSweeping({ ctx, input });
    expect(await waitingJobs()).toHaveLength(1);
    await ctx.db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await keepSweeping({ ctx, input });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ id: sweepId, state: "finished" });
  });
});

describe("a sweep in trouble", () => {
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

  test("goes on when a customer has vanished", async () => {
    const fault = { kind: "status", status: 404, code: "NotFound" } as const;
    await simulator.fault({ path: "/customers/*/exchanges", times: 1, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 1 });
  });

  test("stores nothing of a page where Dwolla fails for many customers, and tries it again", async () => {
    const fault = { kind: "status", status: 500, code: "ServerError" } as const;
    await simulator.fault({ path: "/customers/*/exchanges", times: 1000, fault });
    await sweepAll({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.customer.count()).toBe(0);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "running", pagesDone: 0 });
    await simulator.clearFaults();
    await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", customersSkipped: 0 });
  });

  test("is given up with its reason when a page failed eight times", async () => {
    const fault = { kind: "status", status: 503, code: "ServerError" } as const;
    await simulator.fault({ path: "/customers", times: 1000, fault });
    await startSweep({ ctx });
    await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = 7`;
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "failed", failure: "unreachable", pagesDone: 0 });
    expect((await startSweep({ ctx })).isNew).toBe(true);
  });

  test("waits out Dwolla's rate limit, which costs no attempt", async () => {
    await simulator.fault({ path: "/customers/*/exchanges", fault: { kind: "rate-limit" } });
    await sweepAll({ appUrl: database.appUrl, ctx });
    const jobs = await waitingJobs();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.attempts).toBe(0);
    expect(jobs[0]?.run_at.getTime()).toBeGreaterThan(Date.now() + 4 * 60_000);
    expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "running" });
  });
});

function waitingJobs() {
  return ctx.db.$queryRaw<{ attempts: number; run_at: Date }[]>`
    SELECT attempts, run_at FROM graphile_worker.jobs WHERE task_identifier = 'sweep.page'`;
}
