import { createPrivateKey } from "node:crypto";
import canonicalize from "canonicalize";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditEvent, auditEventSchema } from "#domain/audit-event.ts";
import { auditLeaf, type NumberedEvent } from "#domain/audit-leaf.ts";
import { fingerprintsOf, signCheckpoint, signKeyRotation } from "#domain/checkpoint.ts";
import {
  appendLeaves,
  consistencyRanges,
  EMPTY_FRONTIER,
  foldSubtrees,
  inclusionRanges,
  type LeafRange,
} from "#domain/merkle-tree.ts";
import { type NoteSigner, noteSigner } from "#domain/signed-note.ts";
import type { AuditBundleSource, BundleFacts } from "#platform/audit-bundle.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

const ORIGIN = "reconnect-desk.test/audit/simulator";
const START = Date.parse("2026-11-01T08:00:00.000Z");
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** A trail as the sealer would have left it, in memory: rows, their leaves, a checkpoint every so many rows. */
export interface SealedTrail {
  events: NumberedEvent[];
  leaves: Buffer[];
  checkpoints: SignedCheckpoint[];
  signer: NoteSigner;
  rotations: string[];
}

export interface SignedCheckpoint {
  size: number;
  root: Buffer;
  note: string;
}

/** The same number makes the same key. */
export function testSigner(number: number, origin = ORIGIN): NoteSigner {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, number)]),
    format: "der",
    type: "pkcs8",
  });
  return noteSigner(origin, key);
}

export interface TrailOptions {
  size: number;
  seed?: number;
  checkpointEvery?: number;
  signer?: NoteSigner;
  /** From this size on, this key signs; the statement of the change is in `rotations`. */
  rotation?: { at: number; next: NoteSigner };
  /** Changes rows after they were made and before they are sealed. */
  change?: (event: NumberedEvent) => NumberedEvent;
}

export function sealedTrail(options: TrailOptions): SealedTrail {
  const { size, seed = 1, signer = testSigner(1), change = (event) => event } = options;
  const random = seededRandom(seed);
  const events = Array.from({ length: size }, (_, index) => change(numberedEvent(random, index + 1)));
  return sealed(events, { ...options, signer });
}

/** Seals these rows: what somebody who has the key and the database can do at any time. */
export function sealed(
  events: NumberedEvent[],
  { checkpointEvery = 7, signer = testSigner(1), rotation }: Omit<TrailOptions, "size"> = {},
): SealedTrail {
  const leaves = events.map(auditLeaf);
  const sizes = Array.from(
    { length: Math.floor(events.length / checkpointEvery) },
    (_, i) => (i + 1) * checkpointEvery,
  );
  if (sizes.at(-1) !== events.length) sizes.push(events.length);
  const signerAt = (size: number) => (rotation && size >= rotation.at ? rotation.next : signer);
  const checkpoints = sizes.map((size, index) =>
    signedCheckpoint(leaves, { size, before: sizes[index - 1] ?? 0, signer: signerAt(size) }),
  );
  const rotations = rotation ? [signKeyRotation(signer, rotation.next, new Date(START).toISOString())] : [];
  return { events, leaves, checkpoints, signer: signerAt(events.length), rotations };
}

export function signedCheckpoint(
  leaves: readonly Buffer[],
  { size, before, signer }: { size: number; before: number; signer: NoteSigner },
): SignedCheckpoint {
  const root = rootOf(leaves, { begin: 0, end: size });
  const statement = {
    size,
    root,
    signedAt: new Date(START + size * 1_000 + 500).toISOString(),
    firstNumber: before + 1,
    fingerprints: fingerprintsOf(leaves.slice(before, size)),
  };
  return { size, root, note: signCheckpoint(statement, signer) };
}

function rootOf(leaves: readonly Buffer[], { begin, end }: LeafRange): Buffer {
  return foldSubtrees(appendLeaves(EMPTY_FRONTIER, leaves.slice(begin, end)).frontier.hashes);
}

export function inclusionPath({ leaves }: SealedTrail, number: number, size = leaves.length): Buffer[] {
  return inclusionRanges(number - 1, size).map((range) => rootOf(leaves, range));
}

function consistencyProof({ leaves }: SealedTrail, earlier: number, size = leaves.length): Buffer[] {
  return consistencyRanges(earlier, size).map((range) => rootOf(leaves, range));
}

export interface BundleChoice {
  /** Numbers whose rows were purged under retention. */
  purged?: (number: number) => boolean;
  /** Makes a selection of these numbers; without it the bundle is a range. */
  numbers?: number[];
  /** A range from and to these numbers, both included; without it the whole trail. */
  range?: { first: number; last: number };
  /** Which earlier checkpoints go in, by size; without it the first one. */
  earlier?: number[];
  facts?: Partial<BundleFacts>;
}

