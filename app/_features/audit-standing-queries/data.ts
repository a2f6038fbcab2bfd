import { AUDIT_ACTIONS } from "#domain/audit-event.ts";
import { CHANGING_ACTIONS } from "#domain/audit-review.ts";
import { type AuditEventInList, listAuditEventsWhere } from "#features/audit/data.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import {
  BURST_ACTS,
  BURST_MINUTES,
  LARGEST_COUNT,
  PROOF_DAYS,
  proofTimes,
  ROWS_SHOWN,
  type StandingQuery,
  type StandingTimes,
  WORKING_HOURS,
} from "./schema.ts";

/** All but bursts, which are groups of events. */
export type EventQuery = Exclude<StandingQuery, "bursts">;

/** Somebody of the staff who is disabled now. */
export interface Leaver {
  id: string;
  disabledAt: Date;
}

export interface Burst {
  actorId: string;
  /** When the limit was passed for the first and for the last time, and the most acts within one stretch. */
  firstAt: Date;
  lastAt: Date;
  mostActs: number;
}

export async function listLeavers(db: Database): Promise<Leaver[]> {
  const members = await db.staffMember.findMany({
    where: { disabledAt: { not: null } },
    select: { id: true, disabledAt: true },
  });
  return members.flatMap(({ id, disabledAt }) => (disabledAt ? [{ id, disabledAt }] : []));
}

interface Asked {
  query: EventQuery;
  times: StandingTimes;
  leavers: readonly Leaver[];
}

