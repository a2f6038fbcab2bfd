import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { type AuditBundleSource, writeAuditBundle } from "#platform/audit-bundle.ts";
import { zipFiles } from "#platform/audit-bundle-zip.ts";

/** The files of a bundle by name, in their order. */
export type Parts = Map<string, Buffer>;

export async function writtenBundle(source: AuditBundleSource): Promise<Buffer> {
  return collected(writeAuditBundle(source).stream);
}

/** Takes a bundle apart that our own writer has made. */
export function unpacked(bundle: Buffer): Parts {
  const end = bundle.lastIndexOf("PK\x05\x06");
  const parts: Parts = new Map();
  let at = bundle.readUInt32LE(end + 16);
  for (let left = bundle.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength] = [bundle.readUInt32LE(at + 20), bundle.readUInt16LE(at + 28)];
    const name = bundle.toString("utf8", at + 46, at + 46 + nameLength);
    const begin = bundle.readUInt32LE(at + 42) + 30 + nameLength;
    parts.set(name, inflateRawSync(bundle.subarray(begin, begin + packed)));
    at += 46 + nameLength;
  }
  return parts;
}

/** Put together as an export does it, checksum and all. */
export function packed(parts: Parts): Promise<Buffer> {
  return collected(zipFiles([...parts].map(([name, content]) => ({ name, content: () => once(content) }))));
}

/** With a manifest that says what is in the files, whatever that is: only the proofs can be wrong then. */
export function withHonestManifest(parts: Parts): Parts {
  const manifest = JSON.parse(textOf(parts, "manifest.json"));
  const rows = linesOf(parts, "events.jsonl").map(looseRow);
  const numbers = rows.map(({ number }) => number);
  const files = [...parts].filter(([name]) => name !== "manifest.json");
  return withText(
    parts,
    "manifest.json",
    manifestText({
      ...manifest,
      events: rows.filter(({ purged }) => !purged).length,
      purged: rows.filter(({ purged }) => purged).length,
      purges: runsOf(rows.filter(({ purged }) => purged).map(({ number }) => number)),
      firstNumber: numbers[0] ?? null,
      lastNumber: numbers.length > 0 ? Math.max(...numbers) : null,
      checkpointSize: Number(textOf(parts, "checkpoint.txt").split("\n")[1]),
      files: Object.fromEntries(
        files.map(([name, content]) => [
          name,
          { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
        ]),
      ),
    }),
  );
}

export function manifestText(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

export function textOf(parts: Parts, name: string): string {
  return bytesOf(parts, name).toString();
}

export function bytesOf(parts: Parts, name: string): Buffer {
  const content = parts.get(name);
  if (!content) throw new Error(`There is no ${name} in this bundle.`);
  return content;
}

export function linesOf(parts: Parts, name: string): string[] {
  return textOf(parts, name).split("\n").slice(0, -1);
}

export function withBytes(parts: Parts, name: string, content: Buffer): Parts {
  return new Map(parts).set(name, content);
}

export function withText(parts: Parts, name: string, content: string): Parts {
  return withBytes(parts, name, Buffer.from(content));
}

export function withLines(parts: Parts, name: string, lines: readonly string[]): Parts {
  return withText(parts, name, lines.map((line) => `${line}\n`).join(""));
}

function runsOf(numbers: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs;
}

/** What can be read of a row, also of one that was tampered with. */
function looseRow(line: string): { number: number; purged: boolean } {
  const number = /"number":(\d+)(?:,"recordedAt":"[^"]*"|,"purged":true)\}\r?$/.exec(line)?.[1];
  return { number: Number(number ?? 0), purged: /^\{"number":\d+,"purged":true\}$/.test(line) };
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
