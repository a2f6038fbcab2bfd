import { readCheckpoint } from "#domain/checkpoint.ts";
import { NoteError, type NoteVerifier } from "#domain/signed-note.ts";
import { verifiersOf } from "#domain/trail-proof.ts";
import { auditConditions } from "#features/audit/data.ts";
import type { AuditFilter } from "#features/audit/schema.ts";
import {
  type CheckpointView,
  getLatestCheckpoint,
  listConsistencyProofs,
  listDailyCheckpoints,
  listInclusionPaths,
  listSigningKeys,
  type SigningKeyView,
} from "#features/checkpoints/data.ts";
import type { BundleEvent } from "#platform/audit-bundle.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { RECORDED_AT } from "#platform/recorded-at.ts";
import { CSV_SELECT } from "./columns.ts";
import type { BundleRefusal } from "./schema.ts";

/** Rows a statement gives, at most: some megabyte. */
const BATCH_ROWS = 1_000;
/** Numbers a statement looks at, at most: whatever the filter, it ends long before its time is over. */
const WIDEST_WINDOW = 200_000;
const EVERYTHING = { all: true } as const;
const MOST_EARLIER = 400;
/** In the worst case each of them needs another run of 256 leaves. */
const PROOFS_BATCH = 500;

export interface NumberSpan {
  first: number;
  last: number;
}

/** What everything in a bundle is proven against. */
export interface BundleBasis {
  checkpoint: CheckpointView;
  keys: SigningKeyView[];
  publicKey: NoteVerifier;
  /** The earlier checkpoint that was asked for. */
  since: { size: number; note: string } | null;
}

/** From the newest checkpoint, or why there can be no bundle. */
export async function getBundleBasis(
  db: Database,
  sinceNote: string | undefined,
): Promise<BundleBasis | BundleRefusal> {
  const checkpoint = await getLatestCheckpoint(db);
  if (!checkpoint) return "no_checkpoint";
  const keys = await listSigningKeys(db);
  const verifiers = verifiersOf(keys.map(({ vkey }) => vkey));
  const publicKey = verifiers.find(({ keyId }) => keyId === checkpoint.keyId);
  if (!publicKey) return "unknown_key";
  const since = sinceNote === undefined ? null : readSince(sinceNote, verifiers);
  if (typeof since === "string") return since;
  if (since && since.size > checkpoint.size) return "since_is_larger";
  return { checkpoint, keys, publicKey, since };
}

function readSince(note: string, keys: readonly NoteVerifier[]): BundleBasis["since"] | BundleRefusal {
  try {
    return { note, size: readCheckpoint(note, keys).size };
  } catch (error) {
    if (error instanceof NoteError) return "since_is_unreadable";
    throw error;
  }
}

/** How many events fit and are not among the numbers 1 to `size`: what a bundle that ends there does not hold. */
export async function countUncovered(
  db: Database,
  { filter, size }: { filter: AuditFilter; size: number },
): Promise<number> {
  const newest = await db.$queryRaw<{ at: Date }[]>`
    SELECT e.recorded_at AS at FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id WHERE s.number = ${size}`;
  const seenBefore = new Date((newest[0]?.at ?? filter.from).getTime() - LOOKED_THROUGH_MS);
  const rows = await db.$queryRaw<{ total: number }[]>(uncoveredSql({ filter, size, seenBefore }));
  return rows[0]?.total ?? 0;
}

/** The sealer looks through the whole trail as often as that, so nothing recorded longer before a numbered event lacks a number. */
const LOOKED_THROUGH_MS = 60 * 60_000;

/** Those numbered since, and those not numbered yet; however many events fit, only these few are looked at. */
export function uncoveredSql({
  filter,
  size,
  seenBefore,
}: {
  filter: AuditFilter;
  size: number;
  /** What was recorded before has a number. */
  seenBefore: Date;
}): Prisma.Sql {
  const fitting = (asked: AuditFilter) => Prisma.join(auditConditions(asked, EVERYTHING), " AND ");
  const late = { ...filter, from: seenBefore > filter.from ? seenBefore : filter.from };
  return Prisma.sql`
    SELECT ((SELECT count(*) FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
        WHERE s.number > ${size} AND ${fitting(filter)})
      + (SELECT count(*) FROM audit.event e
        WHERE ${fitting(late)} AND NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id)))::float8 AS total`;
}

/**
 * The smallest and the largest number of the period among 1 to `size`. Numbers follow the time of recording only nearly: an event can
 * commit late. So both ends are searched for, inwards, until they are found. What was purged has no time any more and goes with the
 * oldest events that have one; an open end is the checkpoint's.
 */
export async function findSpan(
  db: Database,
  { filter, size, purgedUpTo }: { filter: AuditFilter; size: number; purgedUpTo: number },
): Promise<NumberSpan | null> {
  const inWindow = async (end: Prisma.Sql, above: number, upTo: number) => {
    const rows = await db.$queryRaw<{ number: number | null }[]>`
      SELECT ${end}::float8 AS number FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
      WHERE s.number > ${above} AND s.number <= ${upTo}
        AND e.recorded_at >= ${filter.from} AND e.recorded_at < ${filter.until}`;
    return rows[0]?.number ?? null;
  };
  let first: number | null = null;
  for (let above = purgedUpTo; above < size && first === null; above += WIDEST_WINDOW)
    first = await inWindow(Prisma.sql`min(s.number)`, above, Math.min(size, above + WIDEST_WINDOW));
  if (first === null) return null;
  let last = filter.isOpen ? size : null;
  for (let upTo = size; upTo > 0 && last === null; upTo -= WIDEST_WINDOW)
    last = await inWindow(Prisma.sql`max(s.number)`, Math.max(0, upTo - WIDEST_WINDOW), upTo);
  return { first: first === purgedUpTo + 1 ? 1 : first, last: last ?? first };
}

