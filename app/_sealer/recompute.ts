import type pg from "pg";
import { AUDIT_EVENT_COLUMNS, differingColumns } from "#domain/audit-event-columns.ts";
import { auditLeaf, chainHash } from "#domain/audit-leaf.ts";
import { KEEP_AUDIT_MONTHS } from "#domain/audit-retention.ts";
import { appendLeaves, type Subtree } from "#domain/merkle-tree.ts";
import { LOWEST_STORED_LEVEL } from "#domain/stored-tree.ts";
import { RECORDED_AT } from "#platform/recorded-at.ts";
import type { SealedTrail } from "./seal-batch.ts";
import { TrailAlarm } from "./trail-alarm.ts";

/** Whether the trail itself says that these very numbers were purged: who deletes on the quiet leaves either an alarm or that row. */
const isOnRecord = (purge: string) => `EXISTS (SELECT FROM audit.event a
  WHERE a.action = 'audit.purged' AND a.outcome = 'succeeded' AND a.target_id = ${purge}.request_id::text
    AND position(format('"firstNumber":%s,"lastNumber":%s,', ${purge}.first_number, ${purge}.last_number) IN a.body) > 0)`;

/**
 * Purges of the numbers after $1 that count. The row that tells of one may itself be purged when it is old enough; then the newest purge,
 * which goes on where all others ended, has to stand in the trail.
 */
const PURGED = `SELECT p.first_number, p.last_number FROM audit.purge p
  WHERE p.last_number > $1 AND p.first_number <= $1 + $2 AND (${isOnRecord("p")}
    OR (p.purged_at < now() - interval '${KEEP_AUDIT_MONTHS} months' AND EXISTS (
      SELECT FROM (SELECT * FROM audit.purge ORDER BY last_number DESC LIMIT 1) newest
      WHERE newest.last_number > p.last_number AND ${isOnRecord("newest")})))`;

interface StoredRow extends Record<string, unknown> {
  number: string;
  leaf: Buffer;
  hash: Buffer;
  /** Null when the event itself is gone. */
  body: string | null;
  /** Two people had it deleted, past its retention: the leaf is all that is left to go by. */
  is_purged: boolean;
  recorded_at_text: string;
}

/**
 * Reads the next `count` sealed events after those of `trail` and computes again what was sealed: each leaf from its text, the running
 * hash, the inner nodes; and compares the columns with the text. Trusts nothing that stands in the database.
 * @throws TrailAlarm naming the first event that is not as it was sealed.
 */
export async function recompute(
  client: pg.Client,
  trail: SealedTrail,
  count: number,
): Promise<{ trail: SealedTrail; leaves: Buffer[]; differing: TrailAlarm[] }> {
  const { rows } = await client.query<StoredRow>(
    `WITH purged AS MATERIALIZED (${PURGED})
     SELECT s.number, s.leaf, s.hash, e.body, (e.event_id IS NULL
       AND EXISTS (SELECT FROM purged p WHERE s.number BETWEEN p.first_number AND p.last_number)) AS is_purged,
       ${RECORDED_AT} AS recorded_at_text, ${AUDIT_EVENT_COLUMNS.map((name) => `e.${name}`).join(", ")}
     FROM audit.sealed_event s LEFT JOIN audit.event e ON e.event_id = s.event_id
     WHERE s.number > $1 ORDER BY s.number LIMIT $2`,
    [trail.frontier.size, count],
  );
  let { chain } = trail;
  const differing: TrailAlarm[] = [];
  for (const [at, row] of rows.entries()) {
    chain = chainHash(chain, row.leaf);
    checkRow(row, trail.frontier.size + at + 1, chain);
    differing.push(...compareColumns(row));
  }
  const leaves = rows.map(({ leaf }) => leaf);
  const { frontier, completed } = appendLeaves(trail.frontier, leaves);
  await checkNodes(
    client,
    completed.filter(({ level }) => level >= LOWEST_STORED_LEVEL),
  );
  return { trail: { frontier, chain }, leaves, differing };
}

function checkRow(row: StoredRow, number: number, chain: Buffer): void {
  const what = `Event ${number}`;
  if (Number(row.number) !== number) throw altered(number, `${what} has no number any more: its seal was deleted.`);
  const { body, recorded_at_text: recordedAt } = row;
  if (body === null && !row.is_purged)
    throw altered(number, `${what} is gone, although its seal is there: it was deleted.`);
  if (body !== null && !auditLeaf({ number, recordedAt, body }).equals(row.leaf))
    throw altered(
      number,
      `${what}, recorded ${recordedAt}, was changed after it was sealed: its text does not give its leaf.`,
    );
  if (!chain.equals(row.hash))
    throw altered(number, `${what} has a running hash that does not follow from the one before.`);
}

/** What is sealed is right, and only what is searched by is not: people have to know, and nothing has to stop. */
function compareColumns({ number, body, recorded_at_text: recordedAt, ...row }: StoredRow): TrailAlarm[] {
  const columns = body === null ? [] : differingColumns(row, body);
  if (columns.length === 0) return [];
  const sentence = `Event ${number}, recorded ${recordedAt}: ${columns.join(", ")} of its row is not what its sealed text says.`;
  return [new TrailAlarm("differing_columns", sentence, Number(number))];
}

async function checkNodes(client: pg.Client, nodes: (Subtree & { hash: Buffer })[]): Promise<void> {
  if (nodes.length === 0) return;
  const { rows } = await client.query<{ level: number; index: string }>(
    `SELECT w.level, w.index FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) AS w(level, index, hash)
     LEFT JOIN audit.tree_node n ON n.level = w.level AND n.index = w.index
     WHERE n.hash IS DISTINCT FROM w.hash LIMIT 1`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
  );
  const [bad] = rows;
  if (!bad) return;
  const first = Number(bad.index) * 2 ** bad.level + 1;
  const last = first + 2 ** bad.level - 1;
  const sentence = `The tree's node over the events ${first} to ${last} does not follow from their leaves.`;
  // By its last event, with which it was completed, so that it can be looked at again.
  throw new TrailAlarm("inconsistent_tree", sentence, last);
}

function altered(number: number, sentence: string): TrailAlarm {
  return new TrailAlarm("altered_row", sentence, number);
}
