import type { Context } from "#platform/context.ts";

const DAY_MS = 86_400_000;
/** However many days they are to be kept: a sweep of a large world alone makes so many in minutes. */
export const MOST_KEPT_CALLS = 500_000;
/** Small enough for one statement within the time that one may take. */
const MOST_AT_ONCE = 50_000;

/** Drops calls that are too old or too many. Safe to run twice, and at once. */
export async function dropOldCalls({ ctx }: { ctx: Context }): Promise<void> {
  const before = new Date(ctx.now().getTime() - ctx.settings.callLogDays * DAY_MS);
  for (;;) {
    const dropped = await ctx.db.$executeRaw`
      DELETE FROM "DwollaCall" WHERE id IN (
        SELECT id FROM "DwollaCall" WHERE "calledAt" < ${before}
          OR id <= (SELECT max(id) FROM "DwollaCall") - ${MOST_KEPT_CALLS}
        LIMIT ${MOST_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
    if (dropped < MOST_AT_ONCE) return;
  }
}
