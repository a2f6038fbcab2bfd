import { expect, vi } from "vitest";
import type { WebhookSubscriptionId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import { startCatchUp } from "#features/catch-ups/mutations.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { startSweep } from "#features/sweeps/mutations.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import { RUN_TYPESCRIPT, startChild } from "../../scripts/child-process.ts";
import { freePort } from "../../scripts/ports.ts";
import { staffActor, testContext } from "./context.ts";
import { createTestDatabase } from "./database.ts";
import { runJobs, type Warning } from "./jobs.ts";
import { simulatorControls } from "./simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET } from "./webhook-endpoint.ts";

export type SimulatedDesk = Awaited<ReturnType<typeof startSimulatedDesk>>;

const SWEEP_CONCURRENCY = 16;
const LONG = { timeout: 120_000, interval: 20 };

/** A desk with its database, a simulated Dwolla in another process, and one clock for both that only moves forward. */
export async function startSimulatedDesk({ customers, seed }: { customers: number; seed: number }) {
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const [database, dwolla, port] = await Promise.all([createTestDatabase(), startDwolla(customers, seed), freePort()]);
  const { simulator } = dwolla;
  const addresses = { appUrl: database.appUrl, simulatorUrl: simulator.url };
  const settings = { sweepConcurrency: SWEEP_CONCURRENCY, reauthCooldownSeconds: 0 };
  const ctx = await testContext({ ...addresses, now, settings, dwolla: { clock: now } });
  const agent = await testContext({ ...addresses, now, settings, actor: staffActor("agent"), dwolla: { clock: now } });
  const receive = () => startWebhookEndpoint(ctx, undefined, port);
  let receiver: Awaited<ReturnType<typeof receive>> | null = await receive();
  let subscriptionId: WebhookSubscriptionId | undefined;
  let isPaused = false;
  const warnings: Warning[] = [];
  /** Webhooks that were made during a pause. */
  let neverSent = 0;

  /** Every webhook that Dwolla sends now has arrived or has failed. */
  async function deliveriesSettled(): Promise<void> {
    await vi.waitFor(async () => {
      const sent = (await simulator.webhooks()).filter(({ isLost }) => !isLost);
      const isUnderWay = sent.some(({ attempts }) => attempts.some(({ isOver }) => !isOver));
      expect(isUnderWay).toBe(false);
      if (!isPaused) expect(sent.filter(({ attempts }) => attempts.length === 0)).toHaveLength(neverSent);
    }, LONG);
  }

  /** All that is due on the clock of the desk; jobs are dated by it, but started by Postgres's. */
  async function work(): Promise<void> {
    await ctx.db.$executeRaw`
      UPDATE graphile_worker._private_jobs SET run_at = now()
      WHERE run_at > now() AND run_at <= now() + ${aheadMs} * interval '1 millisecond'`;
    await runJobs({ appUrl: database.appUrl, ctx, warnings });
    const failed = await ctx.db.$queryRaw`
      SELECT task_identifier, last_error FROM graphile_worker.jobs WHERE last_error IS NOT NULL`;
    expect(failed).toEqual([]);
  }

  /** A worker process is killed when `isTime` comes true; what it held is free again at once, as the next worker would see to. */
  async function workUntilKilled(isTime: () => Promise<boolean>): Promise<void> {
    const env = { APP_URL: database.appUrl, SIMULATOR_URL: simulator.url, AHEAD_MS: String(aheadMs) };
    const worker = startChild({
      name: "mortal worker",
      args: [...RUN_TYPESCRIPT, "tests/support/mortal-worker.ts"],
      env: { ...env, SWEEP_CONCURRENCY: String(SWEEP_CONCURRENCY) },
      logFile: `.data/log/test-mortal-worker-${port}.log`,
    });
    await vi.waitFor(async () => expect(await isTime()).toBe(true), LONG);
    process.kill(worker.pid, "SIGKILL");
    await worker.ended;
    await ctx.db.$executeRaw`
      SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
      WHERE locked_by IS NOT NULL HAVING count(*) > 0`;
  }

  return {
    database,
    simulator,
    ctx,
    agent,
    now,
    work,
    workUntilKilled,
    deliveriesSettled,
    /** Time passes for Dwolla, for the desk, and for the jobs that wait; then all that is due happens. */
    async elapse(seconds: number): Promise<void> {
      aheadMs += seconds * 1000;
      await simulator.advanceClock(seconds);
      await deliveriesSettled();
      await work();
    },
    async catchUp(): Promise<void> {
      const { catchUpId } = await startCatchUp({ ctx });
      await work();
      expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({ state: "finished" });
    },
    /** `meanwhile` happens when the first worker was killed, before another one goes on. */
    async sweep(mode: SweepMode, restart?: { afterPages: number; meanwhile?: () => Promise<void> }): Promise<void> {
      const { sweepId } = await startSweep({ ctx, input: { mode } });
      if (restart) {
        const pages = () => ctx.db.sweepPage.count({ where: { sweepId } });
        await workUntilKilled(async () => (await pages()) >= restart.afterPages);
        await restart.meanwhile?.();
      }
      await work();
      const end = { id: sweepId, state: "finished", customersSkipped: 0 };
      expect(await getLatestSweep(ctx.db)).toMatchObject(end);
      expect(warnings).toEqual([]);
    },
    async subscribe(): Promise<void> {
      const url = `http://127.0.0.1:${port}/`;
      subscriptionId = await ctx.dwolla.createWebhookSubscription({ url, secret: new Secret(WEBHOOK_SECRET) });
    },
    async pauseWebhooks(paused: boolean): Promise<void> {
      await deliveriesSettled();
      if (subscriptionId) await ctx.dwolla.pauseWebhookSubscription(subscriptionId, paused);
      isPaused = paused;
      neverSent = (await simulator.webhooks()).filter(
        ({ isLost, attempts }) => !isLost && attempts.length === 0,
      ).length;
    },
    async stopReceiver(): Promise<void> {
      await receiver?.stop();
      receiver = null;
    },
    async startReceiver(): Promise<void> {
      receiver ??= await receive();
    },
    async stop(): Promise<void> {
      await Promise.all([ctx.close(), agent.close(), receiver?.stop(), dwolla.stop()]);
      await database.drop();
    },
  };
}

async function startDwolla(customers: number, seed: number) {
  const port = await freePort();
  const flags = ["--customers", String(customers), "--seed", String(seed), "--port", String(port)];
  const child = startChild({
    name: "simulator",
    args: ["--import", "tsx", "simulator/main.ts", ...flags],
    env: {},
    logFile: `.data/log/test-simulator-${port}.log`,
  });
  const simulator = simulatorControls(`http://127.0.0.1:${port}`);
  await vi.waitFor(() => simulator.statistics(), LONG);
  return { simulator, stop: child.stop };
}
