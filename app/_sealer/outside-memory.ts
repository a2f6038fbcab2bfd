import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Frontier } from "#domain/merkle-tree.ts";

const base64 = z.base64().transform((text) => Buffer.from(text, "base64"));
const memorySchema = z.object({
  origin: z.string(),
  size: z.int().min(0),
  hashes: z.array(base64),
  chain: base64,
  note: z.string(),
});

/** The last head that was signed. */
export interface RememberedHead {
  origin: string;
  frontier: Frontier;
  chain: Buffer;
  /** The checkpoint itself. */
  note: string;
}

/**
 * A folder that the owner of the database does not control: the last head, against which the next one is checked, a copy of each
 * checkpoint, and the public key. Everything is on the disk before a call returns.
 */
export class OutsideMemory {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(join(directory, "checkpoints"), { recursive: true });
    mkdirSync(join(directory, "keys"), { recursive: true });
  }

  /** @throws when the file is there but cannot be read: a forgotten past must not pass for none. */
  recall(): RememberedHead | null {
    const file = join(this.directory, "head.json");
    if (!existsSync(file)) return null;
    const { origin, size, hashes, chain, note } = memorySchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return { origin, frontier: { size, hashes }, chain, note };
  }

  remember({ origin, frontier, chain, note }: RememberedHead, signedAt: string): void {
    const { size, hashes } = frontier;
    const month = join(this.directory, "checkpoints", signedAt.slice(0, 7));
    mkdirSync(month, { recursive: true });
    writeDurably(join(month, checkpointFile(size)), note);
    const head = { origin, size, hashes: hashes.map(toBase64), chain: toBase64(chain), note };
    writeDurably(join(this.directory, "head.json"), `${JSON.stringify(head)}\n`);
    writeDurably(join(this.directory, "checkpoint.txt"), note);
  }

  keepPublicKey(vkey: string): void {
    writeDurably(join(this.directory, "audit.pub"), `${vkey}\n`);
  }

  keepRotation(keyId: string, statement: string): void {
    writeDurably(join(this.directory, "keys", `rotation-to-${keyId}.txt`), statement);
  }

  /** Every checkpoint that was signed, oldest first. */
  *checkpoints(): Iterable<string> {
    const folder = join(this.directory, "checkpoints");
    for (const month of readdirSync(folder).sort())
      for (const file of readdirSync(join(folder, month)).sort()) yield readFileSync(join(folder, month, file), "utf8");
  }
}

/** With leading zeros, so that names sort as sizes do. */
function checkpointFile(size: number): string {
  return `checkpoint-${String(size).padStart(16, "0")}.txt`;
}

function toBase64(bytes: Buffer): string {
  return bytes.toString("base64");
}

/** Old or new, never half: a crash at any moment leaves one of the two. */
export function writeDurably(path: string, text: string, mode = 0o644): void {
  const temporary = `${path}.writing`;
  const file = openSync(temporary, "w", mode);
  try {
    // Goes on until all is written; a single write may be cut short by a disk that fills up.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}
