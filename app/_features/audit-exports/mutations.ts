import { setTimeout as pause } from "node:timers/promises";
import type { AuditEvent } from "#domain/audit-event.ts";
import { type AuditFilter, isFromTheBeginning } from "#features/audit/schema.ts";
import {
  type CheckpointView,
  getLatestCheckpoint,
  getSealerStatus,
  readCheckpointNotes,
  readLeaves,
} from "#features/checkpoints/data.ts";
import { isSilent } from "#features/checkpoints/schema.ts";
import { getTrailReach } from "#features/purges/data.ts";
import { listStaffMembers } from "#features/staff/data.ts";
import {
  type AuditBundleSource,
  type BundleEvent,
  type WrittenBundle,
  writeAuditBundle,
} from "#platform/audit-bundle.ts";
import type { RecordContext } from "#platform/context.ts";
import type { CopyOut } from "#platform/copy-out.ts";
import type { Database } from "#platform/database-client.ts";
import { closeOperation, keepOperationOpen, openOperation } from "#platform/operation.ts";
import { CSV_HEADER } from "./columns.ts";
import {
  type BundleBasis,
  countUncovered,
  csvQuery,
  findSpan,
  getBundleBasis,
  jsonlQuery,
  type NumberSpan,
  readEarlierCheckpoints,
  readInclusionProofs,
  readRange,
  readSelection,
} from "./data.ts";
import { type BundleRefusal, type CopyFormat, filterWords } from "./schema.ts";

/** Who exports: a person on the page, or a command. */
export interface AuditExporter extends RecordContext {
  /** The auditor's connection, which may read the trail. */
  auditorDb: Database;
  /** The same right, for a whole table's worth of rows. */
  copyOut: CopyOut;
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
  const kind = filterWords(input.filter) === null ? "range" : "selection";
  const record = await beginExport(ctx, { bundle: kind, ...filterFacts(input.filter) });
  await waitForCheckpoint(ctx);
  const basis = await getBundleBasis(ctx.auditorDb, input.since);
  if (typeof basis === "string") {
    await record.end("failed", { problem: basis });
    return { ok: false, reason: basis };
  }
  const filter = input.filter.isOpen ? { ...input.filter, until: LATEST } : input.filter;
  const source = () => bundleSource(ctx, { exportId: record.exportId, kind, asked: input.filter, filter, basis });
  return { ok: true, kind, checkpoint: basis.checkpoint, parts: recordedParts(source, basis, record) };
}

/** A sealer that is at work is asked to sign what has come until now; without one, or a quick one, the newest checkpoint has to do. */
async function waitForCheckpoint({ db, auditorDb }: AuditExporter): Promise<void> {
  const [before, sealer] = [await getLatestCheckpoint(auditorDb), await getSealerStatus(auditorDb)];
  if (isSilent(sealer)) return;
  for (let tries = 0; tries < CHECKPOINT_TRIES; tries += 1) {
    await db.$executeRaw`SELECT pg_notify('audit_checkpoint_wanted', '')`;
    await pause(CHECKPOINT_PAUSE_MS);
    if ((await getLatestCheckpoint(auditorDb))?.size !== before?.size) return;
  }
}

/** An open end is where the checkpoint ends, whatever the clock says. */
const LATEST = new Date(Date.UTC(2100, 0));
const CHECKPOINT_TRIES = 20;
const CHECKPOINT_PAUSE_MS = 100;

/** A large export takes longer than an operation may be silent. */
const SIGN_OF_LIFE_MS = 20_000;

interface Recorder {
  exportId: string;
  isStillAtIt: () => void;
  end: (outcome: "succeeded" | "failed", details: AuditEvent["details"]) => Promise<void>;
}

/** The intent is committed when this resolves; from then on the export has an end on record, whatever becomes of this process. */
async function beginExport(ctx: AuditExporter, facts: AuditEvent["details"]): Promise<Recorder> {
  const operation = await ctx.db.$transaction((tx) =>
    openOperation(tx, ctx, { action: "audit.exported", target: { type: "audit_trail", id: "events" }, details: facts }),
  );
  return {
    exportId: operation.operationId,
    // One that is missed is made good by the next.
    isStillAtIt: () => void keepOperationOpen(ctx, operation).catch(() => undefined),
    end: (outcome, details) => closeOperation(ctx, operation, { outcome, details: { ...facts, ...details } }),
  };
}

async function* recordedParts(
  source: () => Promise<AuditBundleSource>,
  { checkpoint }: BundleBasis,
  record: Recorder,
): AsyncGenerator<Buffer, WrittenBundle> {
  let problem: string | null = "reader_left";
  const signsOfLife = setInterval(record.isStillAtIt, SIGN_OF_LIFE_MS);
  try {
    const { stream, finished } = writeAuditBundle(await source());
    yield* stream as AsyncIterable<Buffer>;
    const written = await finished;
    await record.end("succeeded", { ...written, checkpointSize: checkpoint.size });
    problem = null;
    return written;
  } catch (error) {
    problem = "broken_off";
    throw error;
  } finally {
    clearInterval(signsOfLife);
    if (problem) await record.end("failed", { problem, checkpointSize: checkpoint.size });
  }
}

