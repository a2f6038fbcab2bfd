import type pg from "pg";
import { auditLeaf, chainHash } from "#domain/audit-leaf.ts";
import { appendLeaves, type Frontier } from "#domain/merkle-tree.ts";
import { LOWEST_STORED_LEVEL } from "#domain/stored-tree.ts";
import { RECORDED_AT } from "#platform/recorded-at.ts";

const BATCH_SIZE = 1_000;

/** The sealed trail as this process knows it, without having to trust the database. */
export interface SealedTrail {
  frontier: Frontier;
  /** The running hash of the last event. */
  chain: Buffer;
}

interface UnsealedRow {
  event_id: string;
  recorded_at: string;
  body: string;
}

/**
 * Gives the next unsealed events, oldest first, their numbers, leaves and running hashes, in one transaction.
 * `since` is a time before which everything is sealed: see `SealedHorizon`.
 */
export async function sealBatch(
  client: pg.Client,
  trail: SealedTrail,
  since: Date,
): Promise<{ trail: SealedTrail; leaves: Buffer[]; lastRecordedAt: Date | null; isDrained: boolean }> {
  const { rows } = await client.query<UnsealedRow>(
    `SELECT e.event_id, ${RECORDED_AT} AS recorded_at, e.body FROM audit.event e
     WHERE e.recorded_at >= $1 AND NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id)
     ORDER BY e.recorded_at, e.event_id LIMIT ${BATCH_SIZE}`,
    [since],
  );
  const isDrained = rows.length < BATCH_SIZE;
  if (rows.length === 0) return { trail, leaves: [], lastRecordedAt: null, isDrained };

  const numbers = rows.map((_, at) => trail.frontier.size + at + 1);
  const leaves = rows.map((row, at) =>
    auditLeaf({ number: numbers[at] as number, recordedAt: row.recorded_at, body: row.body }),
  );
  const hashes = runningHashes(trail.chain, leaves);
  const { frontier, completed } = appendLeaves(trail.frontier, leaves);
  const nodes = completed.filter(({ level }) => level >= LOWEST_STORED_LEVEL);
  // One statement, so that numbers and nodes are there together or not at all.
  await client.query(
    `WITH nodes AS (INSERT INTO audit.tree_node (level, index, hash) SELECT * FROM unnest($5::smallint[], $6::bigint[], $7::bytea[]))
     INSERT INTO audit.sealed_event (number, event_id, leaf, hash)
     SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[])`,
    [
      numbers,
      rows.map((row) => row.event_id),
      leaves,
      hashes,
      nodes.map(({ level }) => level),
      nodes.map(({ index }) => index),
      nodes.map(({ hash }) => hash),
    ],
  );
  const lastRecordedAt = new Date(rows.at(-1)?.recorded_at ?? since);
  return { trail: { frontier, chain: hashes.at(-1) ?? trail.chain }, leaves, lastRecordedAt, isDrained };
}

function runningHashes(start: Buffer, leaves: readonly Buffer[]): Buffer[] {
  let hash = start;
  return leaves.map((leaf) => {
    hash = chainHash(hash, leaf);
    return hash;
  });
}
