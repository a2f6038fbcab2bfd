import type { Role } from "#domain/permissions.ts";
import { type SearchLane, searchConditions, searchLanes } from "#features/audit-search/data.ts";
import { type CheckpointView, getLatestCheckpoint } from "#features/checkpoints/data.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { RECORDED_AT } from "#platform/recorded-at.ts";
import type { AuditCursor, AuditFilter } from "./schema.ts";

/** What a sheet of paper says of its making. */
export interface PrintFacts {
  by: string;
  environment: string;
  /** ISO 8601. */
  at: string;
  /** The newest. */
  checkpoint: CheckpointView | null;
}

type Printer = { actor: { name: string }; environment: string; now: () => Date; auditorDb: Database };

export async function getPrintFacts({ actor, environment, now, auditorDb }: Printer): Promise<PrintFacts> {
  return { by: actor.name, environment, at: now().toISOString(), checkpoint: await getLatestCheckpoint(auditorDb) };
}

/** Whose events may be read. Part of every query here, so that no page can forget it. */
export type AuditScope = { all: true } | { all: false; ownActorId: string };

export interface AuditEventView {
  eventId: string;
  operationId: string;
  phase: string;
  /** The database's time, UTC to the microsecond. */
  recordedAt: string;
  /** The app's time, UTC to the millisecond. */
  occurredAt: string;
  environment: string;
  actorType: string;
  actorId: string;
  actorRole: Role | null;
  sessionRef: string | null;
  action: string;
  targetType: string | null;
  targetId: string | null;
  customerId: string | null;
  decision: string;
  outcome: string;
  upstreamStatus: number | null;
  upstreamCode: string | null;
  upstreamRequestId: string | null;
  reason: string | null;
  ticket: string | null;
  requestId: string;
}

/** With what followed in the same operation, oldest first, as far as the reader may see it. */
export type AuditEventInList = AuditEventView & { followedBy: { phase: string; outcome: string }[] };

export interface AuditEventInFull extends AuditEventView {
  /** The RFC 8785 text that is hashed. */
  body: string;
}

interface ListQuery {
  filter: AuditFilter;
  scope: AuditScope;
  limit: number;
  /** Rows recorded before this one ("after" it in the list), or after it. */
  after?: AuditCursor | undefined;
  before?: AuditCursor | undefined;
}

interface CountQuery {
  filter: AuditFilter;
  scope: AuditScope;
  most?: number | null;
}

/** Now by the clock that gives events their time; rounded up, so that whatever is recorded already lies before it. */
export async function getRecordingTime(db: Database): Promise<Date> {
  const rows = await db.$queryRaw<{ now: Date }[]>`
    SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' AS now`;
  return rows[0]?.now ?? new Date();
}

/** Events of a filter, newest first, by keyset. */
export async function listAuditEvents(db: Database | Transaction, query: ListQuery): Promise<AuditEventInList[]> {
  return db.$queryRaw<AuditEventInList[]>(listSql(query));
}

/** Apart, so that the plan of the very statement can be looked at. */
export function listSql({ filter, scope, limit, after, before }: ListQuery): Prisma.Sql {
  const direction = before ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const order = Prisma.sql`ORDER BY recorded_at ${direction}, event_id ${direction} LIMIT ${limit}`;
  const times = timesFrom(filter, after, before);
  return inFull(Prisma.sql`${matching({ filter, scope, times, order })} ${order}`, scope);
}

/** The rows of a page of event ids, newest first, each with what followed in its operation. */
function inFull(page: Prisma.Sql, scope: AuditScope): Prisma.Sql {
  return Prisma.sql`
    WITH page AS MATERIALIZED (${page})
    SELECT ${EVENT_COLUMNS}, coalesce(later.events, '[]') AS "followedBy"
    FROM page JOIN audit.event e ON e.event_id = page.event_id CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('phase', o.phase, 'outcome', o.outcome) ORDER BY o.recorded_at) AS events
      FROM audit.event o
      WHERE o.operation_id = e.operation_id AND o.recorded_at > e.recorded_at AND ${inScope(scope, Prisma.raw("o"))}
    ) later
    ORDER BY e.recorded_at DESC, e.event_id DESC`;
}

