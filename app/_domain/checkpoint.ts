import { NoteError, type NoteSigner, type NoteVerifier, openNote, signNote, strictBase64 } from "./signed-note.ts";

const FINGERPRINT_BYTES = 4;

/** A signed statement of the trail's size and root (https://c2sp.org/tlog-checkpoint), with two lines of our own. */
export interface Checkpoint {
  /** Whose trail: the name of the key. */
  origin: string;
  size: number;
  root: Buffer;
  /** The signer's clock, UTC to the millisecond. */
  signedAt: string;
  /** The number of the first event that the checkpoint before did not cover. */
  firstNumber: number;
  /** The first 4 bytes of each leaf from `firstNumber` to `size`: they name the row when a whole trail was recomputed. */
  fingerprints: Buffer;
}

export function fingerprintsOf(leaves: readonly Buffer[]): Buffer {
  return Buffer.concat(leaves.map((leaf) => leaf.subarray(0, FINGERPRINT_BYTES)));
}

export function signCheckpoint(checkpoint: Omit<Checkpoint, "origin">, signer: NoteSigner): string {
  const { size, root, signedAt, firstNumber, fingerprints } = checkpoint;
  const lines = [
    signer.name,
    String(size),
    root.toString("base64"),
    `signed-at ${signedAt}`,
    `leaves ${firstNumber} ${fingerprints.toString("base64")}`,
  ];
  return signNote(`${lines.join("\n")}\n`, signer);
}

/** @throws NoteError when it is no checkpoint, or none of the keys has signed it. */
export function readCheckpoint(note: string, keys: readonly NoteVerifier[]): Checkpoint & { signedBy: NoteVerifier } {
  const { text, signedBy } = openNote(note, keys);
  const [signer] = signedBy;
  if (!signer) throw new NoteError("No known key has signed this checkpoint.");
  const match =
    /^(\S+)\n(0|[1-9]\d{0,15})\n(\S+)\nsigned-at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\nleaves ([1-9]\d{0,15}) (\S*)\n$/.exec(
      text,
    );
  const [origin, size, root, signedAt, firstNumber, fingerprints] = match?.slice(1) ?? [];
  const checkpoint = {
    origin: origin ?? "",
    size: Number(size),
    root: strictBase64(root ?? "") ?? Buffer.alloc(0),
    signedAt: signedAt ?? "",
    firstNumber: Number(firstNumber),
    fingerprints: strictBase64(fingerprints ?? "") ?? Buffer.alloc(0),
  };
  const added = checkpoint.size - checkpoint.firstNumber + 1;
  const isWhole = checkpoint.root.length === 32 && checkpoint.fingerprints.length === added * FINGERPRINT_BYTES;
  if (!match || !isWhole || origin !== signer.name)
    throw new NoteError("This note is no checkpoint of an audit trail.");
  return { ...checkpoint, signedBy: signer };
}

/** A new key takes over: both keys say so, so that either vouches for the other. */
export function signKeyRotation(old: NoteSigner, next: NoteSigner, signedAt: string): string {
  const lines = [old.name, "key-rotation", old.verifier.vkey, next.verifier.vkey, `signed-at ${signedAt}`];
  return signNote(`${lines.join("\n")}\n`, old, next);
}