/** Every number of the span, ascending. */
export async function* readRange(
  db: Database,
  { span, purgedUpTo }: { span: NumberSpan; purgedUpTo: number },
): AsyncGenerator<BundleEvent> {
  for (let from = span.first; from <= span.last; from += BATCH_ROWS) {
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT n::float8 AS number, e.body, ${Prisma.raw(RECORDED_AT)} AS "recordedAt"
      FROM generate_series(${from}::bigint, ${Math.min(span.last, from + BATCH_ROWS - 1)}::bigint) n
      LEFT JOIN audit.sealed_event s ON s.number = n LEFT JOIN audit.event e ON e.event_id = s.event_id
      ORDER BY n`;
    for (const row of rows) yield toBundleEvent(row, purgedUpTo);
  }
}

/** The events that fit the filter, among the numbers 1 to `size`, ascending. */
export async function* readSelection(
  db: Database,
  { filter, size }: { filter: AuditFilter; size: number },
): AsyncGenerator<BundleEvent> {
  const conditions = Prisma.join(auditConditions(filter, EVERYTHING), " AND ");
  let above = 0;
  let window = BATCH_ROWS;
  while (above < size) {
    const upTo = Math.min(size, above + window);
    const rows = await db.$queryRaw<StoredRow[]>`
      SELECT s.number::float8 AS number, e.body, ${Prisma.raw(RECORDED_AT)} AS "recordedAt"
      FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
      WHERE s.number > ${above} AND s.number <= ${upTo} AND ${conditions}
      ORDER BY s.number LIMIT ${BATCH_ROWS}`;
    for (const row of rows) yield toBundleEvent(row, 0);
    const last = rows.at(-1);
    const isCut = rows.length === BATCH_ROWS && last !== undefined;
    above = isCut ? last.number : upTo;
    // Where little fits, more numbers are looked at in one go.
    window = isCut ? BATCH_ROWS : Math.min(2 * window, WIDEST_WINDOW);
  }
}

/** The last checkpoint of each day, and the one that was asked for, each with the proof that the trail went on from it. */
export async function* readEarlierCheckpoints(db: Database, { checkpoint: { size }, since }: BundleBasis) {
  const daily = await listDailyCheckpoints(db, { before: size, limit: MOST_EARLIER });
  const notes = new Map(daily.map((each) => [each.size, each.note]));
  if (since) notes.set(since.size, since.note);
  const earlier = [...notes].sort(([one], [other]) => one - other);
  const proofs = await listConsistencyProofs(db, { earlierSizes: earlier.map(([each]) => each), size });
  for (const [at, [, note]] of earlier.entries()) yield { note, proof: proofs[at] ?? [] };
}

/** `numbers` are complete by the time the first proof is asked for. */
export async function* readInclusionProofs(
  db: Database,
  { numbers, size }: { numbers: readonly number[]; size: number },
) {
  for (let at = 0; at < numbers.length; at += PROOFS_BATCH) {
    const batch = numbers.slice(at, at + PROOFS_BATCH);
    const paths = await listInclusionPaths(db, { numbers: batch, size });
    for (const [place, number] of batch.entries()) yield { number, path: paths[place] ?? [] };
  }
}

/** The events of the filter, newest first, with the columns of a CSV file. `names`: of staff, by id. */
export function csvQuery(filter: AuditFilter, names: Map<string, string>): Prisma.Sql {
  // What begins with neither letter nor digit might be run as a formula.
  const guarded = [...names].map(([id, name]) => [id, name.replace(/^(?![\p{L}\p{N}])/u, "'")]);
  const byId = JSON.stringify(Object.fromEntries(guarded));
  return Prisma.sql`
    SELECT ${CSV_SELECT} FROM audit.event e CROSS JOIN (SELECT ${byId}::jsonb AS by_id) names ${newestFirst(filter)}`;
}

/** The events of the filter, newest first, each as one line of JSON: the text that is hashed, and the time of recording. */
export function jsonlQuery(filter: AuditFilter): Prisma.Sql {
  return Prisma.sql`
    SELECT '{"body":' || e.body || ',"recordedAt":' || to_json(e.recorded_at)::text || '}' FROM audit.event e ${newestFirst(filter)}`;
}

function newestFirst(filter: AuditFilter): Prisma.Sql {
  const conditions = Prisma.join(auditConditions(filter, EVERYTHING), " AND ");
  return Prisma.sql`WHERE ${conditions} ORDER BY e.recorded_at DESC, e.event_id DESC`;
}

interface StoredRow {
  number: number;
  body: string | null;
  recordedAt: string | null;
}

function toBundleEvent({ number, body, recordedAt }: StoredRow, purgedUpTo: number): BundleEvent {
  if (body !== null && recordedAt !== null) return { number, recordedAt, body };
  if (number <= purgedUpTo) return { number, purged: true };
  // Gone without a purge. The place is kept, with a text that cannot have been sealed: the bundle has to show the hole, not hide it.
  return { number, recordedAt: "1970-01-01T00:00:00.000000Z", body: "null" };
}
