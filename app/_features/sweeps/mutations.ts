import type { AuditAction } from "#domain/audit-event.ts";
import { addLaneJob, planFirstPage } from "#features/sweep-pages/mutations.ts";
import { LANE_JOB, LANES } from "#features/sweep-pages/schema.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { announceChange } from "#platform/changes.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context, RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { SweepState } from "#platform/prisma-client/client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { getDueMode } from "./data.ts";
import type { StartedSweep, SweepChange, SweepFailure, SweepMode } from "./schema.ts";

/** Starts a sweep, or gives back the one that runs or is paused: there is never a second. */
export async function startSweep({
  ctx,
  input: { mode },
}: {
  ctx: RecordContext;
  input: { mode: SweepMode };
}): Promise<StartedSweep> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "sweep:operate");
    const sweepId = uuidv7(ctx.now());
    const requestedById = ctx.actor.type === "staff" ? ctx.actor.id : null;
    const created = await tx.$executeRaw`
      INSERT INTO "Sweep" (id, mode, "startedAt", "requestedById")
      VALUES (${sweepId}::uuid, ${mode}::"SweepMode", ${ctx.now()}, ${requestedById}::uuid)
      ON CONFLICT DO NOTHING`;
    if (created === 0) return joinLiveSweep(tx, ctx);
    await planFirstPage(tx, sweepId);
    await recordSweepEvent(tx, ctx, sweepId, "sweep.requested", { mode });
    await announceChange(tx);
    return { sweepId, isNew: true, mode, state: "running" };
  });
}

/** The one that was in the way; by now it may have ended. A person's press is on record, the clock's is not one. */
async function joinLiveSweep(tx: Transaction, ctx: RecordContext): Promise<StartedSweep> {
  const { id, mode, state } = await tx.sweep.findFirstOrThrow({ orderBy: [{ startedAt: "desc" }, { id: "desc" }] });
  if (ctx.actor.type === "staff") await recordRefusal(tx, ctx, id, "sweep.requested", "already_live");
  return { sweepId: id, isNew: false, mode, state };
}

type SweepCall = { ctx: RecordContext; input: { sweepId: string } };

/** The pages under way are finished, no further one is begun. */
export function pauseSweep({ ctx, input }: SweepCall): Promise<SweepChange> {
  return changeState(ctx, input.sweepId, { from: ["running"], to: "paused", action: "sweep.paused" });
}

export function resumeSweep({ ctx, input }: SweepCall): Promise<SweepChange> {
  return changeState(ctx, input.sweepId, { from: ["paused"], to: "running", action: "sweep.resumed" });
}

/** What it has found stays. */
export function cancelSweep({ ctx, input }: SweepCall): Promise<SweepChange> {
  return changeState(ctx, input.sweepId, { from: ["running", "paused"], to: "cancelled", action: "sweep.cancelled" });
}

type Change = { from: SweepState[]; to: "paused" | "running" | "cancelled"; action: AuditAction };

async function changeState(ctx: RecordContext, sweepId: string, { from, to, action }: Change): Promise<SweepChange> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "sweep:operate");
    const { count } = await tx.sweep.updateMany({
      where: { id: sweepId, state: { in: from } },
      data: { state: to, waitsFor: null, waitsUntil: null, ...(to === "cancelled" && { finishedAt: ctx.now() }) },
    });
    if (count === 0) {
      await recordRefusal(tx, ctx, sweepId, action, "not_in_that_state");
      return { ok: false, reason: "not_in_that_state" };
    }
    if (to === "running") await addLaneJobs(tx, sweepId);
    if (to === "cancelled") await tx.sweepPlan.deleteMany({ where: { sweepId } });
    await recordSweepEvent(tx, ctx, sweepId, action);
    await announceChange(tx);
    return { ok: true };
  });
}

async function recordSweepEvent(
  tx: Transaction,
  ctx: RecordContext,
  sweepId: string,
  action: AuditAction,
  details: Record<string, string> = {},
): Promise<void> {
  const target = { type: "sweep", id: sweepId } as const;
  await recordAuditEvent(tx, ctx, { action, outcome: "succeeded", target, details });
}

async function recordRefusal(
  tx: Transaction,
  ctx: RecordContext,
  sweepId: string,
  action: AuditAction,
  refusedBy: string,
): Promise<void> {
  const target = { type: "sweep", id: sweepId } as const;
  await recordAuditEvent(tx, ctx, { action, outcome: "denied", target, details: { refusedBy } });
}

/** Starts the sweep that is due, if any, and takes up one that lost its lanes. Safe to call at any time. */
export async function keepSweeping({ ctx }: { ctx: Context }): Promise<void> {
  const live = await ctx.db.sweep.findFirst({ where: { state: { in: ["running", "paused"] } } });
  if (live) return live.state === "running" ? takeUpSweep(ctx, live.id) : undefined;
  const mode = await getDueMode(ctx.db, ctx.settings.sweepIntervals, ctx.now());
  if (mode) await startSweep({ ctx, input: { mode } });
}

/** A running sweep has a job for each lane, unless one ended together with its worker; and a plan, unless the database crashed. */
async function takeUpSweep(ctx: Context, sweepId: string): Promise<void> {
  const planned = await ctx.db.sweepPlan.count({ where: { sweepId } });
  if (planned === 0) return failSweep({ ctx, input: { sweepId, failure: "plan_lost" } });
  await ctx.db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<object[]>`
      SELECT FROM "Sweep" WHERE id = ${sweepId}::uuid AND state = 'running' FOR NO KEY UPDATE`;
    if (rows.length === 1) await addLaneJobs(tx, sweepId);
  });
}

/** Only of lanes that have none: a second one would read the same page. */
async function addLaneJobs(tx: Transaction, sweepId: string): Promise<void> {
  const jobs = await tx.$queryRaw<{ key: string }[]>`
    SELECT key FROM graphile_worker.jobs WHERE task_identifier = ${LANE_JOB}
      AND (attempts < max_attempts OR locked_at IS NOT NULL)`;
  const keys = new Set(jobs.map(({ key }) => key));
  for (const lane of LANES) {
    if (!keys.has(`${LANE_JOB}/${sweepId}/${lane}`)) await addLaneJob(tx, { sweepId, lane });
  }
}

/** Gives a sweep up; the next one begins when it is due. */
export async function failSweep({
  ctx,
  input,
}: {
  ctx: Context;
  input: { sweepId: string; failure: SweepFailure };
}): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.sweep.updateMany({
      where: { id: input.sweepId, state: "running" },
      data: { state: "failed", failure: input.failure, finishedAt: ctx.now(), waitsFor: null, waitsUntil: null },
    });
    if (count === 0) return;
    await tx.sweepPlan.deleteMany({ where: { sweepId: input.sweepId } });
    await announceChange(tx);
  });
}
