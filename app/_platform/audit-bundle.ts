import { Readable } from "node:stream";
import { BUNDLE_README } from "./audit-bundle-readme.ts";
import { type BundleFile, type Digest, digested, zipFiles } from "./audit-bundle-zip.ts";

type Rows<Row> = AsyncIterable<Row> | Iterable<Row>;

/** A sealed row; `recordedAt` in UTC with microseconds, `body` the canonical text as it was hashed. */
export type BundleEvent = { number: number; recordedAt: string; body: string } | { number: number; purged: true };

/** What the caller says about the export; counts, numbers and hashes are added while it is written. */
export interface BundleFacts {
  environment: string;
  origin: string;
  /** Null on a side that is open: a trail from its beginning, or to the checkpoint. */
  period: { from: string | null; until: string | null };
  /** What was asked for besides the period, in the words of the filter. Null for a range. */
  filter: string | null;
  generatedAt: string;
  generatedBy: string;
  exportId: string;
  /** Rows of the period and the filter that the checkpoint does not cover yet. Asked for when all others are written. */
  countUncovered: () => number | Promise<number>;
}

interface AnyBundle {
  facts: BundleFacts;
  /** The line of `audit.pub`: the key that signed the checkpoint. */
  publicKey: string;
  /** Key rotation statements, oldest first. */
  rotations: readonly string[];
  /** The signed checkpoint that everything is proven against, and how many rows it covers. */
  checkpoint: string;
  checkpointSize: number;
  /** Earlier checkpoints, each with its consistency proof to `checkpoint`. */
  earlier: Rows<{ note: string; proof: readonly Uint8Array[] }>;
  /** In ascending order of their numbers; in a range without a gap. */
  events: Rows<BundleEvent>;
}

/**
 * What a bundle is made from. Each of the iterables is read once, only as fast as the bundle is read, and in this order:
 * earlier, events, then leaves and checkpoints, or proofs. So each can be a cursor that opens when it is first asked.
 */
export type AuditBundleSource = AnyBundle &
  (
    | {
        kind: "range";
        /** The leaves of numbers 1 to `checkpointSize`, 32 bytes each, in pieces of any size. */
        leaves: Rows<Uint8Array>;
        /** Signed checkpoints, ascending: from the one that covers the first event to `checkpoint`. */
        checkpoints: Rows<string>;
      }
    | {
        kind: "selection";
        /** For each event, in the same order, its audit path to `checkpoint`, lowest first. */
        proofs: Rows<{ number: number; path: readonly Uint8Array[] }>;
      }
  );

export interface WrittenBundle {
  sha256: string;
  bytes: number;
  /** Rows with their text; without those that were purged. */
  events: number;
}

// Rows are handed on in pieces of this size: line by line a million rows would take minutes.
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Writes an audit bundle while it is read: memory stays the same for any number of rows. `finished` settles when the
 * stream has ended, and rejects when a source failed or the reader went away; nobody has to wait for it.
 */
export function writeAuditBundle(source: AuditBundleSource): { stream: Readable; finished: Promise<WrittenBundle> } {
  const count = new EventCount(source.kind);
  let resolve: (bundle: WrittenBundle) => void;
  const whole = digested(zipFiles(bundleFiles(source, count)), (digest) =>
    resolve({ ...digest, events: count.events }),
  );
  const stream = Readable.from(whole, { objectMode: false });
  const finished = new Promise<WrittenBundle>((onWritten, onFailed) => {
    resolve = onWritten;
    stream.once("error", onFailed);
    stream.once("close", () => onFailed(new Error("The bundle was not read to its end.")));
  });
  finished.catch(() => undefined);
  return { stream, finished };
}

