import type { StaffActor } from "#domain/actor.ts";
import type { AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import { getSealedEvent, type SealedEventView } from "#features/checkpoints/data.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { type AuditContext, recordAuditEvent } from "#platform/audit-trail.ts";
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
import type { AuditFilter, AuditQuery } from "./schema.ts";

/** Reading the trail is an act: it is on record, committed, before a row is read. No record, nothing to see. */
export interface AuditReader extends AuditContext {
  actor: StaffActor;
  /** The app's own connection, which writes the record and knows the names. */
  db: Database;
  /** The auditor's connection, which may read the trail. */
  auditorDb: Database;
}

export const AUDIT_PAGE_SIZE = 50;

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
  await record(ctx, { type: "audit_trail", id: "events" }, { ...factsOf(filter), ...cursor });
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
  /** Proven anew for this look; null while the event has no number. */
  sealed: SealedEventView | null;
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
  await record(ctx, { type: "audit_trail", id: input.eventId }, {});
  const event = await getAuditEvent(ctx.auditorDb, input);
  if (!event) return null;
  const { operationId } = event;
  const operation = await listOperationEvents(ctx.auditorDb, { operationId, scope: input.scope });
  const sealed = await getSealedEvent(ctx.auditorDb, event.eventId);
  return { event, sealed, operation, names: await namesOf(ctx, operation) };
}

/** In a transaction, because an event is two rows. */
async function record(ctx: AuditReader, target: AuditTarget, details: AuditEvent["details"]): Promise<void> {
  await ctx.db.$transaction((tx) =>
    recordAuditEvent(tx, ctx, { action: "audit.viewed", outcome: "succeeded", target, details }),
  );
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
