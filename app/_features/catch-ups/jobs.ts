import { z } from "zod";
import { isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { checkFailureOf } from "#features/probes/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { JobRun } from "#platform/jobs.ts";
import { addPageJob, failCatchUp, keepCatchingUp, recordEventsPage } from "./mutations.ts";
import { CATCH_UP_JOB, type CatchUpPayload, catchUpPayload } from "./schema.ts";

/** As many as Dwolla lists of anything; where it gives fewer, the next page begins there. */
const PAGE_SIZE = 200;
const UNREACHABLE_PAUSE_MS = 15_000;

export const catchUpScheduleJob = {
  name: "catch_up.schedule",
  priority: "sweep",
  schema: z.object({}),
  handler: ({ ctx }: { ctx: Context }) => keepCatchingUp({ ctx }),
} as const;

/** Reads one page of GET /events, newest first. */
export const catchUpJob = { name: CATCH_UP_JOB, priority: "proof", schema: catchUpPayload, handler: runPage } as const;

type PageRun = { ctx: Context; payload: CatchUpPayload; run: JobRun };

async function runPage({ ctx, payload: { catchUpId }, run }: PageRun): Promise<void> {
  const catchUp = await ctx.db.catchUp.findUnique({ where: { id: catchUpId } });
  if (catchUp?.state !== "running") return;
  try {
    const page = await ctx.dwolla.listEvents({ limit: PAGE_SIZE, offset: catchUp.offset }, { signal: run.signal });
    await ctx.db.$transaction((tx) => recordEventsPage(tx, ctx, { catchUp, ...page }));
  } catch (error) {
    if (!isDwollaError(error) || error.kind === "aborted") {
      if (run.isLastAttempt && !run.signal.aborted) await failCatchUp(ctx, catchUpId, "unexpected");
      throw error;
    }
    const failure = checkFailureOf(error);
    if (failure !== "rate_limited" && failure !== "unreachable") return failCatchUp(ctx, catchUpId, failure);
    const until = resumesAtOf(error) ?? new Date(ctx.now().getTime() + UNREACHABLE_PAUSE_MS);
    await addPageJob(ctx.db, catchUpId, until);
  }
}
