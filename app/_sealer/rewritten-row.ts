import type pg from "pg";
import { readCheckpoint } from "#domain/checkpoint.ts";
import { NoteError, type NoteVerifier } from "#domain/signed-note.ts";
import type { OutsideMemory } from "./outside-memory.ts";

/**
 * The first event whose leaf is not the one that was signed, by the fingerprints in the copies outside the database. Somebody who
 * recomputes a whole trail changes every hash after the altered row, but of the leaves only that one.
 */
export async function findRewrittenRow(
  client: pg.Client,
  memory: OutsideMemory,
  keys: NoteVerifier[],
): Promise<number | null> {
  for (const note of memory.checkpoints()) {
    const checkpoint = readOwn(note, keys);
    if (!checkpoint) continue;
    const { rows } = await client.query<{ number: string }>(
      `SELECT w.number FROM unnest($1::bigint[], $2::text[]) AS w(number, fingerprint)
       LEFT JOIN audit.sealed_event s ON s.number = w.number
       WHERE encode(substr(s.leaf, 1, 4), 'hex') IS DISTINCT FROM w.fingerprint ORDER BY w.number LIMIT 1`,
      [checkpoint.numbers, checkpoint.fingerprints],
    );
    if (rows[0]) return Number(rows[0].number);
  }
  return null;
}

function readOwn(note: string, keys: NoteVerifier[]): { numbers: number[]; fingerprints: string[] } | null {
  try {
    const { firstNumber, fingerprints } = readCheckpoint(note, keys);
    const each = fingerprints.toString("hex").match(/.{8}/g) ?? [];
    return { numbers: each.map((_, at) => firstNumber + at), fingerprints: each };
  } catch (error) {
    // A key before the last rotation signed it; the root has told already that something is wrong.
    if (error instanceof NoteError) return null;
    throw error;
  }
}
