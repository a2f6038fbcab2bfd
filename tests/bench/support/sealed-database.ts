import { generateKeyPairSync } from "node:crypto";
import pg from "pg";
import { CHAIN_START } from "#domain/audit-leaf.ts";
import { fingerprintsOf, signCheckpoint } from "#domain/checkpoint.ts";
import { EMPTY_FRONTIER, foldSubtrees } from "#domain/merkle-tree.ts";
import { noteSigner } from "#domain/signed-note.ts";
import { type SealedTrail, sealBatch } from "#sealer/seal-batch.ts";

/**
 * Seals and signs all that `fillTrail` made, with the sealer's own batches, without its pauses and its memory outside the database.
 * @returns the public key that it made for this.
 */
export async function sealDatabase(ownerUrl: string): Promise<string> {
  const signer = noteSigner("bench.test/audit/simulator", generateKeyPairSync("ed25519").privateKey);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query("INSERT INTO audit.signing_key (key_id, vkey) VALUES ($1, $2)", [
    signer.verifier.keyId,
    signer.verifier.vkey,
  ]);
  let trail: SealedTrail = { frontier: EMPTY_FRONTIER, chain: CHAIN_START };
  let since = new Date(0);
  for (let isDrained = false; !isDrained; ) {
    const firstNumber = trail.frontier.size + 1;
    const batch = await sealBatch(client, trail, since);
    ({ trail, isDrained } = batch);
    const { size, hashes } = trail.frontier;
    const root = foldSubtrees(hashes);
    if (batch.leaves.length === 0) break;
    const fingerprints = fingerprintsOf(batch.leaves);
    const signedAt = new Date().toISOString();
    const note = signCheckpoint({ size, root, signedAt, firstNumber, fingerprints }, signer);
    const { rows } = await client.query<{ recorded_at: Date }>(
      `WITH signed AS (INSERT INTO audit.checkpoint (size, root, note, key_id) VALUES ($1, $2, $3, $4))
       SELECT recorded_at FROM audit.sealed_event JOIN audit.event USING (event_id) WHERE number = $1`,
      [size, root, note, signer.verifier.keyId],
    );
    since = rows[0]?.recorded_at ?? since;
    process.stderr.write(`\rsealed: ${size}`);
  }
  process.stderr.write("\n");
  await client.query("VACUUM (FREEZE, ANALYZE) audit.sealed_event, audit.tree_node, audit.checkpoint");
  await client.end();
  return signer.verifier.vkey;
}
