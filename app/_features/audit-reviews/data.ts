import type { ReviewDecision, ReviewScope, ReviewState } from "#domain/audit-review.ts";
import { type AuditEventInList, listAuditEventsWhere } from "#features/audit/data.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";

/** What a sample is drawn from; fixed at the draw, so that the same seed gives the same sample for ever. */
export interface Population {
  from: Date;
  /** Exclusive. */
  until: Date;
  /** Empty is every action. */
  actions: readonly string[];
  /** The trail's highest number at the draw; null while nothing is sealed, when the period alone is the bound. */
  lastNumber: bigint | null;
  /** Whose own events are left out. */
  reviewerId: string;
}

export interface DrawnEvent {
  eventId: string;
  number: bigint | null;
  /** Null where no member of the staff acted. */
  staffId: string | null;
}

export interface Draw {
  population: number;
  /** Of the same period and actions, but left out: the reviewer's own events, and those without a number. */
  ownEvents: number;
  unnumbered: number;
  sample: DrawnEvent[];
}

export async function getLastNumber(auditorDb: Database): Promise<bigint | null> {
  const rows = await auditorDb.$queryRaw<{ number: bigint | null }[]>`
    SELECT max(number) AS number FROM audit.sealed_event`;
  return rows[0]?.number ?? null;
}

/**
 * The first `size` events of the population in the order of SHA-256(seed, then the event's id): an order that anybody can
 * make again from an export, and that does not depend on when a row came.
 */
export async function getDraw(
  auditorDb: Database,
  { seed, size, ...population }: Population & { seed: string; size: number },
): Promise<Draw> {
  const { from, until, actions, lastNumber, reviewerId } = population;
  const ofAction = actions.length === 0 ? Prisma.sql`true` : Prisma.sql`e.action = ANY(${[...actions]})`;
  const isNumbered = lastNumber === null ? Prisma.sql`true` : Prisma.sql`coalesce(s.number <= ${lastNumber}, false)`;
  const chosen = Prisma.sql`
    SELECT e.event_id, s.number, CASE WHEN e.actor_type = 'staff' THEN e.actor_id END AS staff_id,
      e.actor_type = 'staff' AND e.actor_id = ${reviewerId} AS is_own, ${isNumbered} AS is_numbered
    FROM audit.event e LEFT JOIN audit.sealed_event s ON s.event_id = e.event_id
    WHERE e.recorded_at >= ${from} AND e.recorded_at < ${until} AND ${ofAction}`;
  return auditorDb.$transaction(
    async (tx) => {
      const [counts] = await tx.$queryRaw<Record<"population" | "ownEvents" | "unnumbered", bigint>[]>`
        SELECT count(*) FILTER (WHERE NOT is_own AND is_numbered) AS population, count(*) FILTER (WHERE is_own) AS "ownEvents",
          count(*) FILTER (WHERE NOT is_own AND NOT is_numbered) AS unnumbered
        FROM (${chosen}) chosen`;
      const sample = await tx.$queryRaw<DrawnEvent[]>`
        SELECT event_id AS "eventId", number, staff_id AS "staffId" FROM (${chosen}) chosen
        WHERE NOT is_own AND is_numbered
        ORDER BY sha256(convert_to(${seed} || event_id::text, 'UTF8')) LIMIT ${size}`;
      const count = (name: "population" | "ownEvents" | "unnumbered") => Number(counts?.[name] ?? 0);
      return {
        population: count("population"),
        ownEvents: count("ownEvents"),
        unnumbered: count("unnumbered"),
        sample,
      };
    },
    { isolationLevel: "RepeatableRead" },
  );
}

/** The sampled events as they stand in the trail, by id. */
export async function getSampledEvents(
  auditorDb: Database,
  eventIds: readonly string[],
): Promise<Map<string, AuditEventInList>> {
  const events = await listAuditEventsWhere(
    auditorDb,
    Prisma.sql`e.event_id = ANY(${[...eventIds]}::uuid[])`,
    eventIds.length,
  );
  return new Map(events.map((event) => [event.eventId, event]));
}

export interface ReviewItemView {
  place: number;
  eventId: string;
  eventNumber: string | null;
  decision: ReviewDecision | null;
  finding: string | null;
  decidedAt: string | null;
}