async function bundleSource(
  ctx: AuditExporter,
  {
    exportId,
    kind,
    asked,
    filter,
    basis,
  }: {
    exportId: string;
    kind: AuditBundleSource["kind"];
    /** With its end at the moment of asking, also where that is open: what is there by then and not covered has to be said. */
    asked: AuditFilter;
    filter: AuditFilter;
    basis: BundleBasis;
  },
): Promise<AuditBundleSource> {
  const { auditorDb: db, actor, environment } = ctx;
  const { checkpoint, keys, publicKey } = basis;
  const { size } = checkpoint;
  const common = {
    facts: {
      environment,
      origin: publicKey.name,
      period: {
        from: isFromTheBeginning(filter) ? null : filter.from.toISOString(),
        until: filter.isOpen ? null : filter.until.toISOString(),
      },
      filter: filterWords(filter),
      generatedAt: ctx.now().toISOString(),
      generatedBy: actor.type === "staff" ? `staff ${actor.id}` : `system ${actor.job}`,
      exportId,
      countUncovered: () => countUncovered(db, { filter: asked, size }),
    },
    publicKey: publicKey.vkey,
    rotations: keys.flatMap(({ statement }) => statement ?? []),
    checkpoint: checkpoint.note,
    checkpointSize: size,
    earlier: readEarlierCheckpoints(db, basis),
  };
  if (kind === "selection") {
    const numbers: number[] = [];
    const events = remembered(readSelection(db, { filter, size }), numbers);
    return { ...common, kind, events, proofs: readInclusionProofs(db, { numbers, size }) };
  }
  const { purgedUpTo } = await getTrailReach(db);
  const span = await findSpan(db, { filter, size, purgedUpTo });
  const events = unlessPurged(db, { span, purgedUpTo }, span ? readRange(db, { span, purgedUpTo }) : []);
  const checkpoints = readCheckpointNotes(db, { number: span?.first ?? size, last: size });
  return { ...common, kind, events, leaves: readLeaves(db, size), checkpoints };
}

/** @throws at the end when rows of the span were purged meanwhile: the bundle would look as if somebody had taken them out of it. */
async function* unlessPurged(
  db: Database,
  { span, purgedUpTo }: { span: NumberSpan | null; purgedUpTo: number },
  events: AsyncIterable<BundleEvent> | Iterable<BundleEvent>,
): AsyncGenerator<BundleEvent> {
  yield* events;
  const now = await getTrailReach(db);
  if (now.purgedUpTo > purgedUpTo && (span === null || span.first <= now.purgedUpTo))
    throw new Error("Old events were purged while they were exported. Export them again.");
}

async function* remembered(events: AsyncIterable<BundleEvent>, numbers: number[]): AsyncGenerator<BundleEvent> {
  for await (const event of events) {
    numbers.push(event.number);
    yield event;
  }
}

function filterFacts(filter: AuditFilter): AuditEvent["details"] {
  const { from, until, isOpen } = filter;
  const q = filterWords(filter);
  return { from: from.toISOString(), to: isOpen ? null : until.toISOString(), ...(q && { q }) };
}

interface CopyInput {
  filter: AuditFilter;
  format: CopyFormat;
  /** Told what broke an export off; the file says only that it is incomplete. */
  onFailure: (error: unknown) => void;
}

/**
 * The parts of a convenience copy: all events of the filter, newest first, as CSV or as lines of JSON. Intent and outcome are on record.
 * A failure midway does not throw: the file then ends with a line that says it is incomplete, in place of the one that says it is whole.
 */
export async function exportAuditCopy({
  ctx,
  input,
}: {
  ctx: AuditExporter;
  input: CopyInput;
}): Promise<AsyncGenerator<Buffer>> {
  return copyParts(ctx, input, await beginExport(ctx, { copy: input.format, ...filterFacts(input.filter) }));
}

async function* copyParts(
  ctx: AuditExporter,
  { filter, format, onFailure }: CopyInput,
  record: Recorder,
): AsyncGenerator<Buffer> {
  const words = COPY_WORDS[format];
  let problem: string | null = "reader_left";
  const signsOfLife = setInterval(record.isStillAtIt, SIGN_OF_LIFE_MS);
  try {
    yield Buffer.from(words.begin);
    const names = new Map((await listStaffMembers(ctx.db)).map(({ id, name }) => [id, name]));
    const query = format === "csv" ? csvQuery(filter, names) : jsonlQuery(filter);
    const rows = yield* ctx.copyOut(query, format === "csv" ? "csv" : "lines");
    yield Buffer.from(words.end(rows));
    await record.end("succeeded", { rows });
    problem = null;
  } catch (error) {
    problem = "broken_off";
    onFailure(error);
    yield Buffer.from(words.brokenOff(ctx.origin.requestId));
  } finally {
    clearInterval(signsOfLife);
    if (problem) await record.end("failed", { problem }).catch(onFailure);
  }
}

const CONVENIENCE_COPY =
  "Convenience copy, not evidence: the audit trail itself is the record, and a bundle proves it. Times are UTC.";

/** What stands before the first row and behind the last; a row may have been cut in the middle. */
const COPY_WORDS = {
  csv: {
    begin: `"${CONVENIENCE_COPY}"\n${CSV_HEADER}\n`,
    end: (rows: number) => `End of export: ${rows} rows\n`,
    brokenOff: (requestId: string) => `\nEXPORT ENDED EARLY: this file is incomplete. Request id ${requestId}\n`,
  },
  jsonl: {
    begin: `{"note":"${CONVENIENCE_COPY}"}\n`,
    end: (rows: number) => `{"endOfExport":{"rows":${rows}}}\n`,
    brokenOff: (requestId: string) => `\n{"endedEarly":{"requestId":"${requestId}"}}\n`,
  },
} satisfies Record<CopyFormat, object>;
