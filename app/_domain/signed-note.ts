import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** https://c2sp.org/signed-note: a text, an empty line, and one line for each signature over the text. Ed25519 only. */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

export interface NoteSigner {
  /** The key's name: the origin. */
  name: string;
  privateKey: KeyObject;
  /** The public half, as it is handed out. */
  verifier: NoteVerifier;
}

export interface NoteVerifier {
  name: string;
  /** First 4 bytes of SHA-256 over name, line feed, 0x01 and key; 8 hex digits. */
  keyId: string;
  publicKey: KeyObject;
  /** The line that is handed out: `name+keyId+base64`. */
  vkey: string;
}

/** What is wrong with a note, for the log and for the person who brought it. */
export class NoteError extends Error {}

export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const der = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return { name, privateKey, verifier: toVerifier(name, der.subarray(-PUBLIC_KEY_BYTES)) };
}

/** @throws NoteError when the line is not a key, or its key id not that of its key. */
export function parseVerifier(vkey: string): NoteVerifier {
  const [, name = "", keyId = "", encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey) ?? [];
  const bytes = strictBase64(encoded);
  if (bytes?.length !== PUBLIC_KEY_BYTES + 1 || bytes[0] !== ED25519)
    throw new NoteError("This is not a public key of an audit trail.");
  const verifier = toVerifier(name, bytes.subarray(1));
  if (verifier.keyId !== keyId) throw new NoteError("The public key does not fit the key id beside it.");
  return verifier;
}

/** Signs a text, which has to end with a line feed. */
export function signNote(text: string, ...signers: NoteSigner[]): string {
  const lines = signers.map(({ name, privateKey, verifier }) => {
    const signature = sign(null, Buffer.from(text), privateKey);
    return `— ${name} ${Buffer.concat([Buffer.from(verifier.keyId, "hex"), signature]).toString("base64")}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

/**
 * The text of a note, and which of the keys have signed it.
 * @throws NoteError when it is no note, or a signature in the name of one of the keys is wrong.
 */
export function openNote(note: string, keys: readonly NoteVerifier[]): { text: string; signedBy: NoteVerifier[] } {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw new NoteError("This is not a signed note.");
  const text = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2, -1)
    .split("\n")
    .map(parseSignature);
  const signedBy = keys.filter((key) => {
    const own = signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
    if (own.some(({ signature }) => !verify(null, Buffer.from(text), key.publicKey, signature)))
      throw new NoteError(`The signature by key ${key.keyId} does not fit the text.`);
    return own.length > 0;
  });
  return { text, signedBy };
}

/** Standard base64 in its one canonical spelling; null for any other. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

function toVerifier(name: string, publicKey: Buffer): NoteVerifier {
  if (!/^[^\s+]+$/u.test(name)) throw new NoteError("A key's name has no spaces and no plus sign.");
  const typed = Buffer.concat([Buffer.from([ED25519]), publicKey]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest("hex").slice(0, 8);
  return {
    name,
    keyId,
    publicKey: createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: "der", type: "spki" }),
    vkey: `${name}+${keyId}+${typed.toString("base64")}`,
  };
}

function parseSignature(line: string): { name: string; keyId: string; signature: Buffer } {
  const [, name = "", encoded = ""] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = strictBase64(encoded);
  if (!bytes || bytes.length !== 4 + SIGNATURE_BYTES) throw new NoteError("A signature line cannot be read.");
  return { name, keyId: bytes.subarray(0, 4).toString("hex"), signature: bytes.subarray(4) };
}
