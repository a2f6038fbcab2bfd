import type { Context } from "#platform/context.ts";
import type { JobRun } from "#platform/jobs.ts";
import { purgeNextEvents, recordFailedPurge } from "./mutations.ts";
import { PURGE_JOB, type PurgePayload, purgePayload } from "./schema.ts";

/** Deletes what two people agreed on, in steps. Safe to break off, to run twice, and at once. */
export const purgeJob = { name: PURGE_JOB, priority: "sweep", schema: purgePayload, handler: purge } as const;

type PurgeRun = { ctx: Context; payload: PurgePayload; run: JobRun };

async function purge({ ctx, payload, run }: PurgeRun): Promise<void> {
  try {
    while (await purgeNextEvents({ ctx, input: payload })) run.signal.throwIfAborted();
  } catch (error) {
    if (run.isLastAttempt && !run.signal.aborted) await recordFailedPurge({ ctx, input: payload });
    throw error;
  }
}
