import type { DwollaEvent } from "#dwolla/events.ts";
import { storeReadEvents } from "#features/dwolla-events/mutations.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { announceChange } from "#platform/changes.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context, RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { addJob } from "#platform/jobs.ts";
import type { CatchUp } from "#platform/prisma-client/client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { CATCH_UP_JOB, type CatchUpFailure } from "./schema.ts";

/** An event may show up in the list a little after others that are newer. */
const OVERLAP_MS = 60 * 60_000;

/** Starts a catch-up, or gives back the one that runs: there is never a second. */
export async function startCatchUp({ ctx }: { ctx: RecordContext }): Promise<{ catchUpId: string; isNew: boolean }> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "webhook:operate");
    const last = await tx.catchUp.findFirst({ where: { state: "finished" }, orderBy: { startedAt: "desc" } });
    // Where there was no event at all, those that come are all since then.
    const readsBackTo = last && new Date((last.newestEventAt ?? last.startedAt).getTime() - OVERLAP_MS);
    const catchUpId = uuidv7(ctx.now());
    const created = await tx.$executeRaw`
      INSERT INTO "CatchUp" (id, "startedAt", "readsBackTo", "newestEventAt")
      VALUES (${catchUpId}::uuid, ${ctx.now()}, ${readsBackTo}, ${last?.newestEventAt ?? null}) ON CONFLICT DO NOTHING`;
    if (created === 0) {
      const { id } = await tx.catchUp.findFirstOrThrow({ where: { state: "running" } });
      await recordPress(tx, ctx, id, { outcome: "denied", details: { refusedBy: "already_running" } });
      return { catchUpId: id, isNew: false };
    }
    await addPageJob(tx, catchUpId);
    await announceChange(tx);
    await recordPress(tx, ctx, catchUpId, { outcome: "succeeded" });
    return { catchUpId, isNew: true };
  });
}

/** A person's, that is: the clock starts one every few minutes. */
async function recordPress(
  tx: Transaction,
  ctx: RecordContext,
  id: string,
  entry: Pick<AuditEntry, "outcome" | "details">,
): Promise<void> {
  if (ctx.actor.type !== "staff") return;
  await recordAuditEvent(tx, ctx, { action: "catch_up.requested", target: { type: "catch_up", id }, ...entry });
}

/** Starts the catch-up that is due, and takes up one that lost its job. Safe to call at any time. */
export async function keepCatchingUp({ ctx }: { ctx: Context }): Promise<void> {
  const latest = await ctx.db.catchUp.findFirst({ orderBy: { startedAt: "desc" } });
  if (latest?.state === "running") return takeUp(ctx, latest.id);
  const dueAt = latest ? latest.startedAt.getTime() + ctx.settings.catchUpIntervalMinutes * 60_000 : 0;
  if (dueAt <= ctx.now().getTime()) await startCatchUp({ ctx });
}

async function takeUp(ctx: Context, catchUpId: string): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<object[]>`
      SELECT FROM "CatchUp" WHERE id = ${catchUpId}::uuid AND state = 'running' FOR NO KEY UPDATE`;
    const jobs = await tx.$queryRaw<object[]>`
      SELECT FROM graphile_worker.jobs WHERE task_identifier = ${CATCH_UP_JOB}
        AND (attempts < max_attempts OR locked_at IS NOT NULL) LIMIT 1`;
    if (rows.length === 1 && jobs.length === 0) await addPageJob(tx, catchUpId);
  });
}

/**
 * Keeps a page of events and how far we are, and in the same transaction the next page's job or the end. What arrives meanwhile
 * moves the rest to larger offsets: some events are then read twice, and none is left out.
 */
export async function recordEventsPage(
  tx: Transaction,
  ctx: Context,
  { catchUp, events, read }: { catchUp: CatchUp; events: readonly DwollaEvent[]; read: number },
): Promise<void> {
  const now = ctx.now();
  const isFirst = catchUp.readsBackTo === null;
  const arrivals = events.map((event) => ({ event, signed: null, arrivedAt: now }));
  const missed = await storeReadEvents(tx, arrivals, { keepsOnly: isFirst });
  const times = events.map(({ createdAt }) => createdAt.getTime());
  const newest = Math.max(catchUp.newestEventAt?.getTime() ?? 0, ...times);
  const isEnd = read === 0 || (catchUp.readsBackTo !== null && Math.min(...times) <= catchUp.readsBackTo.getTime());
  const { count } = await tx.catchUp.updateMany({
    where: { id: catchUp.id, state: "running", offset: catchUp.offset, eventsRead: catchUp.eventsRead },
    data: {
      offset: { increment: read },
      eventsRead: { increment: events.length },
      eventsMissed: { increment: missed },
      newestEventAt: newest > 0 ? new Date(newest) : null,
      ...(isEnd && { state: "finished", finishedAt: now }),
    },
  });
  if (count === 1 && !isEnd) await addPageJob(tx, catchUp.id);
  await announceChange(tx);
}

/** Before the events that its pages add: one page at a time keeps nobody waiting, and what was missed is known before it is all read. */
export async function addPageJob(tx: Transaction, catchUpId: string, runAt?: Date): Promise<void> {
  await addJob(tx, CATCH_UP_JOB, { catchUpId }, { key: CATCH_UP_JOB, priority: -1, ...(runAt && { runAt }) });
}

export async function failCatchUp(ctx: Context, catchUpId: string, failure: CatchUpFailure): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    await tx.catchUp.updateMany({
      where: { id: catchUpId, state: "running" },
      data: { state: "failed", failure, finishedAt: ctx.now() },
    });
    await announceChange(tx);
  });
}
