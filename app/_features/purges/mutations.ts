import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction } from "#domain/audit-event.ts";
import { newestPurgeDay } from "#domain/audit-retention.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { announceChange } from "#platform/changes.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { addJob } from "#platform/jobs.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { getPurgeRequester, getTrailReach, listPurges, type TrailReach } from "./data.ts";
import {
  type DecidePurgeInput,
  eventsIn,
  type NumberRange,
  PURGE_JOB,
  type PurgeRefusal,
  type PurgeResult,
  type PurgeView,
  type RequestPurgeInput,
} from "./schema.ts";

type Reader = RecordContext<StaffActor> & { auditorDb: Database };

export interface RetentionView extends TrailReach {
  newestDay: string;
  purges: PurgeView[];
  /** Staff names by id. */
  names: Map<string, string>;
}

/** How far back the trail goes and who purged what: on record, like each look into the trail, before it is read. */
export async function readRetention({ ctx }: { ctx: Reader }): Promise<RetentionView> {
  const target = { type: "audit_trail", id: "retention" } as const;
  await recordAuditEvent(ctx.db, ctx, { action: "audit.viewed", outcome: "succeeded", target });
  const [reach, purges] = await Promise.all([getTrailReach(ctx.auditorDb), listPurges(ctx.auditorDb)]);
  const people = purges.flatMap(({ requestedById, decidedById }) => [
    requestedById,
    ...(decidedById ? [decidedById] : []),
  ]);
  return { ...reach, newestDay: newestPurgeDay(ctx.now()), purges, names: await getStaffNames(ctx.db, people) };
}

/** Asks for the oldest events to be deleted. Which numbers that are is settled here, and nothing is deleted yet. */
export async function requestPurge({
  ctx,
  input: { beforeDay, reason },
}: {
  ctx: RecordContext<StaffActor>;
  input: RequestPurgeInput;
}): Promise<PurgeResult> {
  const requestId = uuidv7(ctx.now());
  const entry = { action: "audit.purge_requested", reason } as const;
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "audit_purge:request");
    if (beforeDay > newestPurgeDay(ctx.now())) return refuse(tx, ctx, requestId, { ...entry, refusal: "too_young" });
    const range = await rangeOf(tx.$queryRaw<Numbers[]>`
      SELECT first_number AS first, last_number AS last
      FROM audit.request_purge(${requestId}::uuid, ${beforeDay}::date, ${ctx.actor.id}::uuid, ${reason})`);
    if (!range) return refuse(tx, ctx, requestId, { ...entry, refusal: "nothing_to_purge" });
    await record(tx, ctx, requestId, { ...entry, outcome: "succeeded", details: { beforeDay, ...range } });
    return { ok: true, ...range };
  });
}

/** The second person's yes, after which a job deletes step by step. The database keeps the two apart as well. */
export async function approvePurge({ ctx, input }: { ctx: Reader; input: DecidePurgeInput }): Promise<PurgeResult> {
  const requestedBy = await getPurgeRequester(ctx.auditorDb, input.requestId);
  return decide(ctx, input, {
    action: "audit.purge_approved",
    verdict: "approved",
    refusal: requestedBy === ctx.actor.id ? "own_request" : null,
  });
}

/** Whoever may approve may also say no, and whoever asked may think better of it. */
export async function withdrawPurge({
  ctx,
  input,
}: {
  ctx: RecordContext<StaffActor>;
  input: DecidePurgeInput;
}): Promise<PurgeResult> {
  return decide(ctx, input, { action: "audit.purge_withdrawn", verdict: "withdrawn", refusal: null });
}

type Decision = { action: AuditAction; verdict: "approved" | "withdrawn"; refusal: PurgeRefusal | null };

async function decide(
  ctx: RecordContext<StaffActor>,
  { requestId }: DecidePurgeInput,
  { action, verdict, refusal }: Decision,
): Promise<PurgeResult> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "audit_purge:approve");
    if (refusal) return refuse(tx, ctx, requestId, { action, refusal });
    const range = await rangeOf(tx.$queryRaw<Numbers[]>`
      SELECT first_number AS first, last_number AS last
      FROM audit.decide_purge(${requestId}::uuid, ${verdict}, ${ctx.actor.id}::uuid)`);
    if (!range) return refuse(tx, ctx, requestId, { action, refusal: "not_open" });
    if (verdict === "approved") await addJob(tx, PURGE_JOB, { requestId }, { key: `${PURGE_JOB}/${requestId}` });
    await record(tx, ctx, requestId, { action, outcome: "succeeded", details: { ...range } });
    return { ok: true, ...range };
  });
}

/** Deletes the next events of an approved request; their row of the trail is in the same transaction. False when none are left. */
export async function purgeNextEvents({
  ctx,
  input: { requestId },
}: {
  ctx: RecordContext;
  input: { requestId: string };
}): Promise<boolean> {
  return ctx.db.$transaction(async (tx) => {
    const [step] = await tx.$queryRaw<(Numbers & { privateRows: bigint })[]>`
      SELECT first_number AS first, last_number AS last, private_rows AS "privateRows"
      FROM audit.purge_events(${requestId}::uuid)`;
    if (step) {
      const range = toRange(step);
      const details = { ...range, events: eventsIn(range), privateRows: Number(step.privateRows) };
      await record(tx, ctx, requestId, { action: "audit.purged", outcome: "succeeded", details });
    } else {
      await announceChange(tx);
    }
    return step !== undefined;
  });
}

/** The job gives up: what it deleted stays deleted and on record, the rest stays. */
export async function recordFailedPurge({
  ctx,
  input: { requestId },
}: {
  ctx: RecordContext;
  input: { requestId: string };
}): Promise<void> {
  await record(ctx.db, ctx, requestId, { action: "audit.purged", outcome: "failed", details: {} });
}

type Numbers = { first: bigint; last: bigint };

async function rangeOf(rows: Promise<Numbers[]>): Promise<NumberRange | null> {
  const [row] = await rows;
  return row ? toRange(row) : null;
}

function toRange({ first, last }: Numbers): NumberRange {
  return { firstNumber: Number(first), lastNumber: Number(last) };
}

async function refuse(
  tx: Transaction,
  ctx: RecordContext,
  requestId: string,
  { refusal, ...entry }: Pick<AuditEntry, "action" | "reason"> & { refusal: PurgeRefusal },
): Promise<PurgeResult> {
  await record(tx, ctx, requestId, { ...entry, outcome: "denied", details: { refusedBy: refusal } });
  return { ok: false, reason: refusal };
}

/** All events of one purge are one operation. */
async function record(
  tx: Transaction,
  ctx: RecordContext,
  requestId: string,
  entry: Pick<AuditEntry, "action" | "reason" | "outcome" | "details">,
): Promise<void> {
  await recordAuditEvent(tx, ctx, { ...entry, operationId: requestId, target: { type: "audit_purge", id: requestId } });
}
