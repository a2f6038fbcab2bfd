// @ts-check
/**
 * Checks an audit bundle of Reconnect Desk: one file, Node 20.19 or newer, no network, no database, nothing to install.
 *
 *   node audit-verify.mjs FILE [--key audit.pub] [--since EARLIER-CHECKPOINT]
 *
 * --key    the public key you were given when the trail was set up. Without it audit.pub in the current folder is taken,
 *          or the one beside this program. The key inside the bundle proves nothing: a forger would put in his own.
 * --since  a checkpoint you kept from an earlier bundle (its checkpoint.txt): nothing before it may have changed since.
 *
 * Exit 0 proven · 1 altered · 2 unreadable · 3 genuine but incomplete · 4 wrong key, or two versions of the trail.
 *
 * What is what. A row's leaf is SHA-256(00 "reconnect-desk/audit/v1" 00, number and microseconds as 8 bytes each, text).
 * Leaves are joined in pairs to a tree (RFC 6962: SHA-256(01 left right)); its root stands for every row. A checkpoint is
 * a text of origin, size, root, time and the first 4 bytes of each new leaf, signed with Ed25519 (c2sp.org/tlog-checkpoint).
 */

import { isUtf8 } from "node:buffer";
import { createHash, createPublicKey, hash, verify } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { crc32, createInflateRaw } from "node:zlib";

const COMMON_FILES = "README.txt audit.pub keys.jsonl checkpoint.txt earlier.jsonl events.jsonl";
const KINDS = {
  range: `${COMMON_FILES} leaves.bin checkpoints.jsonl manifest.json`.split(" "),
  selection: `${COMMON_FILES} proofs.jsonl manifest.json`.split(" "),
};
const MIB = 2 ** 20;
/** No file of a bundle, or line of one, is longer; a number in the file is never a reason to make room for it. */
const LONGEST = { line: MIB, proof: MIB / 16, note: 192 * MIB, small: 16 * MIB };

// ---------------------------------------------------------------------------------------------------------------------
// Verdict. What was found decides the exit code: the first line here that applies.

const VERDICTS = /** @type {const} */ ([
  [
    "checksum",
    1,
    "ALTERED. This file was changed after it was exported.",
    "Keep it, and ask for a fresh export, by another way.",
  ],
  [
    "malformed",
    2,
    "UNREADABLE. This is not an audit bundle, or a damaged one.",
    "Ask for the file as it was exported, neither unpacked nor opened and saved.",
  ],
  [
    "wrongKey",
    4,
    "WRONG KEY. This was not signed by the key you trust.",
    "See whether your audit.pub is the one you were given when the trail was set up. If it is, report this at once and keep both files.",
  ],
  [
    "altered",
    1,
    "ALTERED. This bundle is not as it was sealed.",
    "Keep this file. Report what is named above to whoever supervises the trail, not only to whoever sent you the file. It was not damaged on its way: ask for a fresh export; if that says the same, the trail itself was changed, if not, this file was made up.",
  ],
  [
    "splitView",
    4,
    "TWO VERSIONS. A signed checkpoint says something else about the same rows.",
    "Report this at once to whoever supervises the trail; keep this file and your earlier checkpoint.",
  ],
  [
    "container",
    2,
    "NOT AS EXPORTED. The rows are right, but this file was packed again by another program.",
    "Ask for the file as it was exported, neither unpacked nor opened and saved.",
  ],
  [
    "brokenOff",
    3,
    "INCOMPLETE. This file breaks off; nothing in it is proven.",
    "Copy it again, or ask for a fresh export.",
  ],
  [
    "noKey",
    3,
    "NOT PROVEN. The bundle agrees with itself, but there is no key to check it against.",
    "Put your audit.pub beside this program and run it again.",
  ],
  [
    "incomplete",
    3,
    "GENUINE, BUT INCOMPLETE.",
    "What is here is genuine. Ask for what is missing, as the sentence above says.",
  ],
]);
const PROVEN = /** @type {const} */ ([
  null,
  0,
  "PROVEN.",
  "Keep this file. Compare its SHA-256 and number of rows with the export's own row in the trail: this program cannot see whether the export left rows out on purpose.",
]);
/** @typedef {typeof VERDICTS[number][0]} Kind */
/** @typedef {{ kind: Kind, text: string, number: number | null, says?: string | undefined }} Problem */
/** @typedef {{ code: number, verdict: string, next: string, problems: Problem[], firstBadRow: number | null, facts: string[], remarks: string[] }} Result */

class Findings {
  /** @type {Problem[]} */ problems = [];
  /** @type {string[]} */ facts = [];
  /** @type {string[]} */ remarks = [];
  #count = 0;