/** How many events a filter has: exact. With `most`, no more than so many are looked at. */
export async function countAuditEvents(db: Database | Transaction, query: CountQuery): Promise<number> {
  const rows = await db.$queryRaw<{ count: bigint }[]>(countSql(query));
  return Number(rows[0]?.count ?? 0);
}

export function countSql({ filter, scope, most = null }: CountQuery): Prisma.Sql {
  const limit = Prisma.sql`LIMIT ${most}::bigint`;
  return Prisma.sql`SELECT count(*) AS count FROM (${matching({ filter, scope, times: timesFrom(filter), order: limit })} ${limit}) found`;
}

export async function getAuditEvent(
  db: Database,
  { eventId, scope }: { eventId: string; scope: AuditScope },
): Promise<AuditEventInFull | null> {
  const rows = await db.$queryRaw<AuditEventInFull[]>`
    SELECT ${EVENT_COLUMNS}, e.body FROM audit.event e
    WHERE e.event_id = ${eventId}::uuid AND ${inScope(scope, Prisma.raw("e"))}`;
  return rows[0] ?? null;
}

/** An event of a story, with the facts of its body. */
export interface StoryEvent extends AuditEventView {
  body: string;
}

/**
 * One operation from its beginning, oldest first: intent, outcome, reveal; and of a re-auth session what became of it, that is
 * claims and proof of the same exchange until the next session was asked for. From whichever of these events one comes, the story
 * is the same. As far as the reader may see it.
 */
export async function listStory(
  db: Database,
  { event, scope }: { event: AuditEventView; scope: AuditScope },
): Promise<StoryEvent[]> {
  const { operationId, recordedAt, targetType, targetId } = event;
  const exchangeId = targetType === "exchange" ? targetId : null;
  const intents = Prisma.sql`
    SELECT i.operation_id, i.recorded_at FROM audit.event i
    WHERE i.target_id = ${exchangeId} AND i.action = 'reauth_session.requested' AND i.phase = 'intent'`;
  const isAfterwards = WHAT_BECAME_OF_A_SESSION.includes(event.action);
  return db.$queryRaw<StoryEvent[]>`
    WITH session AS MATERIALIZED (
      ${intents} AND (i.operation_id = ${operationId}::uuid OR (${isAfterwards} AND i.recorded_at <= ${recordedAt}::timestamptz))
      ORDER BY i.operation_id = ${operationId}::uuid DESC, i.recorded_at DESC LIMIT 1
    ), following AS MATERIALIZED (
      ${intents} AND i.recorded_at > (SELECT recorded_at FROM session) ORDER BY i.recorded_at LIMIT 1
    ), found AS (
      SELECT event_id FROM audit.event WHERE operation_id = ${operationId}::uuid
      UNION SELECT event_id FROM audit.event WHERE operation_id = (SELECT operation_id FROM session)
      UNION SELECT e.event_id FROM audit.event e
        WHERE e.target_id = ${exchangeId} AND e.action = ANY (${WHAT_BECAME_OF_A_SESSION}::text[])
          AND e.recorded_at > (SELECT recorded_at FROM session)
          AND e.recorded_at < coalesce((SELECT recorded_at FROM following), 'infinity')
    )
    SELECT ${EVENT_COLUMNS}, e.body FROM found JOIN audit.event e ON e.event_id = found.event_id
    WHERE ${inScope(scope, Prisma.raw("e"))} ORDER BY e.recorded_at, e.event_id LIMIT ${LONGEST_STORY}`;
}

const WHAT_BECAME_OF_A_SESSION = ["repair_case.claimed", "repair_case.verified", "repair_case.closed_unproven"];

/** A story has a handful of events; far more than that would be a fault, and no reason to hang. */
const LONGEST_STORY = 100;