export interface ReviewInList {
  id: string;
  state: ReviewState;
  drawnAt: string;
  from: string;
  until: string;
  reviewer: string;
  signedOffBy: string | null;
  sampleSize: number;
  decided: number;
  findings: number;
  isReturned: boolean;
}

export interface ReviewView
  extends Omit<ReviewInList, "reviewer" | "signedOffBy" | "decided" | "findings" | "isReturned"> {
  reviewer: Person;
  lastNumber: string | null;
  scope: ReviewScope;
  actions: string[];
  seed: string;
  size: number;
  population: number;
  ownEvents: number;
  unnumbered: number;
  subjectIds: string[];
  handedOverAt: string | null;
  returned: { by: string; at: string; reason: string } | null;
  signedOff: { by: string; at: string } | null;
  abandoned: { at: string; reason: string } | null;
  items: ReviewItemView[];
}

interface Person {
  id: string;
  name: string;
}

/** Reviews are made by hand, some a quarter: what is older than this stays in the trail and at its own address. */
const LONGEST_LIST = 200;

/** Newest first. */
export async function listReviews(db: Database): Promise<ReviewInList[]> {
  const reviews = await db.auditReview.findMany({
    include: { reviewer: PERSON, signedOffBy: PERSON },
    orderBy: [{ drawnAt: "desc" }, { id: "asc" }],
    take: LONGEST_LIST,
  });
  const decisions = await db.auditReviewItem.groupBy({
    by: ["reviewId", "decision"],
    where: { reviewId: { in: reviews.map(({ id }) => id) }, decision: { not: null } },
    _count: true,
  });
  const count = (reviewId: string, decision: ReviewDecision) =>
    decisions.find((each) => each.reviewId === reviewId && each.decision === decision)?._count ?? 0;
  return reviews.map(({ reviewer, signedOffBy, periodFrom, periodUntil, drawnAt, ...review }) => ({
    id: review.id,
    state: review.state,
    drawnAt: drawnAt.toISOString(),
    from: periodFrom.toISOString(),
    until: periodUntil.toISOString(),
    reviewer: reviewer.name,
    signedOffBy: signedOffBy?.name ?? null,
    sampleSize: review.sampleSize,
    decided: count(review.id, "fine") + count(review.id, "finding"),
    findings: count(review.id, "finding"),
    isReturned: review.state === "in_review" && review.returnedAt !== null,
  }));
}

export async function getReview(db: Database | Transaction, id: string): Promise<ReviewView | null> {
  const review = await db.auditReview.findUnique({
    where: { id },
    include: { reviewer: PERSON, returnedBy: PERSON, signedOffBy: PERSON, items: { orderBy: { place: "asc" } } },
  });
  if (!review) return null;
  const { reviewer, returnedBy, returnedAt, signedOffBy, signedOffAt, items, ...row } = review;
  return {
    id,
    state: row.state,
    drawnAt: row.drawnAt.toISOString(),
    from: row.periodFrom.toISOString(),
    until: row.periodUntil.toISOString(),
    reviewer,
    lastNumber: row.lastNumber?.toString() ?? null,
    scope: row.scope as ReviewScope,
    actions: row.actions,
    seed: row.seed,
    size: row.size,
    population: row.population,
    ownEvents: row.ownEvents,
    unnumbered: row.unnumbered,
    sampleSize: row.sampleSize,
    subjectIds: row.subjectIds,
    handedOverAt: row.handedOverAt?.toISOString() ?? null,
    returned:
      returnedBy && returnedAt
        ? { by: returnedBy.name, at: returnedAt.toISOString(), reason: row.returnReason ?? "" }
        : null,
    abandoned: row.abandonedAt && { at: row.abandonedAt.toISOString(), reason: row.abandonReason ?? "" },
    signedOff: signedOffBy && signedOffAt ? { by: signedOffBy.name, at: signedOffAt.toISOString() } : null,
    items: items.map(({ reviewId: _, eventNumber, decidedAt, ...item }) => ({
      ...item,
      eventNumber: eventNumber?.toString() ?? null,
      decidedAt: decidedAt?.toISOString() ?? null,
    })),
  };
}

const PERSON = { select: { id: true, name: true } } as const;
