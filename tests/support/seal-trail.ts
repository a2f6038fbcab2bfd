import pg from "pg";
import { CHAIN_START, chainHash, type NumberedEvent } from "#domain/audit-leaf.ts";
import { appendLeaves, EMPTY_FRONTIER } from "#domain/merkle-tree.ts";
import { LOWEST_STORED_LEVEL } from "#domain/stored-tree.ts";
import { type SealedTrail, sealed, testSigner } from "./sealed-trail.ts";

/**
 * Seals all events of a test's database as the sealer would: numbers, leaves, nodes, checkpoints, the key. Once for a database.
 */
export async function sealTrail(
  ownerUrl: string,
  { checkpointEvery = 100 }: { checkpointEvery?: number } = {},
): Promise<SealedTrail> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<Omit<NumberedEvent, "number"> & { event_id: string }>(
      `SELECT e.event_id, e.body, to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt"
       FROM audit.event e ORDER BY e.recorded_at, e.event_id`,
    );
    const events = rows.map(({ recordedAt, body }, at) => ({ number: at + 1, recordedAt, body }));
    const trail = sealed(events, { checkpointEvery, signer: testSigner(1) });
    await insertSeals(
      owner,
      trail,
      rows.map(({ event_id }) => event_id),
    );
    return trail;
  } finally {
    await owner.end();
  }
}

async function insertSeals(owner: pg.Client, { leaves, checkpoints, signer }: SealedTrail, eventIds: string[]) {
  let chain: Buffer = CHAIN_START;
  const hashes = leaves.map((leaf) => {
    chain = chainHash(chain, leaf);
    return chain;
  });
  await owner.query(
    `INSERT INTO audit.sealed_event (number, event_id, leaf, hash)
     SELECT place, event_id, leaf, hash FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS t(event_id, leaf, hash, place)
    `,
    [eventIds, leaves, hashes],
  );
  const nodes = appendLeaves(EMPTY_FRONTIER, leaves).completed.filter(({ level }) => level >= LOWEST_STORED_LEVEL);
  await owner.query(
    `INSERT INTO audit.tree_node (level, index, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
  );
  const { keyId, vkey } = signer.verifier;
  await owner.query("INSERT INTO audit.signing_key (key_id, vkey) VALUES ($1, $2)", [keyId, vkey]);
  await owner.query(
    `INSERT INTO audit.checkpoint (size, root, note, key_id)
     SELECT size, root, note, $4 FROM unnest($1::bigint[], $2::bytea[], $3::text[]) AS t(size, root, note)`,
    [
      checkpoints.map(({ size }) => size),
      checkpoints.map(({ root }) => root),
      checkpoints.map(({ note }) => note),
      keyId,
    ],
  );
}
