import type { AuditEventInList } from "#features/audit/data.ts";
import type { AuditReader } from "#features/audit/mutations.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import {
  type Burst,
  countExportEnds,
  countStandingEvents,
  type EventQuery,
  getDetails,
  getOperationEnds,
  type Leaver,
  listBursts,
  listLeavers,
  listStandingEvents,
  type OperationEnd,
} from "./data.ts";
import { PROOF_DAYS, ROWS_SHOWN, STANDING_QUERIES, type StandingQuery, type StandingTimes } from "./schema.ts";

export type StandingCounts = Record<StandingQuery, number>;
/** How many exports came to what, most first. */
export type ExportEnds = { outcome: string; count: number }[];

/** How much each query finds. Reading it is on record before anything is read, as with the trail itself. */
export async function readStandingCounts({
  ctx,
  input: times,
}: {
  ctx: AuditReader;
  input: StandingTimes;
}): Promise<{ counts: StandingCounts; exportEnds: ExportEnds }> {
  await record(ctx, "all", times);
  const leavers = await listLeavers(ctx.db);
  const counts: Partial<StandingCounts> = {};
  // One after the other: the auditor has few connections, and they are for everybody who reads the trail.
  for (const query of STANDING_QUERIES) counts[query] = await count(ctx, { query, times, leavers });
  return { counts: counts as StandingCounts, exportEnds: await countExportEnds(ctx.auditorDb, times) };
}

export interface StandingRows {
  total: number;
  /** The newest ones; of bursts none. */
  events: AuditEventInList[];
  bursts: Burst[];
  /** Staff names by actor id. */
  names: Map<string, string>;
  /** What makes an event one of these, by event id. */
  notes: Map<string, string>;
  /** Of exports alone. */
  exportEnds: ExportEnds;
}

export async function readStandingQuery({
  ctx,
  input: { query, times },
}: {
  ctx: AuditReader;
  input: { query: StandingQuery; times: StandingTimes };
}): Promise<StandingRows> {
  await record(ctx, query, times);
  if (query === "bursts") {
    const bursts = await listBursts(ctx.auditorDb, times);
    const names = await getStaffNames(
      ctx.db,
      bursts.map(({ actorId }) => actorId),
    );
    const shown = bursts.slice(0, ROWS_SHOWN);
    return { total: bursts.length, events: [], bursts: shown, names, notes: new Map(), exportEnds: [] };
  }
  const leavers = await listLeavers(ctx.db);
  const events = await listStandingEvents(ctx.auditorDb, { query, times, leavers });
  const total =
    events.length < ROWS_SHOWN ? events.length : await countStandingEvents(ctx.auditorDb, { query, times, leavers });
  const staff = events.filter(({ actorType }) => actorType === "staff").map(({ actorId }) => actorId);
  const names = await getStaffNames(ctx.db, [...staff, ...leavers.map(({ id }) => id)]);
  const notes = await notesOf(ctx, query, { events, leavers, names });
  const exportEnds = query === "exports" ? await countExportEnds(ctx.auditorDb, times) : [];
  return { total, events, bursts: [], names, notes, exportEnds };
}

async function count(
  ctx: AuditReader,
  { query, ...asked }: { query: StandingQuery; times: StandingTimes; leavers: Leaver[] },
): Promise<number> {
  if (query === "bursts") return (await listBursts(ctx.auditorDb, asked.times)).length;
  return countStandingEvents(ctx.auditorDb, { query, ...asked });
}

type Found = { events: AuditEventInList[]; leavers: Leaver[]; names: Map<string, string> };

async function notesOf(ctx: AuditReader, query: EventQuery, found: Found): Promise<Map<string, string>> {
  const { events } = found;
  const ids = events.map(({ eventId }) => eventId);
  const details = query === "refused" ? await getDetails(ctx.auditorDb, ids) : new Map();
  const operations = events.map(({ operationId }) => operationId);
  const ends = query === "exports" ? await getOperationEnds(ctx.auditorDb, operations) : new Map();
  const noteOf = (event: AuditEventInList): string => {
    switch (query) {
      case "exports":
        return exportWords(ends.get(event.operationId));
      case "refused":
        return detailWords(details.get(event.eventId) ?? {});
      case "off_hours":
        return weekdayAndTime.format(new Date(event.recordedAt));
      case "unproven_reveals":
        return `not proven by ${day.format(new Date(Date.parse(event.recordedAt) + PROOF_DAYS * 24 * 60 * 60_000))}`;
      case "left":
        return leaverWords(event, found);
    }
  };
  return new Map(events.map((event) => [event.eventId, noteOf(event)]));
}

/** What went out; or first that it did not, or that nobody knows. */
function exportWords(end: OperationEnd | undefined): string {
  if (!end) return "not finished";
  const words = detailWords(end.details);
  return end.outcome === "succeeded" ? words : [end.outcome, words].filter((part) => part !== "").join(": ");
}

/** "rows 1,234, from 2026-10-01": numbers first, because they say how much went out. */
function detailWords(details: Record<string, unknown>): string {
  const facts = Object.entries(details).filter(([, value]) => value !== null && value !== "");
  const numbers = facts.filter(([, value]) => typeof value === "number");
  const others = facts.filter(([, value]) => typeof value !== "number");
  return [...numbers, ...others].map(([name, value]) => `${name} ${valueWords(value)}`).join(", ");
}

function valueWords(value: unknown): string {
  if (typeof value === "number") return value.toLocaleString("en");
  const instant = String(value).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, "$1 $2");
  return instant.replace(/ 00:00$/, "");
}

function leaverWords(
  { actorType, actorId, targetId, recordedAt }: AuditEventInList,
  { leavers, names }: Found,
): string {
  const id = actorType === "staff" ? actorId : (targetId ?? "");
  const leaver = leavers.find((each) => each.id === id);
  const isAfter = leaver !== undefined && Date.parse(recordedAt) > leaver.disabledAt.getTime();
  const when = isAfter ? "after leaving" : "before leaving";
  return actorType === "staff" ? when : `${names.get(id) ?? "somebody"}, ${when}`;
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const weekdayAndTime = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

async function record(ctx: AuditReader, query: StandingQuery | "all", { from, until }: StandingTimes): Promise<void> {
  const target = { type: "standing_query", id: query } as const;
  const details = { from: from.toISOString(), to: until.toISOString() };
  await ctx.db.$transaction((tx) =>
    recordAuditEvent(tx, ctx, { action: "audit.viewed", outcome: "succeeded", target, details }),
  );
}
