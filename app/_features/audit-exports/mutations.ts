import type { AuditEvent } from "#domain/audit-event.ts";
import { readCheckpoint } from "#domain/checkpoint.ts";
import { NoteError, parseVerifier } from "#domain/signed-note.ts";
import type { AuditFilter } from "#features/audit/schema.ts";
import {
  type CheckpointView,
  getLatestCheckpoint,
  listConsistencyProofs,
  listDailyCheckpoints,
  listInclusionPaths,
  listSigningKeys,
  readCheckpointNotes,
  readLeaves,
  type SigningKeyView,
} from "#features/checkpoints/data.ts";
import {
  type AuditBundleSource,
  type BundleEvent,
  type WrittenBundle,
  writeAuditBundle,
} from "#platform/audit-bundle.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import {
  countWanted,
  type ExportRow,
  findSpan,
  getPurgedUpTo,
  type NumberSpan,
  readRange,
  readSelection,
} from "./data.ts";
import { type BundleRefusal, filterWords } from "./schema.ts";

/** Who exports: a person on the page, or a command. */
export interface AuditExporter extends RecordContext {
  /** The auditor's connection, which may read the trail. */
  auditorDb: Database;
}

export interface BundleInput {
  filter: AuditFilter;
  /** The signed note of an earlier checkpoint that the bundle has to be compared with. */
  since?: string;
}

export type BundleResult =
  | { ok: false; reason: BundleRefusal }
  | {
      ok: true;
      kind: AuditBundleSource["kind"];
      checkpoint: CheckpointView;
      /** The bundle, made while it is read; at its end, what was written. Stopping early is put on record as well. */
      parts: AsyncGenerator<Buffer, WrittenBundle>;
    };

/**
 * A bundle that proves itself of all events of the filter that the newest checkpoint covers. The intent is on record before the first
 * byte, the outcome when the last one was taken, or as soon as it is clear that it never will be.
 */
export async function exportAuditBundle({
  ctx,
  input,
}: {
  ctx: AuditExporter;
  input: BundleInput;
}): Promise<BundleResult> {
  const exportId = uuidv7(ctx.now());
  const kind = filterWords(input.filter) === null ? "range" : "selection";
  const record = recorder(ctx, exportId, { bundle: kind, ...filterFacts(input.filter) });
  await record("intent", "pending", {});
  const basis = await readBasis(ctx.auditorDb, input.since);
  if (typeof basis === "string") {
    await record("outcome", "failed", { problem: basis });
    return { ok: false, reason: basis };
  }
  const source = () => bundleSource(ctx, { exportId, kind, filter: input.filter, basis });
  return { ok: true, kind, checkpoint: basis.checkpoint, parts: recordedParts(source, basis, record) };
}

type Recorder = (
  phase: "intent" | "outcome",
  outcome: AuditEvent["outcome"],
  details: AuditEvent["details"],
) => Promise<void>;

function recorder(ctx: AuditExporter, operationId: string, facts: AuditEvent["details"]): Recorder {
  return (phase, outcome, details) =>
    ctx.db.$transaction((tx) =>
      recordAuditEvent(tx, ctx, {
        action: "audit.exported",
        operationId,
        phase,
        outcome,
        target: { type: "audit_trail", id: "events" },
        details: { ...facts, ...details },
      }),
    );
}

/** What everything in a bundle is proven against. */
interface Basis {
  checkpoint: CheckpointView;
  keys: SigningKeyView[];
  publicKey: string;
  /** The earlier checkpoint that was asked for. */
  since: { size: number; note: string } | null;
}

async function readBasis(db: Database, sinceNote: string | undefined): Promise<Basis | BundleRefusal> {
  const checkpoint = await getLatestCheckpoint(db);
  if (!checkpoint) return "no_checkpoint";
  const keys = await listSigningKeys(db);
  const publicKey = keys.find(({ keyId }) => keyId === checkpoint.keyId)?.vkey;
  if (!publicKey) return "unknown_key";
  const since = sinceNote === undefined ? null : readSince(sinceNote, keys);
  if (typeof since === "string") return since;
  if (since && since.size > checkpoint.size) return "since_is_larger";
  return { checkpoint, keys, publicKey, since };
}

function readSince(note: string, keys: readonly SigningKeyView[]): Basis["since"] | BundleRefusal {
  try {
    return {
      note,
      size: readCheckpoint(
        note,
        keys.map(({ vkey }) => parseVerifier(vkey)),
      ).size,
    };
  } catch (error) {
    if (error instanceof NoteError) return "since_is_unreadable";
    throw error;
  }
}

