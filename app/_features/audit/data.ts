import type { Role } from "#domain/permissions.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { AUDIT_FILTER_COLUMNS, AUDIT_SEARCH_COLUMNS } from "./columns.ts";
import type { AuditCursor, AuditFilter } from "./schema.ts";

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

/** Now by the clock that gives events their time; rounded up, so that whatever is recorded already lies before it. */
export async function getRecordingTime(db: Database): Promise<Date> {
  const rows = await db.$queryRaw<{ now: Date }[]>`
    SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' AS now`;
  return rows[0]?.now ?? new Date();
}

/** Events of a filter, newest first, by keyset. */
export async function listAuditEvents(db: Database | Transaction, query: ListQuery): Promise<AuditEventInList[]> {
  const { filter, scope, limit, after, before } = query;
  const conditions = auditConditions(filter, scope);
  if (after) conditions.push(Prisma.sql`${PLACE} < ${placeOf(after)}`);
  if (before) conditions.push(Prisma.sql`${PLACE} > ${placeOf(before)}`);
  const direction = before ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const rows = await db.$queryRaw<AuditEventInList[]>`
    WITH page AS (
      SELECT * FROM audit.event e WHERE ${Prisma.join(conditions, " AND ")}
      ORDER BY recorded_at ${direction}, event_id ${direction} LIMIT ${limit}
    )
    SELECT ${EVENT_COLUMNS}, coalesce(later.events, '[]') AS "followedBy"
    FROM page e CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('phase', o.phase, 'outcome', o.outcome) ORDER BY o.recorded_at) AS events
      FROM audit.event o
      WHERE o.operation_id = e.operation_id AND o.recorded_at > e.recorded_at AND ${inScope(scope, Prisma.raw("o"))}
    ) later
    ORDER BY e.recorded_at DESC, e.event_id DESC`;
  return rows;
}

/** Exact. `newer` counts those of them that stand before `first` in the list. */
export async function countAuditEvents(
  db: Database | Transaction,
  { filter, scope, first }: { filter: AuditFilter; scope: AuditScope; first?: AuditCursor | undefined },
): Promise<{ total: number; newer: number }> {
  const isNewer = first ? Prisma.sql`${PLACE} > ${placeOf(first)}` : Prisma.sql`false`;
  const rows = await db.$queryRaw<{ total: bigint; newer: bigint }[]>`
    SELECT count(*) AS total, count(*) FILTER (WHERE ${isNewer}) AS newer
    FROM audit.event e WHERE ${Prisma.join(auditConditions(filter, scope), " AND ")}`;
  return { total: Number(rows[0]?.total ?? 0), newer: Number(rows[0]?.newer ?? 0) };
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

/** All events of one operation, newest first, as far as the reader may see them. */
export async function listOperationEvents(
  db: Database,
  { operationId, scope }: { operationId: string; scope: AuditScope },
): Promise<AuditEventView[]> {
  return db.$queryRaw<AuditEventView[]>`
    SELECT ${EVENT_COLUMNS} FROM audit.event e
    WHERE e.operation_id = ${operationId}::uuid AND ${inScope(scope, Prisma.raw("e"))}
    ORDER BY e.recorded_at DESC, e.event_id DESC LIMIT ${LONGEST_OPERATION}`;
}

/** An operation has an intent, an outcome and a reveal; far more than that would be a fault, and no reason to hang. */
const LONGEST_OPERATION = 100;

const PLACE = Prisma.sql`(e.recorded_at, e.event_id)`;
const EVENT_COLUMNS = Prisma.sql`
  e.event_id AS "eventId", e.operation_id AS "operationId", e.phase, e.environment,
  to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt",
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
  e.actor_type AS "actorType", e.actor_id AS "actorId", e.actor_role AS "actorRole", e.session_ref AS "sessionRef",
  e.action, e.target_type AS "targetType", e.target_id AS "targetId", e.customer_id AS "customerId",
  e.decision, e.outcome, e.upstream_status AS "upstreamStatus", e.upstream_code AS "upstreamCode",
  e.upstream_request_id AS "upstreamRequestId", e.reason, e.ticket, e.request_id AS "requestId"`;

/** What a row of `audit.event e` has to be, as conditions of a WHERE. */
export function auditConditions(filter: AuditFilter, scope: AuditScope): Prisma.Sql[] {
  const { from, until, q } = filter;
  const inTime = Prisma.sql`e.recorded_at >= ${from} AND e.recorded_at < ${until}`;
  const conditions = [inScope(scope, Prisma.raw("e")), inTime];
  for (const [field, columns] of Object.entries(AUDIT_FILTER_COLUMNS)) {
    const value = filter[field as keyof typeof AUDIT_FILTER_COLUMNS];
    if (value !== undefined) conditions.push(anyOf(columns, (column) => Prisma.sql`${column} = ${value}`));
  }
  if (q !== undefined) {
    const startsWithQ = (column: Prisma.Sql) => Prisma.sql`starts_with(lower(${column}::text), lower(${q}))`;
    conditions.push(anyOf(AUDIT_SEARCH_COLUMNS, startsWithQ));
  }
  return conditions;
}

function anyOf(columns: readonly string[], test: (column: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
  const tests = columns.map((column) => test(Prisma.raw(`e.${column}`)));
  return Prisma.sql`(${Prisma.join(tests, " OR ")})`;
}

function inScope(scope: AuditScope, row: Prisma.Sql): Prisma.Sql {
  if (scope.all) return Prisma.sql`true`;
  return Prisma.sql`(${row}.actor_type = 'staff' AND ${row}.actor_id = ${scope.ownActorId})`;
}

function placeOf({ recordedAt, eventId }: AuditCursor): Prisma.Sql {
  return Prisma.sql`(${recordedAt}::timestamptz, ${eventId}::uuid)`;
}
