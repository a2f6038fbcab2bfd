import type { AuditEventInList } from "#features/audit/data.ts";
import type { AuditReader } from "#features/audit/mutations.ts";
import { getStaffNames } from "#features/staff/data.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import {
  type Burst,
  countStandingEvents,
  type EventQuery,
  getDetails,
  type Leaver,
  listBursts,
  listLeavers,
  listStandingEvents,
} from "./data.ts";
import { PROOF_DAYS, ROWS_SHOWN, STANDING_QUERIES, type StandingQuery, type StandingTimes } from "./schema.ts";

export type StandingCounts = Record<StandingQuery, number>;

/** How much each query finds. Reading it is on record before anything is read, as with the trail itself. */
export async function readStandingCounts({
  ctx,
  input: times,
}: {
  ctx: AuditReader;
  input: StandingTimes;
}): Promise<StandingCounts> {
  await record(ctx, "all", times);
  const leavers = await listLeavers(ctx.db);
  const counts: Partial<StandingCounts> = {};
  // One after the other: the auditor has few connections, and they are for everybody who reads the trail.
  for (const query of STANDING_QUERIES) counts[query] = await count(ctx, { query, times, leavers });
  return counts as StandingCounts;
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
    return { total: bursts.length, events: [], bursts: bursts.slice(0, ROWS_SHOWN), names, notes: new Map() };
  }
  const leavers = await listLeavers(ctx.db);
  const events = await listStandingEvents(ctx.auditorDb, { query, times, leavers });
  const total =
    events.length < ROWS_SHOWN ? events.length : await countStandingEvents(ctx.auditorDb, { query, times, leavers });
  const staff = events.filter(({ actorType }) => actorType === "staff").map(({ actorId }) => actorId);
  const names = await getStaffNames(ctx.db, [...staff, ...leavers.map(({ id }) => id)]);
  return { total, events, bursts: [], names, notes: await notesOf(ctx, query, { events, leavers, names }) };
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
  const isInDetails = query === "refused" || query === "exports";
  const details = isInDetails ? await getDetails(ctx.auditorDb, ids) : new Map<string, Record<string, unknown>>();
  const noteOf = (event: AuditEventInList): string => {
    switch (query) {
      case "refused":
      case "exports":
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
