import { Logger, runOnce, type TaskList } from "graphile-worker";
import { sweepPageJob } from "#features/sweeps/jobs.ts";
import { startSweep } from "#features/sweeps/mutations.ts";
import type { Context } from "#platform/context.ts";

export type Warning = { facts: object; message: string };

type JobRunOptions = {
  appUrl: string;
  ctx: Context;
  /** Called before each page; what it throws fails the job as a crash would. */
  beforePage?: (pageNumber: number) => void;
  warnings?: Warning[];
};

/** Starts a sweep and runs it to its end. */
export async function sweepAll(options: JobRunOptions): Promise<string> {
  const { sweepId } = await startSweep({ ctx: options.ctx });
  await runJobs(options);
  return sweepId;
}

/** Runs every page job that is due now, those that are added meanwhile too, through the real queue. */
export async function runJobs({ appUrl, ctx, beforePage, warnings = [] }: JobRunOptions): Promise<void> {
  const taskList: TaskList = {
    async [sweepPageJob.name](raw, { job, abortSignal }) {
      const payload = sweepPageJob.schema.parse(raw);
      beforePage?.(payload.pageNumber);
      const run = {
        isLastAttempt: job.attempts >= job.max_attempts,
        signal: abortSignal,
        warn: (facts: object, message: string) => void warnings.push({ facts, message }),
      };
      await sweepPageJob.handler({ ctx, payload, run });
    },
  };
  const silent = new Logger(() => () => undefined);
  await runOnce({ connectionString: appUrl, taskList, noHandleSignals: true, logger: silent });
}
