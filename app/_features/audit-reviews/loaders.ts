import "server-only";
import { randomBytes } from "node:crypto";
import { conflictOf, periodOf } from "#domain/audit-review.ts";
import { isUuid } from "#domain/ids.ts";
import { can } from "#domain/permissions.ts";
import { getPrintFacts } from "#features/audit/data.ts";
import { listStaffMembers } from "#features/staff/data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { csvLines } from "#platform/csv.ts";
import { auditorDb, db } from "#platform/db.ts";
import { requestContext } from "#platform/request-context.ts";
import { listReviews, type ReviewView } from "./data.ts";
import { exportReview, type ReviewInFull, readReview } from "./mutations.ts";

/** All reviews, newest first. */
export async function loadReviews() {
  const actor = await requirePermission("audit_review:read");
  const print = await getPrintFacts({ ...(await requestContext(actor)), auditorDb: auditorDb() });
  return { reviews: await listReviews(db()), mayDraw: isAllowed(actor, "audit_review:work"), print };
}

/** What the form of a new review begins with: a seed that nobody chose. */
export async function loadNewReview() {
  await requirePermission("audit_review:work");
  const now = new Date();
  return {
    seed: randomBytes(8).toString("hex"),
    lastMonth: periodOf("last_month", now),
    lastQuarter: periodOf("last_quarter", now),
  };
}

/** One review with its events, and what this person may do with it. Null when there is none. */
export async function loadReview(id: string) {
  const actor = await requirePermission("audit_review:read");
  if (!isUuid(id)) return null;
  const ctx = { ...(await requestContext(actor)), auditorDb: auditorDb() };
  const view = await readReview({ ctx, input: { reviewId: id } });
  if (!view) return null;
  const { review } = view;
  const parties = { reviewerId: review.reviewer.id, subjectIds: review.subjectIds };
  const staff = await listStaffMembers(ctx.db);
  const subjects = staff.filter((member) => review.subjectIds.includes(member.id));
  const signers = staff.filter(
    (member) =>
      member.state !== "disabled" &&
      can(member.role, "audit_review:sign_off", ctx.environment) &&
      conflictOf(parties, member.id) === null,
  );
  return {
    ...view,
    subjectNames: subjects.map(({ name }) => name),
    signerNames: signers.map(({ name }) => name),
    mayDecide: review.reviewer.id === actor.id && isAllowed(actor, "audit_review:work"),
    maySignOff: signers.some((member) => member.id === actor.id),
    print: await getPrintFacts(ctx),
  };
}

/** A review with the facts of its events, as a CSV file. */
export async function loadReviewExport(id: string): Promise<Response> {
  const actor = await requirePermission("audit_review:read");
  const ctx = { ...(await requestContext(actor)), auditorDb: auditorDb() };
  const text = isUuid(id) ? await exportReview({ ctx, input: { reviewId: id, toText: reviewCsv } }) : null;
  if (text === null) return new Response("There is no such review.", { status: 404 });
  return new Response(text, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="review_${id}.csv"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function reviewCsv({ review, events, names }: ReviewInFull): string {
  const items = review.items.map(({ place, eventId, eventNumber, decision, finding, decidedAt }) => {
    const event = events.get(eventId);
    const actor = event && (names.get(event.actorId) ?? event.actorId);
    const facts = event && [event.recordedAt, actor, event.action, event.targetType, event.targetId, event.customerId];
    const rest = event && [event.outcome, event.reason, event.ticket];
    const known = facts && rest ? [...facts, ...rest] : ["not in the trail any more", ...Array<null>(8).fill(null)];
    return [place, decision, finding, decidedAt, eventNumber, eventId, ...known].map((value) => value ?? null);
  });
  return csvLines([...factRows(review), [], ITEM_HEADERS, ...items, [`End of review: ${items.length} items`]]);
}

const ITEM_HEADERS = [
  ...["item", "decision", "finding", "decided_at", "event_number", "event_id", "recorded_at", "actor", "action"],
  ...["target_type", "target_id", "customer_id", "outcome", "reason", "ticket"],
];

function factRows(review: ReviewView) {
  return [
    ["review", review.id],
    ["state", review.state],
    ["period_from", review.from],
    ["period_until", review.until],
    ["drawn_from", review.scope],
    ["actions", review.actions.join(" ") || "every action"],
    ["seed", review.seed],
    ["size", review.size],
    ["population", review.population],
    ["last_number", review.lastNumber],
    ["left_out_own_events", review.ownEvents],
    ["left_out_without_number", review.unnumbered],
    ["drawn_at", review.drawnAt],
    ["reviewer", review.reviewer.name],
    ["handed_over_at", review.handedOverAt],
    ["signed_off_by", review.signedOff?.by ?? null],
    ["signed_off_at", review.signedOff?.at ?? null],
    ["abandoned_at", review.abandoned?.at ?? null],
    ["abandoned_because", review.abandoned?.reason ?? null],
  ];
}