async function* recordedParts(
  source: () => Promise<AuditBundleSource>,
  { checkpoint }: Basis,
  record: Recorder,
): AsyncGenerator<Buffer, WrittenBundle> {
  let problem: string | null = "reader_left";
  try {
    const { stream, finished } = writeAuditBundle(await source());
    yield* stream as AsyncIterable<Buffer>;
    const written = await finished;
    await record("outcome", "succeeded", { ...written, checkpointSize: checkpoint.size });
    problem = null;
    return written;
  } catch (error) {
    problem = "broken_off";
    throw error;
  } finally {
    if (problem) await record("outcome", "failed", { problem, checkpointSize: checkpoint.size });
  }
}

async function bundleSource(
  ctx: AuditExporter,
  {
    exportId,
    kind,
    filter,
    basis,
  }: { exportId: string; kind: AuditBundleSource["kind"]; filter: AuditFilter; basis: Basis },
): Promise<AuditBundleSource> {
  const { auditorDb: db, actor, environment } = ctx;
  const { checkpoint, keys, publicKey } = basis;
  const { size } = checkpoint;
  const wanted = filter.isOpen ? null : await countWanted(db, filter);
  let covered = 0;
  const counted = async function* (rows: AsyncIterable<ExportRow>): AsyncGenerator<BundleEvent> {
    for await (const { event, isWanted } of rows) {
      if (isWanted) covered += 1;
      yield event;
    }
  };
  const common = {
    facts: {
      environment,
      origin: parseVerifier(publicKey).name,
      period: { from: filter.from.toISOString(), until: filter.isOpen ? null : filter.until.toISOString() },
      filter: filterWords(filter),
      generatedAt: ctx.now().toISOString(),
      generatedBy: actor.type === "staff" ? `staff ${actor.id}` : `system ${actor.job}`,
      exportId,
      // Known when all rows have been written, which is when the manifest asks.
      get uncovered() {
        return wanted === null ? 0 : wanted - covered;
      },
    },
    publicKey,
    rotations: keys.flatMap(({ statement }) => statement ?? []),
    checkpoint: checkpoint.note,
    checkpointSize: size,
    earlier: earlierCheckpoints(db, basis),
  };
  if (kind === "selection") {
    const numbers: number[] = [];
    const events = remembered(counted(readSelection(db, { filter, size })), numbers);
    return { ...common, kind, events, proofs: inclusionProofs(db, numbers, size) };
  }
  const purgedUpTo = await getPurgedUpTo(db);
  const span = spanOf(await findSpan(db, { filter, size }), { filter, size, purgedUpTo });
  const events = span ? counted(readRange(db, { span, filter, purgedUpTo })) : [];
  const checkpoints = readCheckpointNotes(db, { number: span?.first ?? size, last: size });
  return { ...common, kind, events, leaves: readLeaves(db, size), checkpoints };
}

/** What was purged has no time any more: it goes with the oldest events that have one. An open end is the checkpoint's. */
function spanOf(
  found: NumberSpan | null,
  { filter, size, purgedUpTo }: { filter: AuditFilter; size: number; purgedUpTo: number },
): NumberSpan | null {
  if (!found) return null;
  return {
    first: found.first === purgedUpTo + 1 ? 1 : found.first,
    last: filter.isOpen ? size : found.last,
  };
}

/** The last checkpoint of each day, and the one that was asked for, each with the proof that the trail went on from it. */
async function* earlierCheckpoints(db: Database, { checkpoint: { size }, since }: Basis) {
  const daily = await listDailyCheckpoints(db, { before: size, limit: MOST_EARLIER });
  const notes = new Map(daily.map((each) => [each.size, each.note]));
  if (since) notes.set(since.size, since.note);
  const earlier = [...notes].sort(([one], [other]) => one - other);
  const proofs = await listConsistencyProofs(db, { earlierSizes: earlier.map(([each]) => each), size });
  for (const [at, [, note]] of earlier.entries()) yield { note, proof: proofs[at] ?? [] };
}

async function* remembered(events: AsyncIterable<BundleEvent>, numbers: number[]): AsyncGenerator<BundleEvent> {
  for await (const event of events) {
    numbers.push(event.number);
    yield event;
  }
}

/** `numbers` are complete by the time the first proof is asked for. */
async function* inclusionProofs(db: Database, numbers: readonly number[], size: number) {
  for (let at = 0; at < numbers.length; at += PROOFS_BATCH) {
    const batch = numbers.slice(at, at + PROOFS_BATCH);
    const paths = await listInclusionPaths(db, { numbers: batch, size });
    for (const [place, number] of batch.entries()) yield { number, path: paths[place] ?? [] };
  }
}

function filterFacts({ from, until, isOpen, period: _, ...words }: AuditFilter): AuditEvent["details"] {
  const given = Object.entries(words).filter(([, value]) => value !== undefined);
  return { from: from.toISOString(), to: isOpen ? null : until.toISOString(), ...Object.fromEntries(given) };
}

const MOST_EARLIER = 400;
/** In the worst case each of them needs another run of 256 leaves. */
const PROOFS_BATCH = 500;
