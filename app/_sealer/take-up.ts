import type pg from "pg";
import { CHAIN_START } from "#domain/audit-leaf.ts";
import { readCheckpoint } from "#domain/checkpoint.ts";
import { appendLeaves, EMPTY_FRONTIER, type Frontier, foldSubtrees } from "#domain/merkle-tree.ts";
import type { NoteSigner, NoteVerifier } from "#domain/signed-note.ts";
import { parseVerifier } from "#domain/signed-note.ts";
import type { OutsideMemory, RememberedHead } from "./outside-memory.ts";
import { recompute } from "./recompute.ts";
import { findRewrittenRow } from "./rewritten-row.ts";
import type { SealedTrail } from "./seal-batch.ts";
import { readSealedSize, readStoredTrail } from "./stored-tree.ts";
import { listAlarmedNumbers, TrailAlarm } from "./trail-alarm.ts";

const RECOMPUTED_AT_ONCE = 1_000;

/** Where a sealer goes on: the trail as it found and checked it, and what of it no checkpoint covers yet. */
export interface TakenUp {
  trail: SealedTrail;
  /** The size that the last checkpoint states. */
  signedSize: number;
  unsignedLeaves: Buffer[];
}

/**
 * Compares the database with the last head that is remembered outside of it, and computes again what was sealed since.
 * @throws TrailAlarm when the trail is smaller, was rewritten, or its past is not known here.
 */
export async function takeUp(client: pg.Client, memory: OutsideMemory, signer: NoteSigner): Promise<TakenUp> {
  await registerKey(client, memory, signer);
  const head = memory.recall();
  if (!head) await requireNoPast(client);
  else if (head.origin !== signer.name)
    throw new TrailAlarm("unknown_past", `The last head is that of another trail, ${head.origin}.`);
  else await checkHead(client, head, memory);
  // The folder had it, and the process ended before the database had.
  if (head) await insertCheckpoint(client, head.note, await listKeys(client));

  let trail: SealedTrail = head ?? { frontier: EMPTY_FRONTIER, chain: CHAIN_START };
  const unsignedLeaves: Buffer[] = [];
  for (;;) {
    const next = await recompute(client, trail, RECOMPUTED_AT_ONCE);
    if (next.leaves.length === 0) break;
    trail = next.trail;
    unsignedLeaves.push(...next.leaves);
  }
  for (const number of await listAlarmedNumbers(client)) await recheck(client, number);
  const signedSize = await lastSignedSize(client, head?.frontier ?? EMPTY_FRONTIER, unsignedLeaves);
  return { trail, signedSize, unsignedLeaves: unsignedLeaves.slice(signedSize - (head?.frontier.size ?? 0)) };
}

/**
 * What was signed after the head, by a sealer whose folder is not this one, or before an older folder was brought back: checkpoints follow on
 * each other without gap. They count only when they state the very events that were recomputed here.
 */
async function lastSignedSize(client: pg.Client, head: Frontier, leaves: readonly Buffer[]): Promise<number> {
  const { rows } = await client.query<{ note: string }>(
    "SELECT note FROM audit.checkpoint WHERE size > $1 ORDER BY size DESC LIMIT 1",
    [head.size],
  );
  if (!rows[0]) return head.size;
  const { size, root } = readCheckpoint(rows[0].note, await listKeys(client));
  const { hashes } = appendLeaves(head, leaves.slice(0, size - head.size)).frontier;
  if (size <= head.size + leaves.length && foldSubtrees(hashes).equals(root)) return size;
  throw new TrailAlarm(
    "inconsistent_tree",
    `The database has a checkpoint over ${size} events that the sealed events do not give. The last head kept outside is ${head.size}.`,
  );
}

/** @throws TrailAlarm unless the database still holds the very trail of which this is the head. */
export async function checkHead(
  client: pg.Client,
  { frontier, chain }: Pick<RememberedHead, "frontier" | "chain">,
  memory: OutsideMemory,
): Promise<void> {
  const size = await readSealedSize(client);
  if (size < frontier.size)
    throw new TrailAlarm(
      "smaller_tree",
      `The database has ${size} sealed events; ${frontier.size} were sealed and signed. An old backup, or a cut trail.`,
    );
  const stored = await readStoredTrail(client, frontier.size);
  if (
    stored &&
    foldSubtrees(stored.frontier.hashes).equals(foldSubtrees(frontier.hashes)) &&
    stored.chain.equals(chain)
  )
    return;
  const number = await findRewrittenRow(client, memory, await listKeys(client));
  const which = number === null ? "Which event was changed cannot be told from here." : `Event ${number} was changed.`;
  throw new TrailAlarm(
    "inconsistent_tree",
    `The first ${frontier.size} events are no longer those that were sealed. ${which}`,
    number,
  );
}

/** An alarm about one event ends only when that event is right again. */
async function recheck(client: pg.Client, number: number): Promise<void> {
  const before = await readStoredTrail(client, number - 1);
  if (!before) throw new TrailAlarm("altered_row", `Events before ${number} are missing.`, number);
  await recompute(client, before, 1);
}

/** A folder that was lost must not look like a beginning. `npm run sealer -- --adopt` takes the database's word for it, once. */
async function requireNoPast(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ size: string }>("SELECT max(size) AS size FROM audit.checkpoint");
  if (!rows[0]?.size) return;
  throw new TrailAlarm(
    "unknown_past",
    `The folder of checkpoints is empty, but ${rows[0].size} events were signed. Bring the folder back; only if it is lost, start once with --adopt.`,
  );
}

export async function insertCheckpoint(client: pg.Client, note: string, keys: NoteVerifier[]): Promise<void> {
  const { size, root, signedBy } = readCheckpoint(note, keys);
  await client.query(
    "INSERT INTO audit.checkpoint (size, root, note, key_id) VALUES ($1, $2, $3, $4) ON CONFLICT (size) DO NOTHING",
    [size, root, note, signedBy.keyId],
  );
}

/** The first key needs no word for it; each later one the statement of a rotation. */
export async function registerKey(client: pg.Client, memory: OutsideMemory, { verifier }: NoteSigner): Promise<void> {
  const keys = await listKeys(client);
  if (keys.length === 0)
    await client.query("INSERT INTO audit.signing_key (key_id, vkey) VALUES ($1, $2)", [verifier.keyId, verifier.vkey]);
  else if (keys.at(-1)?.keyId !== verifier.keyId)
    throw new TrailAlarm(
      "unknown_key",
      `The signing key ${verifier.keyId} is not the one that the trail was signed with last. Bring that key back, or rotate to a new one.`,
    );
  memory.keepPublicKey(verifier.vkey);
}

/** Oldest first. */
export async function listKeys(client: pg.Client): Promise<NoteVerifier[]> {
  const { rows } = await client.query<{ vkey: string }>("SELECT vkey FROM audit.signing_key ORDER BY created_at");
  return rows.map(({ vkey }) => parseVerifier(vkey));
}
