import { z } from "zod";
import { isAnsweredByDwolla, isDwollaError } from "#dwolla/errors.ts";
import type { Context } from "#platform/context.ts";
import { ASK_DWOLLA_JOB, getDwollaReachability, noteAnswer } from "#platform/dwolla-reachability.ts";
import type { JobRun } from "#platform/jobs.ts";

/** Somebody else's answer is as good, unless it is older than this. */
const FRESH_MS = 10_000;

/** So that a desk at which nobody presses anything knows whether Dwolla answers. What came of it, the client notes. */
export const askDwollaJob = {
  name: ASK_DWOLLA_JOB,
  priority: "proof",
  schema: z.object({}),
  handler: askDwolla,
} as const;

async function askDwolla({ ctx, run }: { ctx: Context; run: JobRun }): Promise<void> {
  const { lastAnsweredAt, unreachableSince } = await getDwollaReachability(ctx.db);
  const ageMs = lastAnsweredAt === null ? Number.POSITIVE_INFINITY : ctx.now().getTime() - lastAnsweredAt.getTime();
  if (unreachableSince === null && ageMs < FRESH_MS) return;
  const askedAt = ctx.now();
  try {
    await ctx.dwolla.checkCredentials({ signal: run.signal });
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    if (!isAnsweredByDwolla(error)) return;
  }
  // Of many answers in a row the client notes one: the doubt of another process would outlast this one, and switch creating off.
  if (unreachableSince !== null) await noteAnswer(ctx.db, askedAt);
}
