import type pg from "pg";
import { auditLeaf, CHAIN_START, chainHash } from "#domain/audit-leaf.ts";
import { appendLeaves, EMPTY_FRONTIER, foldSubtrees } from "#domain/merkle-tree.ts";
import type { SignedHead } from "./signed-heads.ts";

const PAGE = 5_000;
const RECORDED_AT = `to_char(event.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Acknowledged rows that are not there exactly once, in words. */
export async function faultsOfRecord(owner: pg.Pool, acknowledged: readonly string[]): Promise<string[]> {
  const { rows } = await owner.query<{ operation: string; times: number }>(
    `SELECT said.id AS operation, count(event.event_id)::int AS times
     FROM unnest($1::uuid[]) AS said (id) LEFT JOIN audit.event event ON event.operation_id = said.id
     GROUP BY said.id HAVING count(event.event_id) <> 1`,
    [acknowledged],
  );
  const twice = acknowledged.length - new Set(acknowledged).size;
  return [
    ...rows.map(({ operation, times }) => `row ${operation} was acknowledged and is there ${times} times`),
    ...(twice > 0 ? [`${twice} rows were acknowledged twice`] : []),
  ];
}

interface SealedRow {
  number: string;
  leaf: Buffer;
  hash: Buffer;
  body: string;
  recorded_at: string;
}

/**
 * Computes all seals again, and what they come to at each size that was signed. Signed heads that are all roots of the beginnings of
 * one list of leaves are consistent with one another.
 */
export async function faultsOfSeals(owner: pg.Pool, heads: readonly SignedHead[]): Promise<string[]> {
  const faults: string[] = [];
  const waiting = [...heads].sort((a, b) => a.size - b.size);
  let chain: Buffer = CHAIN_START;
  let frontier = EMPTY_FRONTIER;
  const leaves: Buffer[] = [];
  for (;;) {
    const rows = await readSealed(owner, frontier.size);
    for (const row of rows) {
      const number = frontier.size + 1;
      const leaf = auditLeaf({ number, recordedAt: row.recorded_at, body: row.body });
      chain = chainHash(chain, leaf);
      frontier = appendLeaves(frontier, [leaf]).frontier;
      leaves.push(leaf);
      if (Number(row.number) !== number) return [...faults, `event ${number} is missing: ${row.number} follows`];
      if (!leaf.equals(row.leaf)) faults.push(`event ${number} has a wrong leaf`);
      if (!chain.equals(row.hash)) faults.push(`event ${number} has a wrong running hash`);
      for (; waiting[0]?.size === number; waiting.shift()) {
        faults.push(...faultsOfHead(waiting[0], foldSubtrees(frontier.hashes), leaves));
      }
    }
    if (rows.length === 0) break;
  }
  return [...faults, ...waiting.map(({ size }) => `${size} events were signed, ${frontier.size} are there`)];
}

function faultsOfHead(head: SignedHead, root: Buffer, leaves: readonly Buffer[]): string[] {
  const added = leaves.slice(head.firstNumber - 1, head.size).map((leaf) => leaf.subarray(0, 4));
  return [
    ...(head.root.equals(root) ? [] : [`the checkpoint of ${head.size} events has another root`]),
    ...(head.fingerprints.equals(Buffer.concat(added)) ? [] : [`the checkpoint of ${head.size} names other leaves`]),
  ];
}

async function readSealed(owner: pg.Pool, after: number): Promise<SealedRow[]> {
  const { rows } = await owner.query<SealedRow>(
    `SELECT sealed.number, sealed.leaf, sealed.hash, event.body, ${RECORDED_AT} AS recorded_at
     FROM audit.sealed_event sealed JOIN audit.event event USING (event_id)
     WHERE sealed.number > $1 ORDER BY sealed.number LIMIT ${PAGE}`,
    [after],
  );
  return rows;
}

/** How many rows of the trail have no number yet. */
export async function countUnsealed(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query<{ unsealed: number }>(
    `SELECT count(*)::int AS unsealed FROM audit.event event
     WHERE NOT EXISTS (SELECT FROM audit.sealed_event sealed WHERE sealed.event_id = event.event_id)`,
  );
  return rows[0]?.unsealed ?? Number.NaN;
}
