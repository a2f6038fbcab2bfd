import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { type Checkpoint, readCheckpoint } from "#domain/checkpoint.ts";
import { type NoteVerifier, parseVerifier } from "#domain/signed-note.ts";

export type SignedHead = Checkpoint;

/** Every checkpoint in the folder outside. @throws NoteError when one does not verify by the key beside it. */
export function readSignedHeads(folder: string): SignedHead[] {
  const key = keyIn(folder);
  return notesIn(folder).map((note) => readCheckpoint(note, [key]));
}

/** Whether the database has the folder's checkpoints, each going on where the one before ended. A crash may leave one to the folder alone. */
export async function faultsOfFolder(owner: pg.Pool, folder: string): Promise<string[]> {
  const outside = new Set(notesIn(folder));
  const stored = await owner.query<{ note: string }>("SELECT note FROM audit.checkpoint ORDER BY size");
  const alarms = await owner.query<{ sentence: string }>("SELECT sentence FROM audit.alarm");
  const faults = alarms.rows.map(({ sentence }) => `an alarm without a cause: ${sentence}`);
  let covered = 0;
  for (const { note } of stored.rows) {
    const { firstNumber, size } = readCheckpoint(note, [keyIn(folder)]);
    if (!outside.has(note)) faults.push(`the checkpoint of ${size} is not in the folder`);
    if (firstNumber !== covered + 1) faults.push(`the checkpoint of ${size} begins at ${firstNumber} after ${covered}`);
    covered = size;
  }
  return faults;
}

function keyIn(folder: string): NoteVerifier {
  return parseVerifier(readFileSync(join(folder, "audit.pub"), "utf8").trimEnd());
}

function notesIn(folder: string): string[] {
  const checkpoints = join(folder, "checkpoints");
  return readdirSync(checkpoints, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".txt"))
    .map((path) => readFileSync(join(checkpoints, path), "utf8"));
}
