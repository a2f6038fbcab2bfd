import { auditConditions } from "#features/audit/data.ts";
import type { AuditFilter } from "#features/audit/schema.ts";
import type { BundleEvent } from "#platform/audit-bundle.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";

/** Rows a statement gives, at most: some two megabytes. */
const BATCH_ROWS = 2_000;
/** Numbers a statement looks at, at most: whatever the filter, it ends long before its time is over. */
const WIDEST_WINDOW = 200_000;
const EVERYTHING = { all: true } as const;

/** A row of an export; `isWanted` says whether it was recorded within the period. */
export interface ExportRow {
  event: BundleEvent;
  isWanted: boolean;
}

export interface NumberSpan {
  first: number;
  last: number;
}

/** How many events fit, sealed or not. */
export async function countWanted(db: Database, filter: AuditFilter): Promise<number> {
  const rows = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::float8 AS total FROM audit.event e WHERE ${Prisma.join(auditConditions(filter, EVERYTHING), " AND ")}`;
  return rows[0]?.total ?? 0;
}

/**
 * The smallest and the largest number of the period among 1 to `size`. Numbers follow the time of recording only nearly: an event can
 * commit late. So both ends are searched for, inwards, until they are found.
 */
export async function findSpan(
  db: Database,
  { filter, size }: { filter: AuditFilter; size: number },
): Promise<NumberSpan | null> {
  const inWindow = async (end: Prisma.Sql, above: number, upTo: number) => {
    const rows = await db.$queryRaw<{ number: number | null }[]>`
      SELECT ${end}::float8 AS number FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
      WHERE s.number > ${above} AND s.number <= ${upTo}
        AND e.recorded_at >= ${filter.from} AND e.recorded_at < ${filter.until}`;
    return rows[0]?.number ?? null;
  };
  let first: number | null = null;
  for (let above = 0; above < size && first === null; above += WIDEST_WINDOW)
    first = await inWindow(Prisma.sql`min(s.number)`, above, Math.min(size, above + WIDEST_WINDOW));
  if (first === null) return null;
  let last: number | null = null;
  for (let upTo = size; last === null; upTo -= WIDEST_WINDOW)
    last = await inWindow(Prisma.sql`max(s.number)`, Math.max(0, upTo - WIDEST_WINDOW), upTo);
  return { first, last };
}

/** Every number of the span, ascending. */
export async function* readRange(
  db: Database,
  { span, filter, purgedUpTo }: { span: NumberSpan; filter: AuditFilter; purgedUpTo: number },
): AsyncGenerator<ExportRow> {
  for (let from = span.first; from <= span.last; from += BATCH_ROWS) {
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT n::float8 AS number, e.body, ${RECORDED_AT} AS "recordedAt",
        coalesce(e.recorded_at >= ${filter.from} AND e.recorded_at < ${filter.until}, false) AS "isWanted"
      FROM generate_series(${from}::bigint, ${Math.min(span.last, from + BATCH_ROWS - 1)}::bigint) n
      LEFT JOIN audit.sealed_event s ON s.number = n LEFT JOIN audit.event e ON e.event_id = s.event_id
      ORDER BY n`;
    for (const row of rows) yield { event: toBundleEvent(row, purgedUpTo), isWanted: row.isWanted };
  }
}

/** The events that fit the filter, among the numbers 1 to `size`, ascending. */
export async function* readSelection(
  db: Database,
  { filter, size }: { filter: AuditFilter; size: number },
): AsyncGenerator<ExportRow> {
  const conditions = Prisma.join(auditConditions(filter, EVERYTHING), " AND ");
  let above = 0;
  let window = BATCH_ROWS;
  while (above < size) {
    const upTo = Math.min(size, above + window);
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT s.number::float8 AS number, e.body, ${RECORDED_AT} AS "recordedAt", true AS "isWanted"
      FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
      WHERE s.number > ${above} AND s.number <= ${upTo} AND ${conditions}
      ORDER BY s.number LIMIT ${BATCH_ROWS}`;
    for (const row of rows) yield { event: toBundleEvent(row, 0), isWanted: true };
    const last = rows.at(-1);
    const isCut = rows.length === BATCH_ROWS && last !== undefined;
    above = isCut ? last.number : upTo;
    // Where little fits, more numbers are looked at in one go.
    window = isCut ? BATCH_ROWS : Math.min(2 * window, WIDEST_WINDOW);
  }
}

interface StoredRow {
  number: number;
  body: string | null;
  recordedAt: string | null;
  isWanted: boolean;
}

function toBundleEvent({ number, body, recordedAt }: StoredRow, purgedUpTo: number): BundleEvent {
  if (body !== null && recordedAt !== null) return { number, recordedAt, body };
  if (number <= purgedUpTo) return { number, purged: true };
  // Gone without a purge. The place is kept, with a text that cannot have been sealed: the bundle has to show the hole, not hide it.
  return { number, recordedAt: "1970-01-01T00:00:00.000000Z", body: "null" };
}

const RECORDED_AT = Prisma.sql`to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Up to which number events were deleted under retention; 0 where none were. */
export async function getPurgedUpTo(_db: Database): Promise<number> {
  return 0;
}
