import { getStaffNames } from "#features/staff/data.ts";
import type { Database, Transaction } from "#platform/database-client.ts";

/** What the desk knows about an event as far as it decides what a replay does. */
export interface ReplaySubject {
  id: string;
  topic: string;
  createdAt: Date;
  receivedAt: Date | null;
  readAt: Date | null;
  resourceKind: string | null;
  resourceId: string | null;
  effect: string | null;
  /** Of the link it is about, where that is known. */
  exchangeCustomerId: string | null;
  hasSignal: boolean;
  isProvenSince: boolean;
  lastReplayAt: Date | null;
}

/** Oldest first, as they happened. An id that nobody knows is left out. */
export function listReplaySubjects(tx: Transaction, eventIds: readonly string[]): Promise<ReplaySubject[]> {
  return tx.$queryRaw<ReplaySubject[]>`
    SELECT event.id, topic, event."createdAt", "receivedAt", "readAt", "resourceKind", "resourceId", effect,
      exchange."customerId" AS "exchangeCustomerId",
      EXISTS (SELECT FROM "Signal" WHERE "eventId" = event.id) AS "hasSignal",
      EXISTS (SELECT FROM "RepairCase" AS repair JOIN "Signal" AS proof ON proof.id = repair."provenById"
        WHERE repair."exchangeId" = exchange.id AND repair.state = 'verified' AND proof."speaksOfAt" > event."createdAt")
        AS "isProvenSince",
      (SELECT max("replayedAt") FROM "EventReplay" WHERE "eventId" = event.id) AS "lastReplayAt"
    FROM "DwollaEvent" AS event
    LEFT JOIN "Exchange" AS exchange ON event."resourceKind" = 'exchanges' AND exchange.id = event."resourceId"
    WHERE event.id = ANY(${eventIds}::uuid[]) ORDER BY event."createdAt", event.id`;
}

export async function getLastReplayBy(tx: Transaction, staffMemberId: string): Promise<Date | null> {
  const last = await tx.eventReplay.aggregate({
    where: { replayedById: staffMemberId },
    _max: { replayedAt: true },
  });
  return last._max.replayedAt;
}

/** One replay of an event. `replayedAt` is ISO 8601. */
export interface EventReplayView {
  operationId: string;
  replayedAt: string;
  by: string;
  result: string;
}

const SHOWN_REPLAYS = 20;

/** Newest first. */
export async function listReplays(db: Database, eventId: string): Promise<EventReplayView[]> {
  const replays = await db.eventReplay.findMany({
    where: { eventId },
    orderBy: { replayedAt: "desc" },
    take: SHOWN_REPLAYS,
  });
  const names = await getStaffNames(
    db,
    replays.map(({ replayedById }) => replayedById),
  );
  return replays.map(({ operationId, replayedAt, replayedById, result }) => ({
    operationId,
    replayedAt: replayedAt.toISOString(),
    by: names.get(replayedById) ?? replayedById,
    result,
  }));
}

/** One event of a replay; `topic` is null where the event itself has been dropped since. */
export interface ReplayedEventView {
  eventId: string;
  result: string;
  topic: string | null;
}

/** All events of one replay, as many as one takes. */
export function listReplayedEvents(db: Database, operationId: string): Promise<ReplayedEventView[]> {
  return db.$queryRaw<ReplayedEventView[]>`
    SELECT "eventId", result, topic FROM "EventReplay" LEFT JOIN "DwollaEvent" AS event ON event.id = "eventId"
    WHERE "operationId" = ${operationId}::uuid ORDER BY event."createdAt", "eventId"`;
}
