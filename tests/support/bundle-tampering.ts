import type { Made, Original } from "./bundle-originals.ts";
import { ROW_CHANGES } from "./row-tampering.ts";
import { SEAL_CHANGES } from "./seal-tampering.ts";
import { seededRandom } from "./seeded-random.ts";

const CHANGES = { ...ROW_CHANGES, ...SEAL_CHANGES };
export const CHANGE_NAMES = Object.keys(CHANGES) as (keyof typeof CHANGES)[];

/** A bundle that somebody tampered with, packed as an export is and with a manifest that fits: only proofs can tell. */
export type Tampered = Made & { change: string; key: string };

/** The same seed makes the same one, and neighbouring seeds go through all kinds of changes. */
export async function tampered(original: Original, seed: number): Promise<Tampered> {
  const change = CHANGE_NAMES[seed % CHANGE_NAMES.length] as keyof typeof CHANGES;
  const made = await CHANGES[change](original, seededRandom(seed));
  return { key: original.key, ...made, change };
}
