import type { StaffActor } from "#domain/actor.ts";
import type { AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import { formatAuditSearch } from "#features/audit-search/schema.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { type AuditContext, recordAuditEvent } from "#platform/audit-trail.ts";
import { type CsvRow, csvLines } from "#platform/csv.ts";
import type { Database } from "#platform/database-client.ts";
import {
  type AuditEventInFull,
  type AuditEventInList,
  type AuditEventView,
  type AuditScope,
  countAuditEvents,
  getAuditEvent,
  listAuditEvents,
  listStory,
  type StoryEvent,
} from "./data.ts";
import type { AuditCursor, AuditFilter, AuditQuery } from "./schema.ts";

/** Reading the trail is an act: it is on record, committed, before a row is read. No record, nothing to see. */
export interface AuditReader extends AuditContext {
  actor: StaffActor;
  /** The app's own connection, which writes the record and knows the names. */
  db: Database;
  /** The auditor's connection, which may read the trail. */
  auditorDb: Database;
}

export const AUDIT_PAGE_SIZE = 50;
const EXPORT_BATCH_SIZE = 500;

export interface AuditPageView {
  events: AuditEventInList[];
  /** Staff names by actor id. */
  names: Map<string, string>;
  /** Whether the list goes on in front of these rows and behind them. */
  hasNewer: boolean;
  hasOlder: boolean;
}

export async function readAuditPage({
  ctx,
  input,
}: {
  ctx: AuditReader;
  input: AuditPageInput;
}): Promise<AuditPageView> {
  const { filter, scope, after } = input;
  const before = after ? undefined : input.before;
  const position = after ?? before;
  const cursor = position === undefined ? {} : { [after ? "after" : "before"]: position.eventId };
  await record(ctx, "audit.viewed", { type: "audit_trail", id: "events" }, { ...factsOf(filter), ...cursor });
  const found = await listAuditEvents(ctx.auditorDb, { filter, scope, after, before, limit: AUDIT_PAGE_SIZE + 1 });
  const isMore = found.length > AUDIT_PAGE_SIZE;
  // Whoever came back from a place still has that place behind this page; the row too many is the farthest from it.
  const events = before ? found.slice(-AUDIT_PAGE_SIZE) : found.slice(0, AUDIT_PAGE_SIZE);
  const [hasNewer, hasOlder] = before ? [isMore, true] : [after !== undefined, isMore];
  return { events, hasNewer, hasOlder, names: await namesOf(ctx, events) };
}

type AuditPageInput = Pick<AuditQuery, "filter" | "after" | "before"> & { scope: AuditScope };

/** Exact up to ten thousand events; null where even that took too long. The look itself is on record by then. */
export type AuditCount = { count: number; isMore: boolean } | null;

export async function countAuditPage({
  ctx,
  input: { filter, scope },
}: {
  ctx: AuditReader;
  input: { filter: AuditFilter; scope: AuditScope };
}): Promise<AuditCount> {
  try {
    const count = await ctx.auditorDb.$transaction(async (tx) => {
      // By one process alone: a look must not take the machine from those who work.
      await tx.$executeRaw`
        SELECT set_config('statement_timeout', ${String(COUNT_TIMEOUT_MS)}, true), set_config('max_parallel_workers_per_gather', '0', true)`;
      return countAuditEvents(tx, { filter, scope, most: MOST_COUNTED + 1 });
    });
    return { count: Math.min(count, MOST_COUNTED), isMore: count > MOST_COUNTED };
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}

/** Enough to see whether a filter is narrow enough to be read through. */
const MOST_COUNTED = 10_000;
const COUNT_TIMEOUT_MS = 1_000;

function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.includes("57014");
}

export interface AuditOperationView {
  event: AuditEventInFull;
  /** The whole operation and what became of it, oldest first, this event among it. */
  story: StoryEvent[];
  names: Map<string, string>;
}

/** One event and its operation; null when there is none that this person may read. */
export async function readAuditEvent({
  ctx,
  input,
}: {
  ctx: AuditReader;
  input: { eventId: string; scope: AuditScope };
}): Promise<AuditOperationView | null> {
  await record(ctx, "audit.viewed", { type: "audit_trail", id: input.eventId }, {});
  const event = await getAuditEvent(ctx.auditorDb, input);
  if (!event) return null;
  const story = await listStory(ctx.auditorDb, { event, scope: input.scope });
  return { event, story, names: await namesOf(ctx, story) };
}

interface ExportInput {
  filter: AuditFilter;
  /** Told what broke an export off; the file says only that it is incomplete. */
  onFailure: (error: unknown) => void;
}

/**
 * The parts of a CSV file with all events of the filter, newest first; the record is committed before the first part.
 * A failure midway does not throw: the file then ends with a line that says it is incomplete, in place of the one that says it is whole.
 */
export async function exportAuditEvents({
  ctx,
  input,
}: {
  ctx: AuditReader;
  input: ExportInput;
}): Promise<AsyncGenerator<string>> {
  const { filter } = input;
  const total = await countAuditEvents(ctx.auditorDb, { filter, scope: { all: true } });
  await record(ctx, "audit.exported", { type: "audit_trail", id: "events" }, { ...factsOf(filter), rows: total });
  return csvParts(ctx, input);
}

async function* csvParts(ctx: AuditReader, { filter, onFailure }: ExportInput): AsyncGenerator<string> {
  yield csvLines([[CONVENIENCE_COPY], CSV_COLUMNS.map(([header]) => header)]);
  let rows = 0;
  try {
    for await (const events of batches(ctx, filter)) {
      const names = await namesOf(ctx, events);
      yield csvLines(events.map((event) => CSV_COLUMNS.map(([, value]) => value(event, names))));
      rows += events.length;
    }
  } catch (error) {
    onFailure(error);
    yield csvLines([
      [`EXPORT ENDED EARLY after ${rows} rows: this file is incomplete. Request id ${ctx.origin.requestId}`],
    ]);
    return;
  }
  yield csvLines([[`End of export: ${rows} rows`]]);
}

async function* batches(ctx: AuditReader, filter: AuditFilter): AsyncGenerator<AuditEventInList[]> {
  const query = { filter, scope: { all: true }, limit: EXPORT_BATCH_SIZE } as const;
  let after: AuditCursor | undefined;
  for (;;) {
    const events = await listAuditEvents(ctx.auditorDb, { ...query, after });
    if (events.length > 0) yield events;
    if (events.length < EXPORT_BATCH_SIZE) return;
    after = events.at(-1);
  }
}

const CONVENIENCE_COPY = "Convenience copy, not evidence: the audit trail itself is the record. Times are UTC.";

type CsvValue = (event: AuditEventView, names: Map<string, string>) => CsvRow[number];
const CSV_COLUMNS: readonly (readonly [header: string, value: CsvValue])[] = [
  ["recorded_at", (event) => event.recordedAt],
  ["occurred_at", (event) => event.occurredAt],
  ["event_id", (event) => event.eventId],
  ["operation_id", (event) => event.operationId],
  ["phase", (event) => event.phase],
  ["environment", (event) => event.environment],
  ["actor_type", (event) => event.actorType],
  ["actor_id", (event) => event.actorId],
  ["actor_name", (event, names) => names.get(event.actorId) ?? null],
  ["actor_role", (event) => event.actorRole],
  ["session_ref", (event) => event.sessionRef],
  ["action", (event) => event.action],
  ["target_type", (event) => event.targetType],
  ["target_id", (event) => event.targetId],
  ["customer_id", (event) => event.customerId],
  ["decision", (event) => event.decision],
  ["outcome", (event) => event.outcome],
  ["upstream_status", (event) => event.upstreamStatus],
  ["upstream_code", (event) => event.upstreamCode],
  ["upstream_request_id", (event) => event.upstreamRequestId],
  ["reason", (event) => event.reason],
  ["ticket", (event) => event.ticket],
  ["request_id", (event) => event.requestId],
];

/** In a transaction, because an event is two rows. */
async function record(
  ctx: AuditReader,
  action: "audit.viewed" | "audit.exported",
  target: AuditTarget,
  details: AuditEvent["details"],
): Promise<void> {
  await ctx.db.$transaction((tx) => recordAuditEvent(tx, ctx, { action, outcome: "succeeded", target, details }));
}

function factsOf({ terms, from, until }: AuditFilter): AuditEvent["details"] {
  const q = formatAuditSearch(terms);
  return { from: from.toISOString(), to: until.toISOString(), ...(q && { q }) };
}

function namesOf(ctx: AuditReader, events: readonly AuditEventView[]): Promise<Map<string, string>> {
  return getStaffNames(
    ctx.db,
    events.filter((event) => event.actorType === "staff").map((event) => event.actorId),
  );
}
