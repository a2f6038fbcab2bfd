import type { StaffActor } from "#domain/actor.ts";
import type { AuditEvent, AuditTarget } from "#domain/audit-event.ts";
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
  listOperationEvents,
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
  /** Exact, at the moment the page was read. */
  total: number;
  /** How many of them stand before this page. */
  newer: number;
}

export async function readAuditPage({
  ctx,
  input,
}: {
  ctx: AuditReader;
  input: AuditQuery & { scope: AuditScope };
}): Promise<AuditPageView> {
  const { filter, scope, after, before } = input;
  const position = after ?? before;
  const cursor = position === undefined ? {} : { [after ? "after" : "before"]: position.eventId };
  await record(ctx, "audit.viewed", { type: "audit_trail", id: "events" }, { ...factsOf(filter), ...cursor });
  const page = await ctx.auditorDb.$transaction(
    async (tx) => {
      const events = await listAuditEvents(tx, { filter, scope, after, before, limit: AUDIT_PAGE_SIZE });
      return { events, ...(await countAuditEvents(tx, { filter, scope, first: events[0] })) };
    },
    // Rows and count of one instant, so that "51–100 of 1,234" is true.
    { isolationLevel: "RepeatableRead" },
  );
  return { ...page, names: await namesOf(ctx, page.events) };
}

export interface AuditOperationView {
  event: AuditEventInFull;
  /** The whole operation, newest first, this event among it. */
  operation: AuditEventView[];
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
  const { operationId } = event;
  const operation = await listOperationEvents(ctx.auditorDb, { operationId, scope: input.scope });
  return { event, operation, names: await namesOf(ctx, operation) };
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
  const { total } = await countAuditEvents(ctx.auditorDb, { filter, scope: { all: true } });
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

function factsOf({ from, until, isOpen: _, period: __, ...words }: AuditFilter): AuditEvent["details"] {
  const given = Object.entries(words).filter(([, value]) => value !== undefined);
  return { from: from.toISOString(), to: until.toISOString(), ...Object.fromEntries(given) };
}

function namesOf(ctx: AuditReader, events: readonly AuditEventView[]): Promise<Map<string, string>> {
  return getStaffNames(
    ctx.db,
    events.filter((event) => event.actorType === "staff").map((event) => event.actorId),
  );
}
