import { AUDIT_EVENT_COLUMNS } from "#domain/audit-event-columns.ts";
import { consistencyRanges, inclusionRanges, type LeafRange } from "#domain/merkle-tree.ts";
import { partsOf, RUN_LENGTH, rangeRoots, type StoredNode } from "#domain/stored-tree.ts";
import {
  type EventEvidence,
  type EventProof,
  proveEvent,
  type StoredCheckpoint,
  verifiersOf,
} from "#domain/trail-proof.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { RECORDED_AT } from "#platform/recorded-at.ts";

export interface CheckpointView extends StoredCheckpoint {
  keyId: string;
  /** How many events the checkpoint before did not cover. */
  added: number;
}

/** The newest checkpoints, or those before one of a given size. */
export async function listCheckpoints(
  db: Database | Transaction,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<CheckpointView[]> {
  const isOlder = before === undefined ? Prisma.sql`true` : Prisma.sql`size < ${before}`;
  const rows = await db.$queryRaw<Stored<CheckpointView>[]>`
    SELECT size::float8 AS size, root, note, key_id AS "keyId", (size - coalesce(
      (SELECT max(earlier.size) FROM audit.checkpoint earlier WHERE earlier.size < c.size), 0))::float8 AS added
    FROM audit.checkpoint c WHERE ${isOlder} ORDER BY c.size DESC LIMIT ${limit}`;
  return rows.map(withRoot);
}

export async function getLatestCheckpoint(db: Database | Transaction): Promise<CheckpointView | null> {
  return (await listCheckpoints(db, { limit: 1 }))[0] ?? null;
}

/** The signed note of the checkpoint of exactly this size. */
export async function getCheckpointNote(db: Database, size: number): Promise<string | null> {
  const rows = await db.$queryRaw<{ note: string }[]>`SELECT note FROM audit.checkpoint WHERE size = ${size}`;
  return rows[0]?.note ?? null;
}

/** Ascending: the notes of the checkpoint that covers `number` and of all after it, up to the one of size `last`. */
export async function* readCheckpointNotes(
  db: Database,
  { number, last }: { number: number; last: number },
): AsyncGenerator<string> {
  let from = number;
  while (from <= last) {
    const rows = await db.$queryRaw<{ size: number; note: string }[]>`
      SELECT size::float8 AS size, note FROM audit.checkpoint
      WHERE size BETWEEN ${from} AND ${last} ORDER BY size LIMIT ${NOTES_BATCH}`;
    for (const { note } of rows) yield note;
    const end = rows.at(-1);
    if (!end) return;
    from = end.size + 1;
  }
}

/** The last checkpoint of each of the newest days (UTC), ascending, among those that cover less than `before`. */
export async function listDailyCheckpoints(
  db: Database,
  { before, limit }: { before: number; limit: number },
): Promise<StoredCheckpoint[]> {
  const rows = await db.$queryRaw<Stored<StoredCheckpoint>[]>`
    SELECT size::float8 AS size, root, note FROM audit.checkpoint WHERE size IN (
      SELECT max(size) FROM audit.checkpoint WHERE size > 0 AND size < ${before}
      GROUP BY (created_at AT TIME ZONE 'UTC')::date ORDER BY 1 DESC LIMIT ${limit})
    ORDER BY size`;
  return rows.map(withRoot);
}

export interface SigningKeyView {
  keyId: string;
  vkey: string;
  /** Signed by the key before and by this one; null for the first. */
  statement: string | null;
}

/** Oldest first. */
export async function listSigningKeys(db: Database | Transaction): Promise<SigningKeyView[]> {
  return db.$queryRaw<SigningKeyView[]>`
    SELECT key_id AS "keyId", vkey, statement FROM audit.signing_key ORDER BY created_at, key_id`;
}

export interface SealerStatus {
  beatAt: Date;
  /** By the clock of the database. */
  silentMs: number;
  /** How many events have a number. */
  size: number;
  /** How far the sealer has compared the trail with what it sealed, and when it last came to the end. */
  patrolledTo: number;
  patrolRoundAt: Date | null;
}

/** Null where no sealer has ever run. */
export async function getSealerStatus(db: Database | Transaction): Promise<SealerStatus | null> {
  const rows = await db.$queryRaw<SealerStatus[]>`
    SELECT beat_at AS "beatAt", (extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS "silentMs",
      size::float8 AS size, patrolled_to::float8 AS "patrolledTo", patrol_round_at AS "patrolRoundAt"
    FROM audit.sealer_status`;
  return rows[0] ?? null;
}

/** Events that have no number yet: how many, counted up to `most`, and since when the oldest of them waits. */
export async function countUnsealed(
  db: Database | Transaction,
  most: number,
): Promise<{ unsealed: number; oldestAt: Date | null }> {
  const rows = await db.$queryRaw<{ unsealed: number; oldestAt: Date | null }[]>`
    SELECT count(*)::float8 AS unsealed, min(recorded_at) AS "oldestAt" FROM (
      SELECT e.recorded_at FROM audit.event e
      WHERE e.recorded_at >= coalesce((SELECT min(recent.recorded_at) FROM (
          SELECT e.recorded_at FROM audit.sealed_event s JOIN audit.event e ON e.event_id = s.event_id
          ORDER BY s.number DESC LIMIT ${LATE_EVENTS}) recent), '-infinity')
        AND NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id)
      LIMIT ${most}) waiting`;
  return rows[0] ?? { unsealed: 0, oldestAt: null };
}

export interface AlarmView {
  kind: string;
  number: number | null;
  sentence: string;
  raisedAt: Date;
}

/** What the sealer found wrong and has not found right again, newest first. */
export async function listOpenAlarms(db: Database | Transaction): Promise<AlarmView[]> {
  return db.$queryRaw<AlarmView[]>`
    SELECT kind, number::float8 AS number, sentence, raised_at AS "raisedAt"
    FROM audit.alarm WHERE ended_at IS NULL ORDER BY raised_at DESC LIMIT ${MOST_ALARMS}`;
}

/** Whether what is recorded gets its number now, and what stands against it. */
export interface Sealing {
  sealer: SealerStatus | null;
  alarms: AlarmView[];
}

export async function getSealing(db: Database | Transaction): Promise<Sealing> {
  return { sealer: await getSealerStatus(db), alarms: await listOpenAlarms(db) };
}

export interface SealedEventView extends EventProof {
  number: number;
  sealedAt: Date;
  leaf: Buffer;
  hash: Buffer;
  /** Of the first checkpoint that covers it; null while none does. */
  checkpointSize: number | null;
}

/** A sealed event, proven anew from the row as it stands now; null while it has no number. */
export async function getSealedEvent(db: Database, eventId: string): Promise<SealedEventView | null> {
  const sealed = await getEvidence(db, eventId);
  if (!sealed) return null;
  const { evidence, sealedAt } = sealed;
  const keys = verifiersOf((await listSigningKeys(db)).map(({ vkey }) => vkey));
  const { number, leaf, hash, covered } = evidence;
  return {
    ...proveEvent(evidence, keys),
    number,
    sealedAt,
    leaf,
    hash,
    checkpointSize: covered?.checkpoint.size ?? null,
  };
}

async function getEvidence(db: Database, eventId: string): Promise<{ evidence: EventEvidence; sealedAt: Date } | null> {
  const columns = Prisma.raw(AUDIT_EVENT_COLUMNS.map((column) => `'${column}', e.${column}`).join(", "));
  const rows = await db.$queryRaw<Stored<SealedRow>[]>`
    SELECT s.number::float8 AS number, s.leaf, s.hash, s.sealed_at AS "sealedAt", e.body, ${Prisma.raw(RECORDED_AT)} AS "recordedAt",
      before.hash AS "hashBefore", jsonb_build_object(${columns}) || jsonb_build_object('occurred_at',
        to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS "row",
      c.size::float8 AS size, c.root, c.note
    FROM audit.event e
    JOIN audit.sealed_event s ON s.event_id = e.event_id
    LEFT JOIN audit.sealed_event before ON before.number = s.number - 1
    LEFT JOIN LATERAL (SELECT * FROM audit.checkpoint WHERE size >= s.number ORDER BY size LIMIT 1) c ON true
    WHERE e.event_id = ${eventId}::uuid`;
  const [found] = rows;
  if (!found) return null;
  const { number, recordedAt, body, row, sealedAt, size, root, note } = found;
  const [path = []] = size === null ? [] : await listInclusionPaths(db, { numbers: [number], size });
  const covered = size === null ? null : { checkpoint: { size, root: toBuffer(root), note: note ?? "" }, path };
  const hashBefore = found.hashBefore && toBuffer(found.hashBefore);
  const hashes = { leaf: toBuffer(found.leaf), hash: toBuffer(found.hash), hashBefore };
  return { evidence: { number, recordedAt, body, row, ...hashes, covered }, sealedAt };
}

interface SealedRow extends Omit<EventEvidence, "covered" | "leaf" | "hash" | "hashBefore"> {
  leaf: Uint8Array;
  hash: Uint8Array;
  hashBefore: Uint8Array | null;
  sealedAt: Date;
  size: number | null;
  root: Uint8Array;
  note: string | null;
}

/** For each number its audit path to the tree of this size, lowest first. Costs two statements, whatever the numbers. */
export async function listInclusionPaths(
  db: Database,
  { numbers, size }: { numbers: readonly number[]; size: number },
): Promise<Buffer[][]> {
  return listRangeRoots(
    db,
    numbers.map((number) => inclusionRanges(number - 1, size)),
  );
}

/** For each earlier size the proof that the tree of `size` begins with that one. Costs two statements. */
export async function listConsistencyProofs(
  db: Database,
  { earlierSizes, size }: { earlierSizes: readonly number[]; size: number },
): Promise<Buffer[][]> {
  return listRangeRoots(
    db,
    earlierSizes.map((earlier) => consistencyRanges(earlier, size)),
  );
}

/** The root of the first `size` events, from what is stored of the tree. */
export async function getStoredRoot(db: Database, size: number): Promise<Buffer> {
  const [[root] = []] = await listRangeRoots(db, [[{ begin: 0, end: size }]]);
  return root ?? Buffer.alloc(0);
}

async function listRangeRoots(db: Database, proofs: readonly (readonly LeafRange[])[]): Promise<Buffer[][]> {
  const parts = partsOf(proofs.flat());
  const nodes = await db.$queryRaw<Stored<StoredNode>[]>`
    SELECT level, index::float8 AS index, hash FROM audit.tree_node
    JOIN unnest(${parts.nodes.map(({ level }) => level)}::smallint[], ${parts.nodes.map(({ index }) => index)}::bigint[])
      AS wanted(level, index) USING (level, index)`;
  const runs = await db.$queryRaw<{ run: number; leaves: Uint8Array }[]>`
    SELECT run::float8 AS run, string_agg(${LEAF_OR_ZEROS}, '' ORDER BY n) AS leaves
    FROM unnest(${parts.runs}::bigint[]) AS run
    CROSS JOIN LATERAL generate_series(run * ${RUN_LENGTH} + 1, (run + 1) * ${RUN_LENGTH}) n
    LEFT JOIN audit.sealed_event s ON s.number = n
    GROUP BY run`;
  const rootOf = rangeRoots(
    nodes.map((node) => ({ ...node, hash: toBuffer(node.hash) })),
    runs.map(({ run, leaves }) => ({ run, leaves: splitLeaves(leaves) })),
  );
  return proofs.map((ranges) => ranges.map(rootOf));
}

/** The leaves of the first `size` events, one behind the other. A leaf that is missing is given as zeros, which no proof survives. */
export async function* readLeaves(db: Database, size: number): AsyncGenerator<Buffer> {
  for (let from = 1; from <= size; from += LEAVES_BATCH) {
    const rows = await db.$queryRaw<{ leaves: Uint8Array }[]>`
      SELECT string_agg(${LEAF_OR_ZEROS}, '' ORDER BY n) AS leaves
      FROM generate_series(${from}::bigint, ${Math.min(size, from + LEAVES_BATCH - 1)}::bigint) n
      LEFT JOIN audit.sealed_event s ON s.number = n`;
    yield toBuffer(rows[0]?.leaves ?? new Uint8Array());
  }
}

const NOTES_BATCH = 100;
const LEAVES_BATCH = 8_192;
const LEAF_BYTES = 32;
const MOST_ALARMS = 20;
/** An event can commit late and be numbered after some that were recorded after it. */
const LATE_EVENTS = 1_000;
const LEAF_OR_ZEROS = Prisma.sql`coalesce(s.leaf, decode(repeat('00', 32), 'hex'))`;

/** As Prisma gives it: bytes that are not a Buffer yet. */
type Stored<Row> = { [Key in keyof Row]: Row[Key] extends Buffer ? Uint8Array : Row[Key] };

function withRoot<Row extends { root: Uint8Array }>(row: Row): Row & { root: Buffer } {
  return { ...row, root: toBuffer(row.root) };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function splitLeaves(leaves: Uint8Array): Buffer[] {
  const bytes = toBuffer(leaves);
  return Array.from({ length: bytes.length / LEAF_BYTES }, (_, at) =>
    bytes.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES),
  );
}