  /** @param {Kind} kind @param {string} text @param {number | null} [number] of the row it is about @param {string} [says] the row, as it is now */
  add(kind, text, number = null, says = undefined) {
    this.#count += 1;
    // A file in which everything is wrong is not worth a million sentences.
    if (this.#count <= 1_000 || !this.has(kind)) this.problems.push({ kind, text, number, says });
  }

  /** @param {string} text @param {number | null} [number] */
  altered(text, number) {
    this.add("altered", text, number);
  }

  /** Nothing where there are no rows between. @param {number} first @param {number} last @param {string} because */
  missing(first, last, because) {
    const words = first === last ? `row ${first} is` : `rows ${first} to ${last} are`;
    if (first <= last) this.altered(`${words} missing: ${because}`, first);
  }

  /** @param {Kind} kind */
  has(kind) {
    return this.problems.some((problem) => problem.kind === kind);
  }

  /** @returns {Result} */
  result() {
    const [, code, verdict, next] = VERDICTS.find(([kind]) => this.has(kind)) ?? PROVEN;
    const numbers = this.problems.flatMap(({ number }) => (number === null ? [] : [number]));
    const firstBadRow = numbers.reduce((first, number) => Math.min(first, number), Number.POSITIVE_INFINITY);
    const { problems, facts, remarks } = this;
    return { code, verdict, next, problems, firstBadRow: numbers.length > 0 ? firstBadRow : null, facts, remarks };
  }
}

/** Ends the checking: what comes after it could not be understood. */
class Stop extends Error {
  /** @param {string} message @param {Kind} [kind] */
  constructor(message, kind = "malformed") {
    super(message);
    this.kind = kind;
  }
}

/** @param {unknown} condition @param {string} message @returns {asserts condition} */
function demand(condition, message) {
  if (!condition) throw new Stop(message);
}

// ---------------------------------------------------------------------------------------------------------------------
// The order of the checks.

/**
 * @typedef {{ size: number, read: (from: number, to: number) => AsyncIterable<Buffer> }} Source
 * @typedef {{ key?: string | null, since?: string | null, lookFurther?: boolean }} Options The texts of the two files;
 *   `lookFurther: false` does not look for the row in a file whose checksum is wrong already.
 */

/** @param {Source} source @param {Options} [options] @returns {Promise<Result>} */
export async function verifyBundle(source, { key = null, since = null, lookFurther = true } = {}) {
  const findings = new Findings();
  try {
    const bundle = await readContainer(source, findings);
    if (lookFurther || !findings.has("checksum")) await verifyContents(bundle, { key, since }, findings);
  } catch (error) {
    if (error instanceof Stop) findings.add(error.kind, error.message);
    else findings.add("malformed", `It cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  return findings.result();
}

/** @param {Bundle} bundle @param {{ key: string | null, since: string | null }} options @param {Findings} findings */
async function verifyContents(bundle, options, findings) {
  await bundle.text("README.txt", LONGEST.small);
  const claim = readKey(await bundle.text("audit.pub", LONGEST.line), "audit.pub in the bundle");
  const pinned = options.key === null ? null : readKey(`${options.key.trim()}\n`, "your key");
  const keys = trustedKeys(pinned ?? claim, await readRotations(bundle, findings));
  if (!pinned)
    findings.add(
      "noKey",
      "There is no key to check against: put the audit.pub that you were given beside this program. Until then nobody knows who signed this.",
    );

  const checkpoint = readCheckpoint(await bundle.text("checkpoint.txt", LONGEST.note), "checkpoint.txt");
  checkSignature(checkpoint, keys, "checkpoint.txt", findings);
  if (checkpoint.keyId !== claim.id)
    findings.altered("audit.pub in the bundle is not the key that signed checkpoint.txt.");
  const since = readSince(options.since, keys, findings);
  findings.facts.push(
    `Trail       ${checkpoint.origin}`,
    `Signed by   key ${checkpoint.keyId}, ${whoVouches(checkpoint.keyId, pinned)}`,
    `Checkpoint  ${checkpoint.size} rows, signed at ${checkpoint.signedAt}`,
  );

  if (since && since.size > checkpoint.size)
    findings.add(
      "incomplete",
      `Your earlier checkpoint (${since.size} rows) is newer than this bundle (${checkpoint.size} rows), so they can be compared only in part.`,
    );
  const earlier = await readEarlier(bundle, { checkpoint, keys }, findings);
  const rows = new RowChecks(bundle.kind, checkpoint.origin.split("/").at(-1), findings);
  if (bundle.kind === "range") await verifyRange(bundle, { checkpoint, keys, earlier, since, rows }, findings);
  else await verifySelection(bundle, { checkpoint, earlier, since, rows }, findings);
  rows.finish();
  await verifyManifest(bundle, { checkpoint, rows }, findings);
}

/** @param {string} signer @param {Key | null} pinned */
function whoVouches(signer, pinned) {
  if (!pinned) return "which nobody vouches for";
  return pinned.id === signer ? "which is your audit.pub" : `which your key ${pinned.id} vouches for`;
}

/**
 * A range: all leaves of the trail are there. They must give the signed root, and each row must give its leaf.
 * @param {Bundle} bundle
 * @param {{ checkpoint: Checkpoint, keys: Key[], earlier: Earlier[], since: Checkpoint | null, rows: RowChecks }} known
 * @param {Findings} findings
 */
async function verifyRange(bundle, { checkpoint, keys, earlier, since, rows }, findings) {
  const covering = await readCovering(bundle, { checkpoint, keys }, findings);
  const comparable = since && since.size <= checkpoint.size ? [since] : [];
  const signed = [...covering, ...earlier, ...comparable, checkpoint];
  const tree = await readLeaves(
    bundle,
    { checkpoint, covering, since, sizes: new Set(signed.map(({ size }) => size)) },
    findings,
  );
  const isSigned = tree.rootAt(checkpoint.size)?.equals(checkpoint.root) ?? false;
  const kind = isSigned ? "splitView" : "altered";
  const contradicted = signed
    .filter(({ size, root }) => !tree.rootAt(size)?.equals(root))
    .sort((a, b) => a.size - b.size);

  let asSealed = 0;
  await rows.readAll(bundle, async (row) => {
    const leaf = await tree.leaf(row.number);
    const strange = tree.strange.get(row.number);
    if (row.number > checkpoint.size) return "it is beyond the checkpoint, which does not cover it";
    // Rows are purged from number 1 on, without a gap: nobody can hide a row by calling it purged and leave the ones before it.
    if (row.isPurged && (rows.first !== 1 || rows.events > 0))
      return "it is said to be purged, but a purge takes every row from number 1 on, and not all before it are gone";
    if (strange) rows.name(row, kind, strange);
    if (!leaf || row.isPurged || row.leaf().equals(leaf)) {
      asSealed += 1;
      return null;
    }
    if (strange) return "its text does not give the leaf in leaves.bin";
    return "its text or its time is not what was sealed: it was changed afterwards. What it was before cannot be read from this file";
  });
  const [earliest] = covering;
  if (earliest && rows.first !== null && earliest.firstNumber > rows.first)
    findings.altered(
      `The checkpoints before the one of ${earliest.size} rows, which cover the first rows here, are missing.`,
    );
  if (isSigned) findings.facts.push(`As sealed   ${asSealed} of ${rows.events + rows.purged} rows`);
  for (const [number, text] of tree.strange)
    if (!rows.named.has(number)) findings.add(kind, `row ${number}, whose text is not in this bundle: ${text}`, number);

  // The leaves tell a wrong proof from a checkpoint that really says something else.
  for (const { isProven, what, size, root } of earlier)
    if (!isProven && tree.rootAt(size)?.equals(root)) findings.altered(notProven(what));
  const [first] = contradicted;
  if (!first) return;
  const before = signed.filter(({ size }) => size < first.size && !contradicted.some((other) => other.size === size));
  const from = Math.max(0, ...before.map(({ size }) => size)) + 1;
  const where = `the first that differs was signed at ${first.signedAt} for ${first.size} rows: look at rows ${from} to ${first.size}`;
  const what = isSigned
    ? "A checkpoint with a good signature does not fit the trail in this bundle"
    : "The leaves do not give the root that was signed";
  findings.add(kind, `${what}; ${where}.`);
}

/**
 * A selection: each row comes with the hashes that lead from its leaf to the signed root.
 * @param {Bundle} bundle
 * @param {{ checkpoint: Checkpoint, earlier: Earlier[], since: Checkpoint | null, rows: RowChecks }} known
 * @param {Findings} findings
 */
async function verifySelection(bundle, { checkpoint, earlier, since, rows }, findings) {
  const proofs = bundle.lines("proofs.jsonl", LONGEST.proof);
  /** @type {Set<string>} */ const otherRoots = new Set();
  let proven = 0;
  await rows.readAll(bundle, async (row) => {
    const next = await proofs.next();
    if (next.done) return "it has no proof in proofs.jsonl";
    const { number, path } = readProof(next.value);
    if (number !== row.number) return `the proof in its place is that of row ${number}`;
    if (row.isPurged) throw new Stop(`Row ${number} is marked as purged, which only a range can have.`);
    const leaf = row.leaf();
    if (since && contradictsFingerprint(since, row.number, leaf))
      rows.name(row, "splitView", sentenceOfFingerprint(since));
    const root = rootFromPath(row.number - 1, checkpoint.size, leaf, path);
    if (root?.equals(checkpoint.root)) proven += 1;
    else otherRoots.add(root?.toString("hex") ?? "");
    return root?.equals(checkpoint.root)
      ? null
      : "its proof does not lead to the signed root – its text, its time or its proof was changed";
  });
  for await (const line of proofs)
    findings.altered(
      `row ${readProof(line).number} is missing: its proof is in the bundle, its text is not`,
      readProof(line).number,
    );
  if (proven === 0 && rows.events > 1 && otherRoots.size === 1 && !otherRoots.has(""))
    findings.altered(
      "All proofs lead to one other tree: a row of the trail, perhaps none of these, was changed in the database. An export of a whole period without filter names it.",
    );
  if (since) compareSelectionWithSince(since, checkpoint, earlier, findings);
}

/** @param {Checkpoint} since @param {Checkpoint} checkpoint @param {Earlier[]} earlier @param {Findings} findings */
function compareSelectionWithSince(since, checkpoint, earlier, findings) {
  const same = [...earlier.filter(({ isProven }) => isProven), checkpoint].filter(({ size }) => size === since.size);
  if (same.some(({ root }) => !root.equals(since.root)))
    findings.add(
      "splitView",
      `Your earlier checkpoint (${since.size} rows, signed at ${since.signedAt}) and this bundle say different things about the same rows.`,
    );
  else if (same.length === 0 && since.size <= checkpoint.size)
    findings.add(
      "incomplete",
      `Your earlier checkpoint (${since.size} rows) is not among those in this bundle, so they cannot be compared: ask for an export that names it, or for one without filter.`,
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Rows.

class Row {
  /** @param {number} number @param {string} recordedAt @param {Buffer | null} body null where the row was purged */
  constructor(number, recordedAt, body) {
    this.number = number;
    this.recordedAt = recordedAt;
    this.body = body;
    /** In milliseconds. */
    this.time = Date.parse(`${recordedAt.slice(0, 23)}Z`);
  }

  get isPurged() {
    return this.body === null;
  }

  leaf() {
    const body = this.body ?? EMPTY;
    LEAF.writeBigUInt64BE(BigInt(this.number), 25);
    LEAF.writeBigUInt64BE(BigInt(this.time) * 1000n + BigInt(this.recordedAt.slice(23, 26)), 33);
    body.copy(LEAF, 41);
    return hash("sha256", LEAF.subarray(0, 41 + body.length), "buffer");
  }

  /** "row 412, recorded 2026-11-25T16:40:00.123456Z (reauth_session.revealed)" */
  describe() {
    const action = /"action":"([a-z_.]{1,80})"/.exec(this.body?.toString("latin1") ?? "")?.[1];
    return `row ${this.number}${this.isPurged ? " (purged)" : `, recorded ${this.recordedAt}${action ? ` (${action})` : ""}`}`;
  }
}
/** @type {Buffer} */ const EMPTY = Buffer.alloc(0);
/** Head, number, time and text of the row that is hashed: one place for all rows, for there can be millions. */
const LEAF = Buffer.alloc(41 + LONGEST.line);
LEAF.write("\0reconnect-desk/audit/v1\0");
const ROW_HEAD = Buffer.from('{"body":');
const ROW_TAIL = /,"number":([1-9]\d{0,15}),"recordedAt":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"\}$/;
const PURGED_ROW = /^\{"number":([1-9]\d{0,15}),"purged":true\}$/;

/** @param {Buffer} line @param {number} at */
function parseRow(line, at) {
  const purged = line.length < 64 ? PURGED_ROW.exec(line.toString("latin1")) : null;
  if (purged) return new Row(safeNumber(purged[1], `Line ${at} of events.jsonl`), "", null);
  const tail = ROW_TAIL.exec(line.subarray(-100).toString("latin1"));
  const [whole = "", number = "", recordedAt = ""] = tail ?? [];
  const isRow = tail !== null && line.subarray(0, ROW_HEAD.length).equals(ROW_HEAD);
  demand(isRow && isTime(`${recordedAt.slice(0, 23)}Z`), `Line ${at} of events.jsonl is not a row.`);
  return new Row(
    safeNumber(number, `Line ${at} of events.jsonl`),
    recordedAt,
    line.subarray(ROW_HEAD.length, line.length - whole.length),
  );
}

const DISORDER_MS = 60_000;
const MOST_INTENTS = 100_000;
/** What begins like a token is looked at once, from its beginning: a text made to be slow to search stays quick to search. */
const SECRETS =
  /link-(?:sandbox|development|production)-[0-9a-f-]{8,}|Bearer\s+[\w.~+/-]{16,}|(?:[^\w-]|\\[nrt])eyJ[\w-]{8,}\.[\w-]{8,}\.|\/md\/connect\/\w{8,}/i;

/** Reads events.jsonl once: numbering, form of each text, and what a reader should know though nothing is wrong. */
class RowChecks {
  events = 0;
  /** @type {{ first: number, last: number }[]} */ purges = [];
  purged = 0;
  /** @type {number | null} */ first = null;
  /** @type {number | null} */ last = null;
  /** @type {Set<number>} */ named = new Set();
  #span = { from: "", until: "" };
  #latest = Number.NEGATIVE_INFINITY;
  /** @type {Map<string, number>} */ #open = new Map();
  #noted = {
    disorder: /** @type {number[]} */ ([]),
    secret: /** @type {number[]} */ ([]),
    environment: /** @type {number[]} */ ([]),
  };

  /** @param {keyof typeof KINDS} kind @param {string | undefined} environment of the trail @param {Findings} findings */
  constructor(kind, environment, findings) {
    this.kind = kind;
    this.environment = environment;
    this.findings = findings;
  }

  /** @param {Bundle} bundle @param {(row: Row) => Promise<string | null>} check what is wrong with it, in words */
  async readAll(bundle, check) {
    let at = 0;
    for await (const line of bundle.lines("events.jsonl", LONGEST.line)) {
      at += 1;
      const row = parseRow(line, at);
      const isInPlace = this.#checkNumber(row);
      if (row.isPurged) this.#countPurged(row.number);
      else this.events += 1;
      // Of a range only what stands in its place can be compared with its leaf.
      if (!isInPlace && this.kind === "range") continue;
      const wrong = await check(row);
      if (wrong) this.name(row, "altered", wrong);
      else if (!row.isPurged) this.#readBody(row);
    }
  }

  /** @param {Row} row @param {Kind} kind @param {string} text */
  name(row, kind, text) {
    if (this.named.size < 10_000) this.named.add(row.number);
    this.findings.add(kind, `${row.describe()}: ${text}`, row.number, row.body?.subarray(0, 2_000).toString());
  }

  /** @param {Row} row */
  #checkNumber(row) {
    const { number } = row;
    this.first ??= number;
    const last = this.last ?? number - 1;
    if (number <= last)
      this.name(
        row,
        "altered",
        number === last ? "it stands here twice" : `it stands behind row ${last}, out of its order or a second time`,
      );
    else if (this.kind === "range" && number > last + 1)
      this.findings.missing(last + 1, number - 1, `row ${last} is followed by row ${number}`);
    this.last = Math.max(last, number);
    return number > last;
  }

  /** @param {number} number */
  #countPurged(number) {
    this.purged += 1;
    const run = this.purges.at(-1);
    if (run && run.last === number - 1) run.last = number;
    else if (this.purges.length < MOST_INTENTS) this.purges.push({ first: number, last: number });
  }

  /** @param {Row} row whose bytes are those that were sealed */
  #readBody(row) {
    const text = row.body && isUtf8(row.body) ? row.body.toString() : "";
    const event = readCanonical(text);
    if (!event)
      return this.findings.add(
        "malformed",
        `${row.describe()}: its text is not in canonical form (RFC 8785), so that two programs could read it differently.`,
        row.number,
      );
    const { environment, operationId, phase } = /** @type {Record<string, unknown>} */ (event);
    const { time } = row;
    if (time < this.#latest - DISORDER_MS) this.#noted.disorder.push(row.number);
    this.#latest = Math.max(this.#latest, time);
    this.#span = { from: this.#span.from || row.recordedAt, until: row.recordedAt };
    if (SECRETS.test(text)) this.#noted.secret.push(row.number);
    if (environment !== this.environment) this.#noted.environment.push(row.number);
    if (phase === "intent" && this.#open.size < MOST_INTENTS) this.#open.set(String(operationId), row.number);
    if (phase === "outcome") this.#open.delete(String(operationId));
  }

  finish() {
    const { facts, remarks } = this.findings;
    const count = `${this.events} rows${this.purged > 0 ? ` and ${this.purged} purged` : ""}`;
    facts.push(
      this.first === null
        ? "Rows        none"
        : `Rows        ${count}, numbers ${this.first} to ${this.last}, recorded from ${this.#span.from} to ${this.#span.until}`,
    );
    const say = (/** @type {Iterable<number>} */ numbers, /** @type {string} */ text) => {
      const list = [...numbers];
      if (list.length > 0)
        remarks.push(
          `${text} ${list.length > 1 ? "rows" : "row"} ${list.slice(0, 10).join(", ")}${list.length > 10 ? ` and ${list.length - 10} more` : ""}.`,
        );
    };
    if (this.purges.length > 0)
      remarks.push(
        `Removed under retention, their hashes kept: ${this.purges
          .slice(0, 10)
          .map(({ first, last }) => `${first} to ${last}`)
          .join(", ")}. The trail has rows that say who did that.`,
      );
    say(this.#open.values(), "Begun, and not ended within this bundle, as the export itself may be:");
    say(this.#noted.disorder, "Recorded more than a minute before a row with a lower number:");
    say(this.#noted.secret, "Looks as if a secret was written into");
    say(this.#noted.environment, "Of another environment than the trail:");
  }
}

/**
 * The value, when the text is its one canonical spelling (RFC 8785); our bodies hold no number but safe integers.
 * @param {string} text
 */
function readCanonical(text) {
  try {
    const value = JSON.parse(text);
    // Nearly always the keys come in order already, and then JSON.stringify alone gives the canonical spelling.
    const isSame = (!text.includes("\\u") && isOrdered(value) ? JSON.stringify(value) : canonical(value)) === text;
    return isSame && isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const HALF_CHARACTER = /\p{Surrogate}/u;

/** @param {unknown} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError("no safe integer");
  if (typeof value === "string" && HALF_CHARACTER.test(value)) throw new RangeError("half a character");
  return JSON.stringify(value);
}

/** @param {unknown} value @returns {boolean} */
function isOrdered(value) {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isOrdered);
  if (!isObject(value)) return true;
  let before = null;
  for (const key in value) {
    if ((before !== null && before >= key) || !isOrdered(value[key])) return false;
    before = key;
  }
  return true;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// ---------------------------------------------------------------------------------------------------------------------
// Tree (RFC 6962, section 2.1; proofs as in RFC 9162, section 2.1).

const EMPTY_ROOT = createHash("sha256").digest();
const PAIR = Buffer.alloc(65, 1);

/** @param {Buffer} left @param {Buffer} right */
function node(left, right) {
  left.copy(PAIR, 1);
  right.copy(PAIR, 33);
  return hash("sha256", PAIR, "buffer");
}

/** Grows leaf by leaf and keeps only the roots of complete subtrees, largest first. */
class Tree {
  size = 0;
  /** @type {Buffer[]} */ #complete = [];

  /** @param {Buffer} leaf */
  add(leaf) {
    let top = leaf;
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2)
      top = node(/** @type {Buffer} */ (this.#complete.pop()), top);
    this.#complete.push(top);
    this.size += 1;
  }

  root() {
    return this.#complete.length === 0 ? EMPTY_ROOT : this.#complete.reduceRight((right, left) => node(left, right));
  }
}

/** @param {number} index @param {number} size @param {Buffer} leaf @param {Buffer[]} path @returns {Buffer | null} */
function rootFromPath(index, size, leaf, path) {
  if (index >= size) return null;
  let [at, last, top] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      top = node(sibling, top);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else top = node(top, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? top : null;
}

/** @param {{ size: number, root: Buffer }} earlier @param {{ size: number, root: Buffer }} later @param {Buffer[]} proof */
function isBeginning(earlier, later, proof) {
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT);
  let [at, last] = [earlier.size - 1, later.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const path = at === 0 ? [earlier.root, ...proof] : proof;
  let [old, now] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (last === 0 || !old || !now) return false;
    if (at % 2 === 1 || at === last) {
      [old, now] = [node(hash, old), node(hash, now)];
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else now = node(now, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && old?.equals(earlier.root) === true && now?.equals(later.root) === true;
}

const half = (/** @type {number} */ number) => Math.floor(number / 2);

/**
 * Reads all leaves: the roots at the wanted sizes, and the rows whose leaf is not the one that a checkpoint was signed for.
 * @param {Bundle} bundle
 * @param {{ checkpoint: Checkpoint, covering: Checkpoint[], since: Checkpoint | null, sizes: Set<number> }} wanted
 * @param {Findings} findings
 */
async function readLeaves(bundle, { checkpoint, covering, since, sizes }, findings) {
  const bytes = bundle.sizeOf("leaves.bin");
  if (bytes !== checkpoint.size * 32)
    findings.altered(`leaves.bin has ${bytes} bytes, but ${checkpoint.size} rows were signed, of 32 bytes each.`);
  const tree = new Tree();
  /** @type {Map<number, Buffer>} */ const roots = new Map([[0, EMPTY_ROOT]]);
  /** @type {Map<number, string>} */ const strange = new Map();
  let next = 0;
  for await (const piece of bundle.pieces("leaves.bin", 32)) {
    for (let at = 0; at < piece.length && tree.size < checkpoint.size; at += 32) {
      const leaf = piece.subarray(at, at + 32);
      tree.add(leaf);
      if (sizes.has(tree.size)) roots.set(tree.size, tree.root());
      while ((covering[next]?.size ?? Number.POSITIVE_INFINITY) < tree.size) next += 1;
      const witness = [covering[next], since].find((one) => one && contradictsFingerprint(one, tree.size, leaf));
      if (witness && strange.size < 1_000) strange.set(tree.size, sentenceOfFingerprint(witness));
    }
  }
  const pieces = bundle.pieces("leaves.bin", 32);
  let [first, current] = [1, EMPTY];
  return {
    strange,
    rootAt: (/** @type {number} */ size) => roots.get(size) ?? null,
    /** Only forward: null for a row that was passed. @param {number} number */
    async leaf(number) {
      while (number >= first + current.length / 32) {
        const { value, done } = await pieces.next();
        if (done) return null;
        first += current.length / 32;
        current = value;
      }
      return number < first ? null : current.subarray((number - first) * 32, (number - first + 1) * 32);
    },
  };
}

/** @param {Checkpoint} checkpoint @param {number} number @param {Buffer} leaf */
function contradictsFingerprint({ firstNumber, size, fingerprints }, number, leaf) {
  if (number < firstNumber || number > size) return false;
  const at = (number - firstNumber) * 4;
  return fingerprints.compare(leaf, 0, 4, at, at + 4) !== 0;
}

/** @param {Checkpoint} checkpoint */
function sentenceOfFingerprint({ signedAt }) {
  return `the checkpoint signed at ${signedAt} was signed for another text – the row was changed after that, and its seal recomputed`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Keys, checkpoints and proofs: texts of a fixed form, and nothing else.

/** @typedef {{ name: string, id: string, line: string, publicKey: import("node:crypto").KeyObject }} Key */
/** @typedef {{ text: string, origin: string, keyId: string, signature: Buffer }} Signed */
/** @typedef {Signed & { note: string, size: number, root: Buffer, signedAt: string, firstNumber: number, fingerprints: Buffer }} Checkpoint */
/** @typedef {Checkpoint & { isProven: boolean, what: string }} Earlier */

const NAME = "[!-*,-~]+";
const BASE64 = "[A-Za-z0-9+/]+={0,2}";
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const VKEY = String.raw`${NAME}\+[0-9a-f]{8}\+${BASE64}`;
const CHECKPOINT = new RegExp(
  String.raw`^((${NAME})\n(0|[1-9]\d{0,15})\n(${BASE64})\nsigned-at (${TIME})\nleaves ([1-9]\d{0,15}) ((?:${BASE64})?)\n)\n— (${NAME}) (${BASE64})\n$`,
);
const ROTATION = new RegExp(
  String.raw`^((${NAME})\nkey-rotation\n(${VKEY})\n(${VKEY})\nsigned-at (${TIME})\n)\n— (${NAME}) (${BASE64})\n— (${NAME}) (${BASE64})\n$`,
);
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
/** Keys for which anybody can make signatures; given without the sign of x. */
const WEAK_KEYS = [
  `00${"00".repeat(31)}`,
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/** @param {string} text @param {string} what @returns {Key} */
function readKey(text, what) {
  const [, name = "", id = "", encoded = ""] =
    new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+(${BASE64})\n$`).exec(text) ?? [];
  const bytes = fromBase64(encoded);
  demand(name && bytes?.length === 33 && bytes[0] === 1, `There is no public key in ${what}.`);
  const key = bytes.subarray(1);
  const expected = hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), bytes]), "buffer").toString("hex", 0, 4);
  demand(id === expected, `The public key in ${what} does not fit its own id.`);
  const y = Buffer.from(key);
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  const isReduced = y[31] !== 0x7f || y.subarray(1, 31).some((byte) => byte !== 0xff) || y.readUInt8(0) < 0xed;
  demand(
    isReduced && !WEAK_KEYS.includes(y.toString("hex")),
    `The public key in ${what} is one that protects nothing.`,
  );
  return {
    name,
    id,
    line: text.trimEnd(),
    publicKey: createPublicKey({ key: Buffer.concat([SPKI_HEAD, key]), format: "der", type: "spki" }),
  };
}

/** @param {string} note @param {string} what @returns {Checkpoint} */
function readCheckpoint(note, what) {
  const match = CHECKPOINT.exec(note);
  demand(match, `There is no checkpoint in ${what}.`);
  const [, text = "", origin = "", size, root = "", signedAt = "", first, leaves = "", signer = "", signature = ""] =
    match;
  const checkpoint = {
    ...{ note, text, origin, signedAt },
    size: safeNumber(size, what),
    root: fromBase64(root) ?? EMPTY,
    firstNumber: safeNumber(first, what),
    fingerprints: fromBase64(leaves) ?? EMPTY,
    ...readSignature(signature, what),
  };
  const isWhole =
    checkpoint.root.length === 32 &&
    checkpoint.fingerprints.length === (checkpoint.size - checkpoint.firstNumber + 1) * 4;
  demand(isWhole && isTime(signedAt) && signer === origin, `The checkpoint in ${what} is not in its proper form.`);
  return checkpoint;
}

/** @param {Signed} signed @param {Key[]} keys @param {string} what @param {Findings} findings */
function findKey({ origin, keyId }, keys, what, findings) {
  const key = keys.find(({ name, id }) => name === origin && id === keyId);
  const sentence = `${what} is of ${origin} and signed by key ${keyId}, which is neither your key nor vouched for by it.`;
  if (!key) findings.add("wrongKey", sentence);
  return key ?? null;
}

/** @param {Signed} signed @param {Key[]} keys @param {string} what @param {Findings} findings */
function checkSignature(signed, keys, what, findings) {
  const key = findKey(signed, keys, what, findings);
  const isRight = key !== null && isSignedBy(key, signed);
  if (key && !isRight) findings.altered(`The signature in ${what} does not fit its text.`);
  return isRight;
}

/** @param {Key} key @param {Signed} signed */
function isSignedBy(key, { text, keyId, signature }) {
  return key.id === keyId && verify(null, Buffer.from(text), key.publicKey, signature);
}

/** @param {string} encoded @param {string} what */
function readSignature(encoded, what) {
  const bytes = fromBase64(encoded);
  demand(bytes?.length === 68, `The signature in ${what} cannot be read.`);
  return { keyId: bytes.toString("hex", 0, 4), signature: bytes.subarray(4) };
}

/** Statements by which an old and a new key vouch for each other. @param {Bundle} bundle @param {Findings} findings */
async function readRotations(bundle, findings) {
  /** @type {{ old: Key, next: Key }[]} */ const rotations = [];
  for await (const { note, what } of readNotes(bundle, "keys.jsonl", ["note"], LONGEST.line)) {
    const match = ROTATION.exec(note);
    const [, text = "", origin = "", oldLine, nextLine, signedAt = "", ...signatures] = match ?? [];
    const [oldName, oldSignature = "", nextName, nextSignature = ""] = signatures;
    demand(match && isTime(signedAt), `There is no statement of a change of keys in ${what}.`);
    const [old, next] = [readKey(`${oldLine}\n`, what), readKey(`${nextLine}\n`, what)];
    demand(
      [old.name, next.name, oldName, nextName].every((name) => name === origin),
      `The names in ${what} are not those of one trail.`,
    );
    const [first, second] = [readSignature(oldSignature, what), readSignature(nextSignature, what)];
    const isVouched = isSignedBy(old, { text, origin, ...first }) && isSignedBy(next, { text, origin, ...second });
    if (!isVouched) findings.altered(`The signatures in ${what} do not fit its text.`);
    else rotations.push({ old, next });
  }
  return rotations;
}

/** @param {Key} start @param {{ old: Key, next: Key }[]} rotations @returns {Key[]} */
function trustedKeys(start, rotations) {
  const trusted = new Map([[start.line, start]]);
  for (let before = -1; before < trusted.size; ) {
    before = trusted.size;
    for (const { old, next } of rotations)
      if (trusted.has(old.line) || trusted.has(next.line)) trusted.set(old.line, old).set(next.line, next);
  }
  return [...trusted.values()];
}

/** @param {string | null} text @param {Key[]} keys @param {Findings} findings */
function readSince(text, keys, findings) {
  if (text === null) return null;
  const since = readCheckpoint(text, "your earlier checkpoint");
  const key = findKey(since, keys, "Your earlier checkpoint", findings);
  demand(
    !key || isSignedBy(key, since),
    "The signature in your earlier checkpoint does not fit its text: your own copy was changed.",
  );
  return key && since;
}

/** @param {Bundle} bundle @param {{ checkpoint: Checkpoint, keys: Key[] }} known @param {Findings} findings */
async function readEarlier(bundle, { checkpoint, keys }, findings) {
  /** @type {Earlier[]} */ const earlier = [];
  for await (const { note, proof, what } of readNotes(bundle, "earlier.jsonl", ["note", "proof"], LONGEST.note)) {
    const one = readCheckpoint(note, what);
    const hashes = readHashes(proof, what);
    if (!checkSignature(one, keys, what, findings)) continue;
    const isProven = one.size <= checkpoint.size && isBeginning(one, checkpoint, hashes);
    if (one.size === checkpoint.size && !one.root.equals(checkpoint.root))
      findings.add(
        "splitView",
        `The checkpoint in ${what} (signed at ${one.signedAt}) and checkpoint.txt are of the same ${one.size} rows and say different things.`,
      );
    else if (!isProven && (bundle.kind === "selection" || one.size > checkpoint.size))
      findings.altered(notProven(what));
    earlier.push({ ...one, isProven, what });
  }
  return earlier.filter(({ size }) => size <= checkpoint.size);
}

/** @param {string} what */
function notProven(what) {
  return `The checkpoint in ${what} is not proven to be a beginning of checkpoint.txt.`;
}

/**
 * The checkpoints whose fingerprints cover the exported rows, without a gap, to checkpoint.txt.
 * @param {Bundle} bundle @param {{ checkpoint: Checkpoint, keys: Key[] }} known @param {Findings} findings
 */
async function readCovering(bundle, { checkpoint, keys }, findings) {
  /** @type {Checkpoint[]} */ const covering = [];
  /** @type {Checkpoint | null} */ let before = null;
  for await (const { note, what } of readNotes(bundle, "checkpoints.jsonl", ["note"], LONGEST.note)) {
    const one = readCheckpoint(note, what);
    if (before && one.firstNumber !== before.size + 1)
      findings.altered(`A checkpoint is missing or out of order before ${what}.`);
    before = one;
    if (checkSignature(one, keys, what, findings) && one.size <= checkpoint.size)
      covering.push({ ...one, note: "", text: "" });
  }
  if (before?.note !== checkpoint.note) findings.altered("checkpoints.jsonl does not end with checkpoint.txt.");
  return covering;
}

/** @param {Buffer} line */
function readProof(line) {
  const { number, path } = readJson(line, ["number", "path"], "proofs.jsonl");
  demand(
    typeof number === "number" && Number.isSafeInteger(number) && number > 0,
    "A number in proofs.jsonl cannot be read.",
  );
  return { number, path: readHashes(path, "proofs.jsonl") };
}

/** @param {unknown} list @param {string} what */
function readHashes(list, what) {
  demand(Array.isArray(list) && list.length <= 128, `A proof in ${what} cannot be read.`);
  return list.map((encoded) => {
    const bytes = typeof encoded === "string" ? fromBase64(encoded) : null;
    demand(bytes?.length === 32, `A proof in ${what} cannot be read.`);
    return bytes;
  });
}

/** The signed texts in a file of lines, each with the words for its place. @param {Bundle} bundle @param {string} name @param {string[]} keys @param {number} longest */
async function* readNotes(bundle, name, keys, longest) {
  let at = 0;
  for await (const line of bundle.lines(name, longest)) {
    at += 1;
    const what = `line ${at} of ${name}`;
    const { note, proof } = readJson(line, keys, what);
    demand(typeof note === "string", `There is no note in ${what}.`);
    yield { note, proof, what };
  }
}

/** JSON with exactly these keys in this order, in the one spelling that JSON.stringify gives. @param {Buffer} bytes @param {string[]} keys @param {string} what @param {number} [indent] */
function readJson(bytes, keys, what, indent) {
  demand(isUtf8(bytes), `${what} is not text.`);
  const text = bytes.toString();
  /** @type {unknown} */ let value;
  try {
    value = JSON.parse(text, (_key, part) => (isProper(part) ? part : undefined));
  } catch {
    throw new Stop(`${what} is not the JSON it should be.`);
  }
  demand(
    isObject(value) && Object.keys(value).join() === keys.join() && JSON.stringify(value, null, indent) === text,
    `${what} is not in its proper form.`,
  );
  return value;
}

/** No half characters, no numbers that another program would round. @param {unknown} part */
function isProper(part) {
  if (typeof part === "string") return !HALF_CHARACTER.test(part);
  return typeof part !== "number" || Number.isSafeInteger(part);
}

/** Standard base64 in its one spelling; null for any other. @param {string} text */
function fromBase64(text) {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** @param {string | undefined} digits @param {string} what */
function safeNumber(digits, what) {
  const number = Number(digits);
  demand(Number.isSafeInteger(number), `A number in ${what} is too large.`);
  return number;
}

/** @param {string} text UTC with milliseconds */
function isTime(text) {
  const time = Date.parse(text);
  return time >= 0 && new Date(time).toISOString() === text;
}

// ---------------------------------------------------------------------------------------------------------------------
// Manifest: says what was asked for. It is not signed; what can be counted must agree with it.

const MANIFEST_KEYS =
  "format kind environment origin period filter generatedAt generatedBy exportId events purged purges firstNumber lastNumber checkpointSize uncovered files";

/** @param {Bundle} bundle @param {{ checkpoint: Checkpoint, rows: RowChecks }} known @param {Findings} findings */
async function verifyManifest(bundle, { checkpoint, rows }, findings) {
  const text = await bundle.text("manifest.json", LONGEST.small);
  demand(text.endsWith("\n"), "manifest.json is not in its proper form.");
  const manifest = readJson(Buffer.from(text.slice(0, -1)), MANIFEST_KEYS.split(" "), "manifest.json", 2);
  const { environment, period, filter, generatedAt, generatedBy, exportId, uncovered } = manifest;
  const isText = (/** @type {unknown} */ value) => typeof value === "string";
  demand(
    manifest.format === "reconnect-desk/audit-bundle/1",
    "manifest.json is of another format, or of a newer version than this program knows.",
  );
  demand(
    isObject(period) &&
      Object.keys(period).join() === "from,until" &&
      [period.from, period.until, filter].every((value) => value === null || isText(value)),
    "The period in manifest.json cannot be read.",
  );
  demand([environment, generatedAt, generatedBy, exportId].every(isText), "manifest.json is not in its proper form.");
  demand(
    typeof uncovered === "number" && Number.isSafeInteger(uncovered) && uncovered >= 0,
    "The number of uncovered rows in manifest.json cannot be read.",
  );

  const files = Object.fromEntries(KINDS[bundle.kind].slice(0, -1).map((name) => [name, bundle.digests.get(name)]));
  const counted = {
    ...{ kind: bundle.kind, origin: checkpoint.origin, events: rows.events, purged: rows.purged, purges: rows.purges },
    ...{ firstNumber: rows.first, lastNumber: rows.last, checkpointSize: checkpoint.size, files },
  };
  for (const [key, value] of Object.entries(counted))
    if (JSON.stringify(manifest[key]) !== JSON.stringify(value))
      findings.altered(`manifest.json does not fit this bundle: ${key} should be ${shortened(JSON.stringify(value))}.`);
  if (!checkpoint.origin.endsWith(`/audit/${environment}`))
    findings.altered(`manifest.json says ${plain(environment)}, but the trail is ${checkpoint.origin}.`);
  if (bundle.kind === "range") checkOpenEnds(period, { checkpoint, rows }, findings);
  if (uncovered > 0)
    findings.add(
      "incomplete",
      `${uncovered} rows of this period were not sealed and signed yet when it was exported. Export it again a few minutes later.`,
    );
  findings.facts.push(
    `Asked for   ${bundle.kind === "range" ? "every row" : `rows by the filter ${plain(filter)}`}, ${period.from === null ? "from the beginning" : `from ${plain(period.from)}`}, ${period.until === null ? "to the checkpoint" : `until ${plain(period.until)}`}`,
    `Exported    ${plain(generatedAt)} by ${plain(generatedBy)}, export ${plain(exportId)}`,
  );
}

/** Where no period was asked for, rows can be missing at the ends. @param {Record<string, unknown>} period @param {{ checkpoint: Checkpoint, rows: RowChecks }} known @param {Findings} findings */
function checkOpenEnds(period, { checkpoint, rows }, findings) {
  const { first, last } = rows;
  if (first === null || last === null) {
    if (period.from === null && period.until === null)
      findings.missing(1, checkpoint.size, "this export is said to be of the whole trail");
    return;
  }
  if (period.from === null) findings.missing(1, first - 1, "this export is said to start at the beginning");
  if (period.until === null) findings.missing(last + 1, checkpoint.size, "this export is said to go to the checkpoint");
}

/** For the screen: no line breaks, no colours, no hidden characters from inside a file. @param {unknown} value @param {number} [most] */
function plain(value, most) {
  return shortened(String(value).replace(/[^\x20-\x7e\u00a1-\u024f]/g, "?"), most);
}

/** @param {string | undefined} text @param {number} [most] */
function shortened(text = "", most = 200) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

// ---------------------------------------------------------------------------------------------------------------------
// Container: a zip, of which every byte is accounted for. Sizes in it are claims, checked while reading.

/** @typedef {{ name: string, method: number, crc: number, packed: number, size: number, offset: number, begin: number, record: Buffer }} Entry */

class Bundle {
  /** @type {Map<string, { bytes: number, sha256: string }>} */ digests = new Map();

  /** @param {Source} source @param {keyof typeof KINDS} kind @param {Map<string, Entry>} entries */
  constructor(source, kind, entries) {
    this.source = source;
    this.kind = kind;
    this.entries = entries;
  }

  /** @param {string} name */
  sizeOf(name) {
    return this.#entry(name).size;
  }

  /** @param {string} name @returns {Entry} */
  #entry(name) {
    const entry = this.entries.get(name);
    demand(entry, `${name} is not in the bundle.`);
    return entry;
  }

  /** @param {string} name @returns {AsyncGenerator<Buffer>} */
  async *content(name) {
    const { method, begin, packed, size, crc } = this.#entry(name);
    const raw = Readable.from(this.source.read(begin, begin + packed), { objectMode: false });
    const inflate = method === 8 ? createInflateRaw({ chunkSize: size > MIB ? 262_144 : 16_384 }) : null;
    const digest = createHash("sha256");
    let [bytes, sum] = [0, 0];
    try {
      if (inflate) raw.once("error", (error) => inflate.destroy(error));
      for await (const chunk of inflate ? raw.pipe(inflate) : raw) {
        bytes += chunk.length;
        if (bytes > size) break;
        sum = crc32(chunk, sum);
        digest.update(chunk);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof Stop || !(error instanceof Error) || !("code" in error)) throw error;
      throw new Stop(`${name} is damaged and cannot be unpacked (${error.message}).`);
    } finally {
      raw.destroy();
    }
    const isWhole = bytes === size && sum === crc && (!inflate || inflate.bytesWritten === packed);
    demand(isWhole, `${name} is damaged: it is not of the size or the sum that the zip says.`);
    this.digests.set(name, { bytes, sha256: digest.digest("hex") });
  }

  /** @param {string} name @param {number} longest */
  async text(name, longest) {
    const chunks = [];
    let bytes = 0;
    for await (const chunk of this.content(name)) {
      bytes += chunk.length;
      demand(bytes <= longest, `${name} is far too long.`);
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    demand(isUtf8(whole), `${name} is not text.`);
    return whole.toString();
  }

  /** Without their line feeds; the last has to have one. @param {string} name @param {number} longest @returns {AsyncGenerator<Buffer, void>} */
  async *lines(name, longest) {
    /** @type {Buffer[]} */ let held = [];
    let length = 0;
    for await (const chunk of this.content(name)) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        const part = chunk.subarray(start, end);
        demand(length + part.length <= longest, `A line of ${name} is far too long.`);
        yield held.length === 0 ? part : Buffer.concat([...held, part]);
        [held, length, start] = [[], 0, end + 1];
      }
      const rest = chunk.subarray(start);
      if (rest.length === 0) continue;
      held.push(rest);
      length += rest.length;
      demand(length <= longest, `A line of ${name} is far too long.`);
    }
    demand(length === 0, `${name} does not end with a line feed: its end is missing.`);
  }

  /** In pieces of whole records; what is left over at the end is no record. @param {string} name @param {number} record @returns {AsyncGenerator<Buffer, void>} */
  async *pieces(name, record) {
    let held = EMPTY;
    for await (const chunk of this.content(name)) {
      const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      held = all.subarray(all.length - (all.length % record));
      yield all.subarray(0, all.length - held.length);
    }
  }
}

const COMMENT = /^sha256:[0-9a-f]{64}$/;
const COMMENT_LENGTH = 71;
const END_LENGTH = 22;
/** What does not fit into four bytes is written elsewhere in eight. */
const LIMIT = 0xffffffff;
const MOST_DIRECTORY_BYTES = 65_536;

/** @param {Source} source @param {Findings} findings @returns {Promise<Bundle>} */
async function readContainer(source, findings) {
  const head = await readAt(source, 0, 4_096);
  if (head.toString("latin1", 0, 4) !== "PK\x03\x04") throw new Stop(whatElse(head));
  const tailAt = Math.max(0, source.size - END_LENGTH - 65_535);
  const tail = await readAt(source, tailAt, source.size);
  const found = tail.lastIndexOf(Buffer.from("PK\x05\x06"));
  if (found < 0)
    throw new Stop(
      "It begins as a bundle and breaks off before its end: nothing in it could be checked. Download or export it again.",
      "brokenOff",
    );
  const endAt = tailAt + found;
  const end = tail.subarray(found);
  demand(
    end.length >= END_LENGTH && end.length === END_LENGTH + end.readUInt16LE(20),
    "There is something behind the end of the zip, or a part of its end is missing.",
  );
  await verifyChecksum(source, end.toString("latin1", END_LENGTH), findings);
  const { entries, isAsWritten } = await readDirectory(source, end, endAt);
  const names = [...entries.keys()];
  const kind = /** @type {(keyof typeof KINDS)[]} */ (["range", "selection"]).find(
    (one) => [...KINDS[one]].sort().join() === [...names].sort().join(),
  );
  if (!kind) throw new Stop(whatOtherZip(names));
  const isInOrder = names.join() === KINDS[kind].join();
  if (!isAsWritten || !isInOrder)
    findings.add(
      "container",
      "The files in this zip are not packed as an export packs them: another program has written it.",
    );
  return new Bundle(source, kind, entries);
}

/** @param {Source} source @param {string} comment @param {Findings} findings */
async function verifyChecksum(source, comment, findings) {
  const content = createHash("sha256");
  for await (const chunk of source.read(0, source.size - comment.length)) content.update(chunk);
  const whole = content.copy().update(comment, "latin1").digest("hex");
  findings.facts.push(`SHA-256     ${whole} (to be compared with the export's own row in the trail)`);
  if (!COMMENT.test(comment)) findings.add("container", "The checksum that every export ends with is missing.");
  else if (comment !== `sha256:${content.digest("hex")}`)
    findings.add("checksum", "The checksum at the end of the file is that of another content.");
}

/** @param {Source} source @param {Buffer} end @param {number} endAt */
async function readDirectory(source, end, endAt) {
  const short = { count: end.readUInt16LE(10), bytes: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const isLong = short.count === 0xffff || short.bytes === LIMIT || short.offset === LIMIT;
  const { count, bytes, offset, at } = isLong ? await readLongEnd(source, endAt) : { ...short, at: endAt };
  const isSound = bytes <= MOST_DIRECTORY_BYTES && count <= 64 && offset + bytes <= at;
  demand(isSound, "The directory of this zip is none of a bundle.");
  const directory = await readAt(source, offset, offset + bytes);
  /** @type {Map<string, Entry>} */ const entries = new Map();
  let [next, written, isAsWritten] = [0, 0, true];
  for (let index = 0; index < count; index += 1) {
    const entry = readRecord(directory.subarray(next));
    demand(!entries.has(entry.name), `${plain(entry.name)} is in this zip twice.`);
    entries.set(entry.name, entry);
    const local = await readAt(source, entry.offset, Math.min(entry.offset + 30 + 1_024, offset));
    const nameEnd = local.length >= 30 ? 30 + local.readUInt16LE(26) : 0;
    const isThere =
      local.toString("latin1", 0, 4) === "PK\x03\x04" && local.toString("utf8", 30, nameEnd) === entry.name;
    demand(isThere, `${plain(entry.name)} is not where the directory of this zip says.`);
    entry.begin = entry.offset + nameEnd + local.readUInt16LE(28);
    const behind = entry.begin + entry.packed;
    demand(behind <= offset, `${plain(entry.name)} is longer than the zip it is in.`);
    const { head, descriptor, record } = asWritten(entry);
    isAsWritten &&= entry.offset === written && entry.begin === written + head.length && entry.record.equals(record);
    isAsWritten &&= local.subarray(0, head.length).equals(head);
    isAsWritten &&= (await readAt(source, behind, behind + descriptor.length)).equals(descriptor);
    next += entry.record.length;
    written = behind + descriptor.length;
  }
  const behind = endAsWritten(count, bytes, offset);
  isAsWritten &&= written === offset && next === bytes;
  isAsWritten &&= (await readAt(source, offset + bytes, endAt + END_LENGTH)).equals(behind);
  return { entries, isAsWritten };
}

/** The end record of a zip of more than 4 GiB. @param {Source} source @param {number} endAt */
async function readLongEnd(source, endAt) {
  const pair = await readAt(source, endAt - 76, endAt);
  const isPair = pair.length === 76 && pair.readUInt32LE(0) === 0x06064b50 && pair.readUInt32LE(56) === 0x07064b50;
  demand(isPair && readLong(pair, 64) === endAt - 76, "The long end of this zip cannot be read.");
  return { count: readLong(pair, 32), bytes: readLong(pair, 40), offset: readLong(pair, 48), at: endAt - 76 };
}

/** @param {Buffer} bytes that begin with a record of the directory @returns {Entry} */
function readRecord(bytes) {
  demand(bytes.length >= 46 && bytes.readUInt32LE(0) === 0x02014b50, "The directory of this zip cannot be read.");
  const [nameEnd, method] = [46 + bytes.readUInt16LE(28), bytes.readUInt16LE(10)];
  const extraEnd = nameEnd + bytes.readUInt16LE(30);
  const record = bytes.subarray(0, extraEnd + bytes.readUInt16LE(32));
  demand(record.length === extraEnd + bytes.readUInt16LE(32), "The directory of this zip cannot be read.");
  const name = record.toString("utf8", 46, nameEnd);
  const isLink = ((bytes.readUInt32LE(38) >>> 16) & 0o170000) === 0o120000;
  demand(
    (method === 8 || method === 0) && (bytes.readUInt16LE(8) & 1) === 0 && !isLink,
    `${plain(name)} is encrypted, a link, or packed in a way that no export uses.`,
  );
  const fields = { size: bytes.readUInt32LE(24), packed: bytes.readUInt32LE(20), offset: bytes.readUInt32LE(42) };
  let extra = record.subarray(nameEnd, extraEnd);
  while (extra.length >= 4 && extra.readUInt16LE(0) !== 1) extra = extra.subarray(4 + extra.readUInt16LE(2));
  let at = 4;
  for (const field of /** @type {const} */ (["size", "packed", "offset"])) {
    if (fields[field] !== LIMIT) continue;
    demand(extra.length >= at + 8, "The long sizes in this zip cannot be read.");
    fields[field] = readLong(extra, at);
    at += 8;
  }
  return { name, method, crc: bytes.readUInt32LE(16), ...fields, begin: 0, record };
}

/** What an export writes around a file of this name, place, size and sum. @param {Entry} entry */
function asWritten({ name, crc, packed, size, offset }) {
  const isLong = Math.max(packed, size, offset) >= LIMIT;
  const [a, b, c] = isLong ? [LIMIT, LIMIT, LIMIT] : [packed, size, offset];
  const extra = isLong ? numbers("22888", 1, 24, size, packed, offset) : EMPTY;
  const head = numbers("42222244422", 0x04034b50, 20, 0x0808, 8, 0, 0x21, 0, 0, 0, name.length, 0);
  const rest = [name.length, extra.length, 0, 0, 0, 0o100644 * 65_536, c];
  const fixed = [0x033f, isLong ? 45 : 20, 0x0808, 8, 0, 0x21];
  const record = numbers("42222224442222244", 0x02014b50, ...fixed, crc, a, b, ...rest);
  return {
    head: Buffer.concat([head, Buffer.from(name)]),
    descriptor: numbers(isLong ? "4488" : "4444", 0x08074b50, crc, packed, size),
    record: Buffer.concat([record, Buffer.from(name), extra]),
  };
}

/** What an export writes behind the directory. @param {number} count @param {number} bytes @param {number} offset */
function endAsWritten(count, bytes, offset) {
  const long = numbers("4822448888", 0x06064b50, 44, 0x033f, 45, 0, 0, count, count, bytes, offset);
  const locator = numbers("4484", 0x07064b50, 0, offset + bytes, 1);
  const end = numbers("42222442", 0x06054b50, 0, 0, count, count, bytes, Math.min(offset, LIMIT), COMMENT_LENGTH);
  return Buffer.concat(offset >= LIMIT ? [long, locator, end] : [end]);
}

/** Numbers one behind the other, the lowest byte of each first. @param {string} widths in bytes, a digit for each @param {...number} values */
function numbers(widths, ...values) {
  return Buffer.concat(
    values.map((value, at) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, Number(widths[at]));
    }),
  );
}

/** @param {Buffer} bytes @param {number} at */
function readLong(bytes, at) {
  const value = bytes.readBigUInt64LE(at);
  demand(value <= BigInt(Number.MAX_SAFE_INTEGER), "A size in this zip is larger than any disk.");
  return Number(value);
}

/** @param {Source} source @param {number} from @param {number} to */
async function readAt(source, from, to) {
  const chunks = [];
  if (from >= 0 && from < to)
    for await (const chunk of source.read(from, Math.min(to, source.size))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A guess for people what they have in their hands. @param {Buffer} head */
function whatElse(head) {
  const text = head.toString("latin1").trimStart();
  if (head.length === 0) return "The file is empty.";
  if (/^<(!doctype|html)/i.test(text))
    return "This is a web page, perhaps of a sign-in that had run out, and not an audit bundle.";
  if (/^[\x20-\xff\t\r\n]*[,;\t]/.test(text))
    return "This is a table or a text, such as a CSV file. Tables are for reading and prove nothing: ask for the bundle, a file ending in .zip, and do not open and save it first.";
  return "This is not a zip file, and so no audit bundle.";
}

/** @param {string[]} names */
function whatOtherZip(names) {
  if (names.includes("[Content_Types].xml"))
    return "This is a document or workbook of an office program. It proves nothing: ask for the bundle itself.";
  if (!names.includes("checkpoint.txt")) return "This is a zip file, but no audit bundle.";
  const strangers = names.filter((name) => ![...KINDS.range, ...KINDS.selection].includes(name));
  return strangers.length > 0
    ? `There are files in this bundle that no export puts there: ${strangers.map(plain).slice(0, 5).join(", ")}.`
    : "A file that every export has is missing from this bundle.";
}

// ---------------------------------------------------------------------------------------------------------------------
// Command line.

/** @param {string} path @returns {Promise<Source & { close: () => Promise<void> }>} */
async function openFile(path) {
  const file = await open(path, "r");
  const { size } = await file.stat();
  async function* read(/** @type {number} */ from, /** @type {number} */ to) {
    for (let at = from; at < to; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(262_144, to - at)), 0, undefined, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  return { size, read, close: () => file.close() };
}

/** @param {Result} result @param {string} title */
function print({ code, verdict, next, problems, facts, remarks }, title) {
  console.log(`${verdict}\n`);
  if (code === 0)
    console.log(
      "Every row in this bundle is what was sealed, and the whole stands under the signature of the key you trust.\n",
    );
  const place = (/** @type {Problem} */ { number }) => number ?? Number.MAX_SAFE_INTEGER;
  const inOrder = [...problems].sort((a, b) => place(a) - place(b));
  for (const { text, says } of inOrder.slice(0, 10)) {
    console.log(`- ${text[0]?.toUpperCase()}${text.slice(1)}`);
    if (says) console.log(`  It now says, and that is not to be trusted: ${plain(says, 1_500)}`);
  }
  if (problems.length > 10) console.log(`- … and ${problems.length - 10} more`);
  if (problems.length > 0) console.log();
  for (const fact of [`File        ${title}`, ...facts]) console.log(fact);
  if (remarks.length > 0) console.log("\nNot wrong, but worth knowing:");
  for (const remark of remarks) console.log(`- ${remark}`);
  console.log(`\nWhat to do  ${next}\nExit code   ${code}`);
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { key: { type: "string" }, since: { type: "string" } },
  });
  const [path] = positionals;
  if (positionals.length !== 1 || path === undefined)
    throw new Stop("Say which file: node audit-verify.mjs FILE [--key audit.pub] [--since EARLIER-CHECKPOINT]");
  await demandFile(path);
  const keyPath =
    values.key ??
    ["audit.pub", join(dirname(fileURLToPath(import.meta.url)), "audit.pub")].find((file) => existsSync(file));
  const key = keyPath === undefined ? null : await readSmall(keyPath);
  const since = values.since === undefined ? null : await readSmall(values.since);
  const source = await openFile(path);
  const result = await verifyBundle(source, { key, since });
  await source.close();
  print(result, path);
  return result.code;
}

/** @param {string} path */
async function readSmall(path) {
  demand((await demandFile(path)).size <= LONGEST.note, `${path} is far too long.`);
  return readFile(path, "utf8");
}

/** @param {string} path */
async function demandFile(path) {
  const found = await stat(path).catch(() => null);
  demand(found, `There is no file ${path} here. Look at how its name is spelled, and in which folder you are.`);
  demand(found.isFile(), `${path} is not a file.`);
  return found;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error) => {
    console.log(`UNREADABLE. ${error instanceof Error ? error.message : error}`);
    return 2;
  });
}