/** Exact up to LARGEST_COUNT; one more than that stands for "more". */
export async function countStandingEvents(auditorDb: Database, asked: Asked): Promise<number> {
  const rows = await auditorDb.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM (SELECT FROM audit.event e WHERE ${conditionOf(asked)} LIMIT ${LARGEST_COUNT + 1}) found`;
  return Number(rows[0]?.count ?? 0);
}

/** The newest of them. */
export function listStandingEvents(auditorDb: Database, asked: Asked): Promise<AuditEventInList[]> {
  return listAuditEventsWhere(auditorDb, conditionOf(asked), ROWS_SHOWN);
}

/** The `details` of these events, by event id; a body that is no JSON was tampered with and has none to show. */
export async function getDetails(
  auditorDb: Database,
  eventIds: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const rows = await auditorDb.$queryRaw<{ eventId: string; body: string }[]>`
    SELECT event_id AS "eventId", body FROM audit.event WHERE event_id = ANY(${[...eventIds]}::uuid[])`;
  return new Map(rows.map(({ eventId, body }) => [eventId, detailsOf(body)]));
}

function detailsOf(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body)?.details ?? {};
  } catch {
    return {};
  }
}

/** What an operation came to: its last word, which is the true one where an outcome came late. */
export interface OperationEnd {
  outcome: string;
  details: Record<string, unknown>;
}

/** By operation id; one that is still under way, or whose end was never told, has none. */
export async function getOperationEnds(
  auditorDb: Database,
  operationIds: readonly string[],
): Promise<Map<string, OperationEnd>> {
  const rows = await auditorDb.$queryRaw<{ operationId: string; outcome: string; body: string }[]>`
    SELECT DISTINCT ON (operation_id) operation_id AS "operationId", outcome, body FROM audit.event
    WHERE operation_id = ANY(${[...operationIds]}::uuid[]) AND phase <> 'intent'
    ORDER BY operation_id, recorded_at DESC, event_id DESC`;
  return new Map(rows.map(({ operationId, outcome, body }) => [operationId, { outcome, details: detailsOf(body) }]));
}

/** How many operations came to what, most first; each is one, however many rows it left. Exact up to LARGEST_COUNT. */
export async function countExportEnds(
  auditorDb: Database,
  times: StandingTimes,
): Promise<{ outcome: string; count: number }[]> {
  const begun = conditionOf({ query: "exports", times, leavers: [] });
  return auditorDb.$queryRaw`
    SELECT coalesce(last.outcome, found.outcome) AS outcome, count(*)::int AS count
    FROM (SELECT e.operation_id, e.outcome FROM audit.event e WHERE ${begun} LIMIT ${LARGEST_COUNT + 1}) found
    LEFT JOIN LATERAL (SELECT o.outcome FROM audit.event o WHERE o.operation_id = found.operation_id AND o.phase = 'outcome'
      ORDER BY o.recorded_at DESC, o.event_id DESC LIMIT 1) last ON true
    GROUP BY 1 ORDER BY 2 DESC, 1`;
}

/** Newest first. Outcomes are no acts of their own; refused acts count, because they were tried. */
export async function listBursts(auditorDb: Database, times: StandingTimes): Promise<Burst[]> {
  const stretch = Prisma.sql`make_interval(mins => ${BURST_MINUTES}::int)`;
  return auditorDb.$queryRaw<Burst[]>`
    WITH act AS (
      SELECT e.actor_id, e.recorded_at, count(*) OVER (PARTITION BY e.actor_id ORDER BY e.recorded_at
        RANGE BETWEEN ${stretch} PRECEDING AND CURRENT ROW) AS acts
      FROM audit.event e WHERE e.actor_type = 'staff' AND e.phase <> 'outcome'
        AND e.action = ANY(${[...CHANGING_ACTIONS]}) AND ${inTimes(times)}
    ), dense AS (
      SELECT *, coalesce(recorded_at - lag(recorded_at) OVER of_actor > ${stretch}, true) AS begins
      FROM act WHERE acts > ${BURST_ACTS} WINDOW of_actor AS (PARTITION BY actor_id ORDER BY recorded_at)
    ), numbered AS (
      SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY actor_id ORDER BY recorded_at) AS burst FROM dense
    )
    SELECT actor_id AS "actorId", min(recorded_at) AS "firstAt", max(recorded_at) AS "lastAt", max(acts)::int AS "mostActs"
    FROM numbered GROUP BY actor_id, burst ORDER BY max(recorded_at) DESC, actor_id LIMIT ${LARGEST_COUNT}`;
}

const EXPORTS = AUDIT_ACTIONS.filter((action) => action.endsWith(".exported"));

function conditionOf({ query, times, leavers }: Asked): Prisma.Sql {
  switch (query) {
    case "refused":
      return Prisma.sql`${inTimes(times)} AND e.decision = 'deny'`;
    case "off_hours":
      return Prisma.sql`${inTimes(times)} AND e.actor_type = 'staff' AND (
        extract(isodow FROM e.recorded_at AT TIME ZONE 'UTC') > 5
        OR (e.recorded_at AT TIME ZONE 'UTC')::time < ${WORKING_HOURS.from}::time
        OR (e.recorded_at AT TIME ZONE 'UTC')::time >= ${WORKING_HOURS.until}::time)`;
    case "unproven_reveals":
      return unprovenReveals(times);
    case "left":
      return ofLeavers(
        times,
        leavers.map(({ id }) => id),
      );
    case "exports":
      // By the row that begins an operation: how it ended is told beside it.
      return Prisma.sql`${inTimes(times)} AND e.action = ANY(${[...EXPORTS]}) AND e.phase <> 'outcome'`;
  }
}

/** Those whose days for a proof ended within these times: a younger one may still be proven. */
function unprovenReveals(times: StandingTimes): Prisma.Sql {
  const hours = Prisma.sql`make_interval(hours => ${PROOF_DAYS * 24}::int)`;
  return Prisma.sql`${inTimes(proofTimes(times))} AND e.action = 'reauth_session.revealed' AND e.outcome = 'succeeded'
    AND NOT EXISTS (SELECT FROM audit.event proof WHERE proof.target_id = e.target_id
      AND proof.action = 'repair_case.verified' AND proof.recorded_at > e.recorded_at
      AND proof.recorded_at <= e.recorded_at + ${hours})`;
}

/** What they did, and sign-ins refused to them. */
function ofLeavers(times: StandingTimes, ids: string[]): Prisma.Sql {
  return Prisma.sql`${inTimes(times)} AND ((e.actor_type = 'staff' AND e.actor_id = ANY(${ids}))
    OR (e.action = 'staff.sign_in_refused' AND e.target_id = ANY(${ids})))`;
}

function inTimes({ from, until }: StandingTimes): Prisma.Sql {
  return Prisma.sql`e.recorded_at >= ${from} AND e.recorded_at < ${until}`;
}
