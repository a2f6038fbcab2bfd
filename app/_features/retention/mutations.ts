import type { Context } from "#platform/context.ts";

const DAY_MS = 86_400_000;
/** Dwolla forgets an event after 30 days. Three times that keeps what a review of a quarter asks for. */
const KEEP_EVENTS_MS = 90 * DAY_MS;
const KEEP_WORKINGS_MS = 30 * DAY_MS;
/** Small enough that nobody waits for a lock; the rest goes tomorrow. */
const MOST_AT_ONCE = 100_000;

/**
 * Drops what nobody asks for any more: Dwolla's events once their signals are kept elsewhere, and the workings of sweeps, catch-ups
 * and the budget of calls. Signals, cases, sessions, replays and the audit trail are never dropped. Safe to run twice, and
 * at once.
 */
export async function dropOldWorkings({ ctx }: { ctx: Context }): Promise<void> {
  const now = ctx.now().getTime();
  const eventsBefore = new Date(now - KEEP_EVENTS_MS);
  const workingsBefore = new Date(now - KEEP_WORKINGS_MS);
  await ctx.db.$executeRaw`
    DELETE FROM "DwollaEvent" WHERE id IN (
      SELECT id FROM "DwollaEvent" WHERE "createdAt" < ${eventsBefore} AND "processedAt" IS NOT NULL LIMIT ${MOST_AT_ONCE})`;
  await ctx.db.$executeRaw`
    DELETE FROM "SweepPage" WHERE ("sweepId", phase, "pageNumber") IN (
      SELECT "sweepId", phase, "pageNumber" FROM "SweepPage" JOIN "Sweep" AS sweep ON sweep.id = "sweepId"
      WHERE sweep."finishedAt" < ${workingsBefore} AND sweep.id <> (SELECT id FROM "Sweep" ORDER BY "startedAt" DESC LIMIT 1)
      LIMIT ${MOST_AT_ONCE})`;
  // The newest finished one says how far back the next has to read.
  await ctx.db.$executeRaw`
    DELETE FROM "CatchUp" WHERE "finishedAt" < ${workingsBefore}
      AND id <> (SELECT id FROM "CatchUp" WHERE state = 'finished' ORDER BY "startedAt" DESC LIMIT 1)`;
  await ctx.db.callBudgetUse.deleteMany({ where: { minute: { lt: workingsBefore } } });
  await ctx.db.webhookRefusal.deleteMany({ where: { hour: { lt: workingsBefore } } });
}
