import { createHash } from "node:crypto";
import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction, AuditEvent } from "#domain/audit-event.ts";
import { actionsOf, compareDraws, conflictOf, periodOf, type SecondDraw } from "#domain/audit-review.ts";
import type { Permission } from "#domain/permissions.ts";
import type { AuditEventInList } from "#features/audit/data.ts";
import { getTrailReach } from "#features/purges/data.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { getDraw, getLastNumber, getReview, getSampledEvents, type ReviewView } from "./data.ts";
import type {
  abandonReviewInput,
  decideItemInput,
  drawReviewInput,
  ReviewChange,
  ReviewRefusal,
  returnReviewInput,
  reviewInput,
} from "./schema.ts";

/** Who works on reviews: on record over the app's connection, reading the trail over the auditor's. */
export interface ReviewContext extends RecordContext<StaffActor> {
  auditorDb: Database;
}

type Call<Schema extends z.ZodType, C = RecordContext<StaffActor>> = { ctx: C; input: z.output<Schema> };

/** Draws a sample and fixes all that it depends on. */
export async function drawReview({
  ctx,
  input,
}: Call<typeof drawReviewInput, ReviewContext>): Promise<
  { ok: true; reviewId: string } | { ok: false; reason: ReviewRefusal }
> {
  const period = periodOf(input.period, ctx.now(), input);
  if (!period) return { ok: false, reason: "period_is_empty" };
  const { seed, size, scope } = input;
  const actions = actionsOf(scope, input.actions);
  const reviewerId = ctx.actor.id;
  const lastNumber = await getLastNumber(ctx.auditorDb);
  const { sample, ...counts } = await getDraw(ctx.auditorDb, {
    ...period,
    actions,
    lastNumber,
    reviewerId,
    seed,
    size,
  });
  const facts = {
    from: period.from.toISOString(),
    until: period.until.toISOString(),
    lastNumber: lastNumber?.toString() ?? null,
    scope,
    // A fact has room for some twenty of them; the review itself keeps all.
    actions: scope === "chosen" ? actions.join(" ").slice(0, 500) : null,
    seed,
    size,
    population: counts.population,
  };
  if (sample.length === 0) {
    // That there is nothing was read from the trail too.
    const target = { type: "audit_trail", id: "events" } as const;
    await recordAuditEvent(ctx.db, ctx, { action: "audit_review.drawn", outcome: "failed", target, details: facts });
    return { ok: false, reason: "no_events" };
  }
  const id = uuidv7(ctx.now());
  const subjectIds = [...new Set(sample.flatMap(({ staffId }) => staffId ?? []))].sort();
  await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "audit_review:work");
    const drawn = { seed, size, scope, actions, lastNumber, reviewerId, subjectIds, sampleSize: sample.length };
    const times = { drawnAt: ctx.now(), periodFrom: period.from, periodUntil: period.until };
    await tx.auditReview.create({ data: { id, ...drawn, ...counts, ...times }, select: { id: true } });
    await tx.auditReviewItem.createMany({
      data: sample.map(({ eventId, number }, index) => ({
        reviewId: id,
        place: index + 1,
        eventId,
        eventNumber: number,
      })),
    });
    const sampleSha256 = sha256(sample.map(({ eventId }) => eventId).join("\n"));
    await record(tx, ctx, "audit_review.drawn", id, { ...facts, sampleSha256 });
  });
  return { ok: true, reviewId: id };
}

export async function decideItem({ ctx, input }: Call<typeof decideItemInput>): Promise<ReviewChange> {
  const { reviewId, place, decision } = input;
  const finding = input.decision === "finding" ? input.finding : null;
  return changeOwnReview(ctx, "audit_review.item_decided", reviewId, async (tx, review) => {
    const item = review.items.find((each) => each.place === place);
    if (!item || review.state !== "in_review") return "changed_meanwhile";
    await tx.auditReviewItem.update({
      where: { reviewId_place: { reviewId, place } },
      data: { decision, finding, decidedAt: ctx.now() },
    });
    const details = { place, eventId: item.eventId, decision, before: item.decision };
    await record(tx, ctx, "audit_review.item_decided", reviewId, details, { reason: finding });
    return null;
  });
}

