import { listIdsBehind } from "#features/dwolla-calls/data.ts";
import { getStaffNames } from "#features/staff/data.ts";
import type { Database } from "#platform/database-client.ts";

/** An event about a link, as the desk has it. */
export interface LinkEvent {
  id: string;
  topic: string;
  receivedAt: Date | null;
  readAt: Date | null;
  processedAt: Date | null;
  effect: string | null;
}

export interface LinkCall {
  id: string;
  calledAt: Date;
  process: string;
  method: string;
  pathTemplate: string;
  status: number | null;
  errorKind: string | null;
  durationMs: number;
  /** Who pressed or looked; null for jobs. */
  staffName: string | null;
  act: string | null;
  causeRequestId: string | null;
  concernsType: string | null;
  concernsId: string | null;
  /** Of what the call was made for, where that is this link or belongs to it. */
  exchangeId: string | null;
}

const MOST_OF_A_KIND = 200;
const CALL_FIELDS = {
  id: true,
  calledAt: true,
  process: true,
  method: true,
  pathTemplate: true,
  status: true,
  errorKind: true,
  durationMs: true,
  staffMemberId: true,
  act: true,
  causeRequestId: true,
  concernsType: true,
  concernsId: true,
};

export async function listLinkEvents(db: Database, exchangeId: string): Promise<LinkEvent[]> {
  return db.dwollaEvent.findMany({
    where: { resourceId: exchangeId },
    orderBy: { createdAt: "desc" },
    take: MOST_OF_A_KIND,
    select: { id: true, topic: true, receivedAt: true, readAt: true, processedAt: true, effect: true },
  });
}

/** Calls about the link since then, newest first: of itself, its customer, their accounts, its sessions, proofs and events. */
export async function listLinkCalls(
  db: Database,
  { exchangeId, otherIds }: { exchangeId: string; otherIds: readonly string[] },
  since: Date,
): Promise<LinkCall[]> {
  const ownIds = await listIdsBehind(db, exchangeId);
  const ids = [...otherIds, ...ownIds];
  const calls = await db.dwollaCall.findMany({
    where: { calledAt: { gte: since }, OR: [{ subjectId: { in: ids } }, { concernsId: { in: ids } }] },
    orderBy: [{ calledAt: "desc" }, { id: "desc" }],
    take: MOST_OF_A_KIND,
    select: CALL_FIELDS,
  });
  const names = await getStaffNames(
    db,
    calls.flatMap(({ staffMemberId }) => staffMemberId ?? []),
  );
  return calls.map(({ staffMemberId, ...call }) => ({
    ...call,
    id: String(call.id),
    staffName: staffMemberId && (names.get(staffMemberId) ?? null),
    exchangeId: call.concernsId !== null && ownIds.includes(call.concernsId) ? exchangeId : null,
  }));
}

/** A row of the trail about the link or one of its sessions, or about what was made to go wrong for everybody. */
export interface TrailRow {
  eventId: string;
  operationId: string;
  at: Date;
  action: string;
  phase: string;
  outcome: string;
  /** A person's name, or which job. */
  by: string;
}

interface StoredRow extends Omit<TrailRow, "by"> {
  actorType: string;
  actorId: string;
}

/** What the desk names everybody by is on its own connection, the trail on the auditor's. */
export async function listTrailRows(
  { db, auditor }: { db: Database; auditor: Database },
  ids: readonly string[],
  since: Date,
): Promise<TrailRow[]> {
  const rows = await auditor.$queryRaw<StoredRow[]>`
    SELECT event_id::text AS "eventId", operation_id::text AS "operationId", recorded_at AS at, action, phase, outcome,
      actor_type AS "actorType", actor_id AS "actorId"
    FROM audit.event
    WHERE (target_id = ANY(${[...ids]}) OR action = 'simulator.conditions_changed')
      AND recorded_at >= ${since} AND action <> 'audit.viewed'
    ORDER BY recorded_at DESC, event_id DESC LIMIT ${MOST_OF_A_KIND}`;
  const names = await getStaffNames(
    db,
    rows.filter(({ actorType }) => actorType === "staff").map(({ actorId }) => actorId),
  );
  return rows.map(({ actorType, actorId, ...row }) => ({
    ...row,
    by: names.get(actorId) ?? (actorType === "staff" ? "somebody who is no staff any more" : actorId),
  }));
}

/** When this person last looked at the trail of this link; null when never. */
export async function getLastLook(auditor: Database, actorId: string, exchangeId: string): Promise<Date | null> {
  const [row] = await auditor.$queryRaw<{ at: Date }[]>`
    SELECT recorded_at AS at FROM audit.event
    WHERE target_id = ${exchangeId} AND actor_id = ${actorId} AND action = 'audit.viewed'
    ORDER BY recorded_at DESC LIMIT 1`;
  return row?.at ?? null;
}
