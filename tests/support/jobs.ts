import { Logger, runOnce, type TaskList } from "graphile-worker";
import type { Pool } from "pg";
import type { z } from "zod";
import { catchUpJob } from "#features/catch-ups/jobs.ts";
import { processEventJob } from "#features/dwolla-events/jobs.ts";
import { probeJob } from "#features/proofs/jobs.ts";
import { laneJob } from "#features/sweep-pages/jobs.ts";
import { startSweep } from "#features/sweeps/mutations.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import type { Context } from "#platform/context.ts";
import type { JobRun } from "#platform/jobs.ts";

export type Warning = { facts: object; message: string };

type JobRunOptions = {
  appUrl: string;
  ctx: Context;
  mode?: SweepMode;
  warnings?: Warning[];
  /** Connections to use again: for many runs of few jobs, one after the other. */
  pool?: Pool;
};

interface Job<Payload> {
  name: string;
  schema: z.ZodType<Payload>;
  handler(call: { ctx: Context; payload: Payload; run: JobRun }): Promise<void>;
}

/** Starts a sweep, a full one unless another is asked for, and runs it to its end. */
export async function sweepAll(options: JobRunOptions): Promise<string> {
  const { sweepId } = await startSweep({ ctx: options.ctx, input: { mode: options.mode ?? "full" } });
  await runJobs(options);
  return sweepId;
}

/** Runs every job that is due now, those that are added meanwhile too, through the real queue. */
export async function runJobs({ appUrl, ctx, warnings = [], pool }: JobRunOptions): Promise<void> {
  const toTask = <Payload>({ name, schema, handler }: Job<Payload>): TaskList => ({
    async [name](raw, { job, abortSignal }) {
      const run = {
        isLastAttempt: job.attempts >= job.max_attempts,
        signal: abortSignal,
        warn: (facts: object, message: string) => void warnings.push({ facts, message }),
      };
      await handler({ ctx, payload: schema.parse(raw), run });
    },
  });
  const taskList = { ...toTask(laneJob), ...toTask(processEventJob), ...toTask(catchUpJob), ...toTask(probeJob) };
  const silent = new Logger(() => () => undefined);
  // Each on a connection of its own: as many lanes as a worker reads at the same time.
  const connections = pool ? { pgPool: pool, concurrency: 1 } : { connectionString: appUrl, concurrency: 4 };
  await runOnce({ ...connections, taskList, noHandleSignals: true, logger: silent });
}