function bundleFiles(source: AuditBundleSource, count: EventCount): BundleFile[] {
  const digests: Record<string, Digest> = {};
  const file = (name: string, content: () => AsyncIterable<Buffer>): BundleFile => ({
    name,
    content: () =>
      digested(content(), (digest) => {
        digests[name] = digest;
      }),
  });
  const proof =
    source.kind === "range"
      ? [
          file("leaves.bin", () => exactly(source.checkpointSize * 32, source.leaves)),
          file("checkpoints.jsonl", () => lines(source.checkpoints, (note) => JSON.stringify({ note }))),
        ]
      : [
          file("proofs.jsonl", () =>
            lines(source.proofs, ({ number, path }) => JSON.stringify({ number, path: path.map(base64) })),
          ),
        ];
  return [
    file("README.txt", () => text(BUNDLE_README)),
    file("audit.pub", () => text(`${source.publicKey}\n`)),
    file("keys.jsonl", () => lines(source.rotations, (note) => JSON.stringify({ note }))),
    file("checkpoint.txt", () => text(source.checkpoint)),
    file("earlier.jsonl", () =>
      lines(source.earlier, ({ note, proof }) => JSON.stringify({ note, proof: proof.map(base64) })),
    ),
    file("events.jsonl", () => lines(source.events, (event) => eventLine(count.add(event)))),
    ...proof,
    { name: "manifest.json", content: () => manifest(source, count, digests) },
  ];
}

/** The line is canonical JSON like the body in it, which goes in as it is: not one byte of it may change. */
function eventLine(event: BundleEvent): string {
  if ("purged" in event) return `{"number":${event.number},"purged":true}`;
  return `{"body":${event.body},"number":${event.number},"recordedAt":"${event.recordedAt}"}`;
}

async function* manifest(
  source: AuditBundleSource,
  count: EventCount,
  files: Record<string, Digest>,
): AsyncGenerator<Buffer> {
  const { environment, origin, period, filter, generatedAt, generatedBy, exportId, countUncovered } = source.facts;
  const content = {
    format: "reconnect-desk/audit-bundle/1",
    kind: source.kind,
    environment,
    origin,
    period: { from: period.from, until: period.until },
    filter,
    generatedAt,
    generatedBy,
    exportId,
    events: count.events,
    purged: count.purged,
    purges: count.purges,
    firstNumber: count.firstNumber,
    lastNumber: count.lastNumber,
    checkpointSize: source.checkpointSize,
    uncovered: await countUncovered(),
    files,
  };
  yield* text(`${JSON.stringify(content, null, 2)}\n`);
}

/** What the manifest says of the events, and that they come in order. */
class EventCount {
  events = 0;
  purged = 0;
  readonly purges: { first: number; last: number }[] = [];
  firstNumber: number | null = null;
  lastNumber: number | null = null;
  readonly #kind: AuditBundleSource["kind"];

  constructor(kind: AuditBundleSource["kind"]) {
    this.#kind = kind;
  }

  add(event: BundleEvent): BundleEvent {
    const { number } = event;
    const isNext =
      this.lastNumber === null || (this.#kind === "range" ? number === this.lastNumber + 1 : number > this.lastNumber);
    if (!isNext) throw new Error(`Row ${number} cannot follow row ${this.lastNumber} in a bundle.`);
    this.firstNumber ??= number;
    this.lastNumber = number;
    if ("purged" in event) this.#addPurged(number);
    else this.events += 1;
    return event;
  }

  #addPurged(number: number): void {
    this.purged += 1;
    const last = this.purges.at(-1);
    if (last?.last === number - 1) last.last = number;
    else this.purges.push({ first: number, last: number });
  }
}

async function* text(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

async function* lines<Row>(rows: Rows<Row>, toLine: (row: Row) => string): AsyncGenerator<Buffer> {
  let piece = "";
  for await (const row of rows) {
    piece += `${toLine(row)}\n`;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  if (piece) yield Buffer.from(piece);
}

async function* exactly(bytes: number, pieces: Rows<Uint8Array>): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const piece of pieces) {
    seen += piece.length;
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  }
  if (seen !== bytes) throw new Error(`The leaves of the bundle are ${seen} bytes instead of ${bytes}.`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
