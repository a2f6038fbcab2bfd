import type pg from "pg";
import { fingerprintsOf, readCheckpoint, signCheckpoint } from "#domain/checkpoint.ts";
import { foldSubtrees } from "#domain/merkle-tree.ts";
import type { NoteSigner } from "#domain/signed-note.ts";
import type { OutsideMemory } from "./outside-memory.ts";
import { readStoredTrail } from "./stored-tree.ts";
import { checkHead, insertCheckpoint, listKeys, registerKey, type TakenUp } from "./take-up.ts";
import { TrailAlarm } from "./trail-alarm.ts";

/**
 * Signs what is sealed, after comparing the database once more with the last signed head and with what this process sealed itself. The
 * folder outside has the checkpoint before the database has it: a crash in between is made good at the next start.
 * @throws TrailAlarm instead of signing a trail that is smaller or another one.
 */
export async function signHead(
  client: pg.Client,
  memory: OutsideMemory,
  signer: NoteSigner,
  taken: TakenUp,
): Promise<TakenUp> {
  await registerKey(client, memory, signer);
  const { trail, signedSize, unsignedLeaves } = taken;
  const head = memory.recall();
  if (head) await checkHead(client, head, memory);
  if (head && head.frontier.size > trail.frontier.size)
    throw new Error("Another sealer has signed more than this one sealed.");
  await checkHead(client, trail, memory);
  const signedAt = new Date().toISOString();
  const statement = {
    size: trail.frontier.size,
    root: foldSubtrees(trail.frontier.hashes),
    signedAt,
    firstNumber: signedSize + 1,
    fingerprints: fingerprintsOf(unsignedLeaves),
  };
  const note = signCheckpoint(statement, signer);
  memory.remember({ origin: signer.name, ...trail, note }, signedAt);
  await insertCheckpoint(client, note, [signer.verifier]);
  return { trail, signedSize: statement.size, unsignedLeaves: [] };
}

/**
 * Takes the newest checkpoint in the database for the last head, once, because the folder outside was lost. From here on it is remembered;
 * what was rewritten before cannot be told any more.
 */
export async function adoptHead(client: pg.Client, memory: OutsideMemory, signer: NoteSigner): Promise<void> {
  if (memory.recall()) return;
  const { rows } = await client.query<{ note: string }>("SELECT note FROM audit.checkpoint ORDER BY size DESC LIMIT 1");
  const note = rows[0]?.note;
  if (!note) return;
  const { size, root, signedAt } = readCheckpoint(note, await listKeys(client));
  const stored = await readStoredTrail(client, size);
  if (!stored || !foldSubtrees(stored.frontier.hashes).equals(root))
    throw new TrailAlarm(
      "inconsistent_tree",
      `The ${size} events that the newest checkpoint states are not those in the database.`,
    );
  memory.remember({ origin: signer.name, ...stored, note }, signedAt);
}
