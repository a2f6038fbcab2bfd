import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { type Checkpoint, readCheckpoint } from "#domain/checkpoint.ts";
import { parseVerifier } from "#domain/signed-note.ts";

export type SignedHead = Checkpoint;

/** Every checkpoint in the folder outside. @throws NoteError when one does not verify by the key beside it. */
export function readSignedHeads(folder: string): SignedHead[] {
  const key = parseVerifier(readFileSync(join(folder, "audit.pub"), "utf8").trimEnd());
  return notesIn(folder).map((note) => readCheckpoint(note, [key]));
}

/** Checkpoints that the database has and the folder has not. */
export async function faultsOfFolder(owner: pg.Pool, folder: string): Promise<string[]> {
  const outside = new Set(notesIn(folder));
  const { rows } = await owner.query<{ size: string; note: string }>("SELECT size, note FROM audit.checkpoint");
  const alarms = await owner.query<{ sentence: string }>("SELECT sentence FROM audit.alarm");
  return [
    ...rows.flatMap(({ size, note }) => (outside.has(note) ? [] : [`the checkpoint of ${size} is not in the folder`])),
    ...alarms.rows.map(({ sentence }) => `an alarm without a cause: ${sentence}`),
  ];
}

function notesIn(folder: string): string[] {
  const checkpoints = join(folder, "checkpoints");
  return readdirSync(checkpoints, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".txt"))
    .map((path) => readFileSync(join(checkpoints, path), "utf8"));
}