/** What the export would hand to the writer. */
export function bundleSource(trail: SealedTrail, choice: BundleChoice = {}): AuditBundleSource {
  const { events, leaves, checkpoints, signer, rotations } = trail;
  const last = checkpoints.at(-1) as SignedCheckpoint;
  const earlierSizes = choice.earlier ?? checkpoints.slice(0, 1).map(({ size }) => size);
  const range = choice.range ?? { first: 1, last: events.length };
  const isChosen = ({ number }: NumberedEvent) =>
    choice.numbers ? choice.numbers.includes(number) : number >= range.first && number <= range.last;
  const chosen = events.filter(isChosen);
  const common = {
    facts: {
      environment: signer.name.split("/").at(-1) ?? "",
      origin: signer.name,
      period: choice.range ? periodOf(chosen) : { from: null, until: null },
      filter: choice.numbers ? "action:reauth_session.*" : null,
      generatedAt: "2026-11-25T17:00:00.000Z",
      generatedBy: "staff 0190f0c2-0000-7000-8000-000000000001",
      exportId: "0190f0c2-0000-7000-8000-0000000000aa",
      countUncovered: () => 0,
      ...choice.facts,
    },
    publicKey: signer.verifier.vkey,
    rotations,
    checkpoint: last.note,
    checkpointSize: last.size,
    earlier: checkpoints
      .filter(({ size }) => earlierSizes.includes(size))
      .map(({ size, note }) => ({ note, proof: consistencyProof(trail, size) })),
    events: chosen.map((event) =>
      choice.purged?.(event.number) ? { number: event.number, purged: true as const } : event,
    ),
  };
  if (choice.numbers) {
    const proofs = chosen.map(({ number }) => ({ number, path: inclusionPath(trail, number) }));
    return { ...common, kind: "selection", proofs };
  }
  const covering = checkpoints.filter(({ size }) => size >= range.first || size === last.size).map(({ note }) => note);
  return { ...common, kind: "range", leaves, checkpoints: covering };
}

function periodOf(events: readonly NumberedEvent[]): BundleFacts["period"] {
  return { from: events[0]?.recordedAt ?? null, until: events.at(-1)?.recordedAt ?? null };
}

function numberedEvent(random: SeededRandom, number: number): NumberedEvent {
  const body = canonicalize(auditEvent(random)) ?? "";
  const recordedAt = `${new Date(START + number * 1_000).toISOString().slice(0, -1)}${digits(random, 3)}Z`;
  return { number, recordedAt, body };
}

const WORDS = [
  "bank",
  "customer",
  "called",
  "“again”",
  "naïve",
  "日本",
  "🏦",
  "a\\b",
  'say "yes"',
  "<b>",
  "\u0085",
  "=1+1",
];

/** Any event that the closed schema allows. */
export function auditEvent(random: SeededRandom): AuditEvent {
  const operationId = uuid(random);
  const denied = random.happens(0.1);
  const maybe = <Value>(value: Value) => (random.happens(0.5) ? value : null);
  const text = () => Array.from({ length: random.between(1, 8) }, () => pick(random, WORDS)).join(" ");
  return auditEventSchema.parse({
    schemaVersion: 1,
    eventId: uuid(random),
    operationId,
    phase: pick(random, ["single", "outcome", "reveal"] as const),
    occurredAt: new Date(START + random.between(0, 10 ** 9)).toISOString(),
    environment: "simulator",
    actor: {
      type: "staff",
      id: uuid(random),
      role: pick(random, ["agent", "lead"] as const),
      sessionRef: maybe(uuid(random)),
    },
    action: pick(random, AUDIT_ACTIONS),
    target: maybe({ type: "exchange", id: uuid(random) }),
    customerId: maybe(uuid(random)),
    decision: denied ? "deny" : "allow",
    outcome: denied ? "denied" : pick(random, AUDIT_OUTCOMES),
    upstream: maybe({ status: random.between(200, 599), code: maybe("NotFound"), requestId: maybe(digits(random, 8)) }),
    reason: maybe(text()),
    ticket: maybe(`OPS-${random.between(1, 9999)}`),
    requestId: digits(random, 12),
    details: details(random, text),
    commitments: { ip: maybe(hex(random, 64)), userAgent: maybe(hex(random, 64)), actorEmail: hex(random, 64) },
  } satisfies AuditEvent);
}

// Keys whose order by UTF-16 is not that of their code points, numbers at the edges of what is safe.
const DETAIL_KEYS = ["before", "after", "1", "10", "2", "é", "\ufb33", "😀", "", "a b", '"', "\\"];
const DETAIL_NUMBERS = [0, -1, 1, 200, 2 ** 31, 2 ** 53 - 1, 1 - 2 ** 53];

function details(random: SeededRandom, text: () => string): AuditEvent["details"] {
  const value = () =>
    pick(random, [text(), pick(random, DETAIL_NUMBERS), random.between(-9, 10 ** 9), true, false, null]);
  return Object.fromEntries(Array.from({ length: random.between(0, 4) }, () => [pick(random, DETAIL_KEYS), value()]));
}

export function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  return items[random.between(0, items.length - 1)] as Item;
}

const digits = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.between(0, 9)).join("");

const hex = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.between(0, 15).toString(16)).join("");

function uuid(random: SeededRandom): string {
  return `${hex(random, 8)}-${hex(random, 4)}-7${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`;
}