/** To be signed off by another; from now on the items stay as they are, unless the review is returned. */
export async function handReviewOver({ ctx, input: { reviewId } }: Call<typeof reviewInput>): Promise<ReviewChange> {
  return changeOwnReview(ctx, "audit_review.handed_over", reviewId, async (tx, review) => {
    if (review.state !== "in_review") return "changed_meanwhile";
    if (review.items.some(({ decision }) => decision === null)) return "undecided_items";
    await tx.auditReview.updateMany({
      where: { id: reviewId },
      data: { state: "handed_over", handedOverAt: ctx.now() },
    });
    await record(tx, ctx, "audit_review.handed_over", reviewId, countsOf(review));
    return null;
  });
}

/** Back to the reviewer, with what has to be looked at again. */
export async function returnReview({
  ctx,
  input: { reviewId, reason },
}: Call<typeof returnReviewInput>): Promise<ReviewChange> {
  return changeOthersReview(ctx, "audit_review.returned", reviewId, async (tx) => {
    const returned = { returnedAt: ctx.now(), returnedById: ctx.actor.id, returnReason: reason };
    await tx.auditReview.updateMany({ where: { id: reviewId }, data: { state: "in_review", ...returned } });
    await record(tx, ctx, "audit_review.returned", reviewId, {}, { reason });
    return null;
  });
}

/** The end: from now on nobody can change anything of it. */
export async function signReviewOff({ ctx, input: { reviewId } }: Call<typeof reviewInput>): Promise<ReviewChange> {
  return changeOthersReview(ctx, "audit_review.signed_off", reviewId, async (tx, review) => {
    const signed = { signedOffAt: ctx.now(), signedOffById: ctx.actor.id };
    await tx.auditReview.updateMany({ where: { id: reviewId }, data: { state: "signed_off", ...signed } });
    await record(tx, ctx, "audit_review.signed_off", reviewId, countsOf(review));
    return null;
  });
}

/** The other end, before the hand-over: the sample and what was decided of it stay as they are, with why. */
export async function abandonReview({
  ctx,
  input: { reviewId, reason },
}: Call<typeof abandonReviewInput>): Promise<ReviewChange> {
  return changeOwnReview(ctx, "audit_review.abandoned", reviewId, async (tx, review) => {
    if (review.state !== "in_review") return "changed_meanwhile";
    const abandoned = { abandonedAt: ctx.now(), abandonReason: reason };
    await tx.auditReview.updateMany({ where: { id: reviewId }, data: { state: "abandoned", ...abandoned } });
    await record(tx, ctx, "audit_review.abandoned", reviewId, countsOf(review), { reason });
    return null;
  });
}

/** The sample once more, by the stored parameters. Reading the trail, it is on record before it is read. */
export async function drawReviewAgain({
  ctx,
  input: { reviewId },
}: Call<typeof reviewInput, ReviewContext>): Promise<SecondDraw | null> {
  await recordReading(ctx, reviewId, { drawnAgain: true });
  const review = await getReview(ctx.db, reviewId);
  if (!review) return null;
  const { sample, population } = await getDraw(ctx.auditorDb, {
    from: new Date(review.from),
    until: new Date(review.until),
    actions: review.actions,
    lastNumber: review.lastNumber === null ? null : BigInt(review.lastNumber),
    reviewerId: review.reviewer.id,
    seed: review.seed,
    size: review.size,
  });
  return compareDraws(review, { sample, population, ...(await getTrailReach(ctx.auditorDb)) });
}

export interface ReviewInFull {
  review: ReviewView;
  /** Of the sample, by id. One that is missing has been purged, or worse. */
  events: Map<string, AuditEventInList>;
  names: Map<string, string>;
}

/** A review with its events; null when there is none. Reading them is on record before one is read. */
export async function readReview({
  ctx,
  input,
}: Call<typeof reviewInput, ReviewContext>): Promise<ReviewInFull | null> {
  await recordReading(ctx, input.reviewId, {});
  return readInFull(ctx, input.reviewId);
}

