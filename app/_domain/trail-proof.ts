import { differingColumns } from "./audit-event-columns.ts";
import { auditLeaf, CHAIN_START, chainHash, type NumberedEvent } from "./audit-leaf.ts";
import { fingerprintsOf, readCheckpoint } from "./checkpoint.ts";
import { rootFromInclusion } from "./merkle-tree.ts";
import { NoteError, type NoteVerifier, parseVerifier } from "./signed-note.ts";

/** A checkpoint as the database has it: only the note is signed. */
export interface StoredCheckpoint {
  size: number;
  root: Buffer;
  note: string;
}

/** Whether a checkpoint's note is signed by a key of the trail, and says what stands beside it. */
export type SignatureCheck =
  | { ok: true; keyId: string; signedAt: string; firstNumber: number; fingerprints: Buffer }
  | { ok: false; problem: string };

/** What the database holds of a sealed event. */
export interface EventEvidence extends NumberedEvent {
  /** The columns beside the text, which nothing seals. */
  row: Record<string, unknown>;
  leaf: Buffer;
  hash: Buffer;
  /** The running hash of the event before; null for the first one, and where it is missing. */
  hashBefore: Buffer | null;
  /** The first checkpoint that covers the event, with the event's path to it. */
  covered: { checkpoint: StoredCheckpoint; path: readonly Buffer[] } | null;
}

/** What came of computing everything anew. Null where no checkpoint covers the event yet. */
export interface EventProof {
  /** Columns that say something else than the text. */
  differing: string[];
  /** Text, time and number give the leaf that was sealed. */
  givesLeaf: boolean;
  /** The running hash follows from the one before. */
  givesHash: boolean;
  signature: SignatureCheck | null;
  /** The computed leaf leads to the signed root. */
  givesRoot: boolean | null;
  /** The signed checkpoint lists the computed leaf's fingerprint. */
  givesFingerprint: boolean | null;
}

/** Computes again, from the row as it stands now, all that was sealed and signed of an event. */
export function proveEvent(evidence: EventEvidence, keys: readonly NoteVerifier[]): EventProof {
  const { number, body, row, leaf, hash, covered } = evidence;
  const computed = auditLeaf(evidence);
  const before = number === 1 ? CHAIN_START : evidence.hashBefore;
  const signature = covered && checkSignature(covered.checkpoint, keys);
  return {
    differing: differingColumns(row, body),
    givesLeaf: computed.equals(leaf),
    givesHash: before !== null && chainHash(before, computed).equals(hash),
    signature,
    givesRoot: covered && leadsToRoot(number, computed, covered),
    givesFingerprint: signature && hasFingerprint(number, computed, signature),
  };
}

/** The keys among these lines. One that somebody has spoilt is none: what it signed then counts as signed by nobody. */
export function verifiersOf(vkeys: readonly string[]): NoteVerifier[] {
  return vkeys.flatMap((vkey) => {
    try {
      return [parseVerifier(vkey)];
    } catch (error) {
      if (error instanceof NoteError) return [];
      throw error;
    }
  });
}

export function checkSignature(stored: StoredCheckpoint, keys: readonly NoteVerifier[]): SignatureCheck {
  try {
    const { size, root, signedBy, ...signed } = readCheckpoint(stored.note, keys);
    if (size !== stored.size || !root.equals(stored.root))
      return { ok: false, problem: "Size or root beside the signed note are not those in it." };
    return { ok: true, ...signed, keyId: signedBy.keyId };
  } catch (error) {
    if (error instanceof NoteError) return { ok: false, problem: error.message };
    throw error;
  }
}

function leadsToRoot(
  number: number,
  leaf: Buffer,
  { checkpoint, path }: NonNullable<EventEvidence["covered"]>,
): boolean {
  return rootFromInclusion(number - 1, checkpoint.size, leaf, path)?.equals(checkpoint.root) ?? false;
}

function hasFingerprint(number: number, leaf: Buffer, signature: SignatureCheck): boolean {
  if (!signature.ok) return false;
  const own = fingerprintsOf([leaf]);
  const at = (number - signature.firstNumber) * own.length;
  return signature.fingerprints.subarray(at, at + own.length).equals(own);
}
