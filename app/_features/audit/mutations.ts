import type { StaffActor } from "#domain/actor.ts";
import type { AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import { formatAuditSearch } from "#features/audit-search/schema.ts";
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
  listStory,
  type StoryEvent,
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
  await record(ctx, { type: "audit_trail", id: "events" }, { ...factsOf(filter), ...cursor });
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
  /** Proven anew for this look; null while the event has no number. */
  sealed: SealedEventView | null;
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
  await record(ctx, { type: "audit_trail", id: input.eventId }, {});
  const event = await getAuditEvent(ctx.auditorDb, input);
  if (!event) return null;
  const story = await listStory(ctx.auditorDb, { event, scope: input.scope });
  const sealed = await getSealedEvent(ctx.auditorDb, event.eventId);
  return { event, sealed, story, names: await namesOf(ctx, story) };
}

/** In a transaction, because an event is two rows. */
async function record(ctx: AuditReader, target: AuditTarget, details: AuditEvent["details"]): Promise<void> {
  await ctx.db.$transaction((tx) =>
    recordAuditEvent(tx, ctx, { action: "audit.viewed", outcome: "succeeded", target, details }),
  );
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