const PLACE = Prisma.sql`(e.recorded_at, e.event_id)`;
const EVENT_COLUMNS = Prisma.sql`
  e.event_id AS "eventId", e.operation_id AS "operationId", e.phase, e.environment,
  ${Prisma.raw(RECORDED_AT)} AS "recordedAt",
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
  e.actor_type AS "actorType", e.actor_id AS "actorId", e.actor_role AS "actorRole", e.session_ref AS "sessionRef",
  e.action, e.target_type AS "targetType", e.target_id AS "targetId", e.customer_id AS "customerId",
  e.decision, e.outcome, e.upstream_status AS "upstreamStatus", e.upstream_code AS "upstreamCode",
  e.upstream_request_id AS "upstreamRequestId", e.reason, e.ticket, e.request_id AS "requestId"`;

/** What a row `e` of `audit.event` has to fulfil for this filter and this reader, to be joined by AND. */
export function auditConditions(filter: AuditFilter, scope: AuditScope): Prisma.Sql[] {
  return [inScope(scope, Prisma.raw("e")), ...timesFrom(filter), ...searchConditions(filter)];
}

/**
 * One bound at each end: a B-tree walks from the first bound it is given, so that a second one beside the place of a page would make
 * it walk there from the end of the times.
 */
function timesFrom(
  { from, until }: Pick<AuditFilter, "from" | "until">,
  after?: AuditCursor,
  before?: AuditCursor,
): Prisma.Sql[] {
  const isWithin = ({ recordedAt }: AuditCursor) => new Date(recordedAt) >= from && new Date(recordedAt) < until;
  return [
    ...(before ? [Prisma.sql`${PLACE} > ${placeOf(before)}`] : []),
    ...(after ? [Prisma.sql`${PLACE} < ${placeOf(after)}`] : []),
    ...(before && isWithin(before) ? [] : [Prisma.sql`e.recorded_at >= ${from}`]),
    ...(after && isWithin(after) ? [] : [Prisma.sql`e.recorded_at < ${until}`]),
  ];
}

interface Matching {
  filter: AuditFilter;
  scope: AuditScope;
  times: Prisma.Sql[];
  /** Order and limit of each lane; of their union it has to be said again. */
  order: Prisma.Sql;
}

/** Place and id of the rows, once each. */
function matching({ filter, scope, times, order }: Matching): Prisma.Sql {
  const { lanes, conditions } = searchLanes(filter);
  const all = [inScope(scope, Prisma.raw("e")), ...times, ...conditions];
  const selects = lanes.map((lane) => laneSql(lane, all, order));
  return Prisma.sql`SELECT recorded_at, event_id FROM (${Prisma.join(selects, " UNION ")}) lanes`;
}

function laneSql({ from, where }: SearchLane, conditions: Prisma.Sql[], order: Prisma.Sql): Prisma.Sql {
  const rows = Prisma.sql`
    SELECT e.recorded_at, e.event_id FROM audit.event e WHERE ${Prisma.join([where, ...conditions], " AND ")} ${order}`;
  if (!from) return Prisma.sql`(${rows})`;
  return Prisma.sql`(SELECT lane.recorded_at, lane.event_id FROM ${from} CROSS JOIN LATERAL (${rows}) lane)`;
}

function inScope(scope: AuditScope, row: Prisma.Sql): Prisma.Sql {
  if (scope.all) return Prisma.sql`true`;
  return Prisma.sql`(${row}.actor_type = 'staff' AND ${row}.actor_id = ${scope.ownActorId})`;
}

function placeOf({ recordedAt, eventId }: AuditCursor): Prisma.Sql {
  return Prisma.sql`(${recordedAt}::timestamptz, ${eventId}::uuid)`;
}

/** Events of all people that fit a condition over `e`, newest first: for nouns that ask the trail their own questions. */
export async function listAuditEventsWhere(
  db: Database,
  condition: Prisma.Sql,
  limit: number,
): Promise<AuditEventInList[]> {
  const page = Prisma.sql`
    SELECT e.event_id FROM audit.event e WHERE ${condition} ORDER BY e.recorded_at DESC, e.event_id DESC LIMIT ${limit}`;
  return db.$queryRaw<AuditEventInList[]>(inFull(page, { all: true }));
}