/** For a file: it goes out only when its making, with its own hash, is on record. Null when there is no such review. */
export async function exportReview({
  ctx,
  input: { reviewId, toText },
}: {
  ctx: ReviewContext;
  input: { reviewId: string; toText: (view: ReviewInFull) => string };
}): Promise<string | null> {
  const view = await readInFull(ctx, reviewId);
  if (!view) return null;
  const text = toText(view);
  await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "audit_review:read");
    const details = { state: view.review.state, ...countsOf(view.review), sha256: sha256(text) };
    await record(tx, ctx, "audit_review.exported", reviewId, details);
  });
  return text;
}

async function readInFull(ctx: ReviewContext, reviewId: string): Promise<ReviewInFull | null> {
  const review = await getReview(ctx.db, reviewId);
  if (!review) return null;
  const ids = review.items.map(({ eventId }) => eventId);
  const events = await getSampledEvents(ctx.auditorDb, ids);
  const staff = [...events.values()].filter(({ actorType }) => actorType === "staff");
  const names = await getStaffNames(
    ctx.db,
    staff.map(({ actorId }) => actorId),
  );
  return { review, events, names };
}

type Change = (tx: Transaction, review: ReviewView) => Promise<ReviewRefusal | null>;

function changeOwnReview(ctx: RecordContext<StaffActor>, action: AuditAction, reviewId: string, change: Change) {
  return changeReview(ctx, "audit_review:work", reviewId, async (tx, review) => {
    if (review.reviewer.id !== ctx.actor.id) return refuse(tx, ctx, action, reviewId, "not_the_reviewer");
    return change(tx, review);
  });
}

/** What the second person does. The database would refuse the wrong one too; this one leaves a row that says so. */
function changeOthersReview(ctx: RecordContext<StaffActor>, action: AuditAction, reviewId: string, change: Change) {
  return changeReview(ctx, "audit_review:sign_off", reviewId, async (tx, review) => {
    const conflict = conflictOf({ reviewerId: review.reviewer.id, subjectIds: review.subjectIds }, ctx.actor.id);
    if (conflict) return refuse(tx, ctx, action, reviewId, conflict);
    return review.state === "handed_over" ? change(tx, review) : "changed_meanwhile";
  });
}

/** Of simultaneous changes to one review each waits for the one before, and then sees what it left. */
async function changeReview(
  ctx: RecordContext<StaffActor>,
  permission: Permission,
  reviewId: string,
  change: Change,
): Promise<ReviewChange> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, permission);
    await tx.$queryRaw`SELECT FROM "AuditReview" WHERE id = ${reviewId}::uuid FOR NO KEY UPDATE`;
    const review = await getReview(tx, reviewId);
    if (!review) return { ok: false, reason: "no_such_review" };
    const refusal = await change(tx, review);
    return refusal ? { ok: false, reason: refusal } : { ok: true };
  });
}

async function refuse<Reason extends ReviewRefusal>(
  tx: Transaction,
  ctx: RecordContext<StaffActor>,
  action: AuditAction,
  reviewId: string,
  refusedBy: Reason,
): Promise<Reason> {
  await record(tx, ctx, action, reviewId, { refusedBy }, { outcome: "denied" });
  return refusedBy;
}

async function recordReading(ctx: ReviewContext, reviewId: string, details: AuditEvent["details"]): Promise<void> {
  await ctx.db.$transaction((tx) => record(tx, ctx, "audit.viewed", reviewId, details));
}

async function record(
  tx: Transaction,
  ctx: RecordContext<StaffActor>,
  action: AuditAction,
  reviewId: string,
  details: AuditEvent["details"],
  { outcome = "succeeded", reason = null }: { outcome?: "succeeded" | "denied"; reason?: string | null } = {},
): Promise<void> {
  await recordAuditEvent(tx, ctx, { action, outcome, target: { type: "audit_review", id: reviewId }, details, reason });
}

function countsOf({ items, sampleSize }: ReviewView) {
  return { items: sampleSize, findings: items.filter(({ decision }) => decision === "finding").length };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
