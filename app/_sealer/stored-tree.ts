import type pg from "pg";
import { appendLeaves, EMPTY_FRONTIER, type Frontier, subtreesOf } from "#domain/merkle-tree.ts";
import { LOWEST_STORED_LEVEL, RUN_LENGTH } from "#domain/stored-tree.ts";

/** What the database holds of the first `size` events: their tree and running hash; null where something is missing. */
export async function readStoredTrail(
  client: pg.Client,
  size: number,
): Promise<{ frontier: Frontier; chain: Buffer } | null> {
  if (size === 0) return { frontier: EMPTY_FRONTIER, chain: Buffer.alloc(32) };
  const stored = subtreesOf({ begin: 0, end: size }).filter(({ level }) => level >= LOWEST_STORED_LEVEL);
  const { rows: nodes } = await client.query<{ hash: Buffer }>(
    `SELECT n.hash FROM unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS w(level, index, place)
     JOIN audit.tree_node n USING (level, index) ORDER BY w.place`,
    [stored.map(({ level }) => level), stored.map(({ index }) => index)],
  );
  const tail = size - (size % RUN_LENGTH);
  // From one earlier: the last event of all is wanted also where the tail is empty.
  const { rows } = await client.query<{ number: string; leaf: Buffer; hash: Buffer }>(
    "SELECT number, leaf, hash FROM audit.sealed_event WHERE number >= $1 AND number <= $2 ORDER BY number",
    [tail, size],
  );
  const leaves = rows.filter(({ number }) => Number(number) > tail).map(({ leaf }) => leaf);
  const chain = rows.at(-1)?.hash;
  if (nodes.length !== stored.length || leaves.length !== size - tail || !chain) return null;
  const whole = { size: tail, hashes: nodes.map(({ hash }) => hash) };
  return { frontier: appendLeaves(whole, leaves).frontier, chain };
}

/** The number of the last sealed event; 0 when there is none. */
export async function readSealedSize(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ size: string }>(
    "SELECT coalesce(max(number), 0) AS size FROM audit.sealed_event",
  );
  return Number(rows[0]?.size ?? 0);
}
