import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ZipFile } from "yazl";

/** One file of a bundle, made while it is read. */
export interface BundleFile {
  name: string;
  content: () => AsyncIterable<Buffer>;
}

/** Of one file, or of the whole bundle. */
export interface Digest {
  bytes: number;
  sha256: string;
}

// Nothing about the machine or the hour goes into the container: the same content gives the same bytes.
const FIXED = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 };
const COMMENT_LENGTH = "sha256:".length + 64;

/**
 * A zip of these files, in this order. Its comment is the SHA-256 of every byte before it. The next file is begun only
 * when the one before is written, so `content` may tell what earlier files held.
 */
export async function* zipFiles(files: readonly BundleFile[]): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  // Typed as a plain stream; it is one that can be iterated and destroyed.
  const output = zip.outputStream as Readable;
  let open: Readable | null = null;
  zip.on("error", (error) => output.destroy(error));
  for (const { name, content } of files) {
    zip.addReadStreamLazy(name, FIXED, (begin) => {
      open = Readable.from(content(), { objectMode: false });
      open.once("error", (error) => output.destroy(error));
      begin(null, open);
    });
  }
  zip.end({ comment: " ".repeat(COMMENT_LENGTH), forceZip64Format: false });
  try {
    yield* withHashAsComment(output);
  } finally {
    // Who stops reading the bundle stops the reading of the rows. A stream that has ended does not mind.
    (open as Readable | null)?.destroy();
    output.destroy();
  }
}

async function* withHashAsComment(zip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let held = Buffer.alloc(0);
  for await (const chunk of zip) {
    const known = Buffer.concat([held, chunk]);
    const ready = known.subarray(0, Math.max(known.length - COMMENT_LENGTH, 0));
    held = known.subarray(ready.length);
    hash.update(ready);
    if (ready.length > 0) yield ready;
  }
  yield Buffer.from(`sha256:${hash.digest("hex")}`);
}

/** Passes the bytes on and tells at the end how many they were and what they hash to. */
export async function* digested(
  content: AsyncIterable<Buffer>,
  tell: (digest: Digest) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  tell({ bytes, sha256: hash.digest("hex") });
}
