import { isAboutExchange, readingOf } from "#domain/event-topic.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import type { DwollaEvent } from "#dwolla/events.ts";
import type { Observation } from "#features/signals/mutations.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma, type DwollaEvent as StoredEvent } from "#platform/prisma-client/client.ts";
import { type EventEffect, PROCESS_EVENT_JOB } from "./schema.ts";

export interface EventArrival {
  event: DwollaEvent;
  /** Of the webhook it came in: what proves which bytes the signature was over. Null for one that was read from the list. */
  signed: { sha256: string; bytes: number } | null;
  arrivedAt: Date;
}

/** Of one event; what comes more often than this is counted. */
const KEPT_ARRIVALS = 20;

/**
 * Keeps events that came as webhooks, and queues those that have something to read: one statement, and so all or nothing. The same
 * event once more, in this call or any other, is counted and has no second effect, also where it was read from the list before.
 */
export async function storeDeliveries(db: Database, arrivals: readonly EventArrival[]): Promise<void> {
  await db.$executeRaw`
    WITH stored AS (
      INSERT INTO "DwollaEvent" AS known (id, topic, "createdAt", "resourceKind", "resourceId", "customerId", payload,
        "signedSha256", "signedBytes", "receivedAt", "lastReceivedAt", deliveries, arrivals, "processedAt", effect)
      SELECT DISTINCT ON (id) id, topic, "createdAt", "resourceKind", "resourceId", "customerId", payload,
        decode("signedSha256", 'hex'), "signedBytes", min("arrivedAt") OVER same, max("arrivedAt") OVER same, count(*) OVER same,
        (array_agg("arrivedAt") OVER same)[1:${KEPT_ARRIVALS}::int],
        CASE WHEN effect IS NOT NULL THEN "arrivedAt" END, effect
      FROM json_to_recordset(${eventRows(arrivals)}::json) AS given (id uuid, topic text, "createdAt" timestamptz,
        "resourceKind" text, "resourceId" uuid, "customerId" uuid, payload text, "signedSha256" text, "signedBytes" int,
        "arrivedAt" timestamptz, effect text)
      WINDOW same AS (PARTITION BY id ORDER BY "arrivedAt" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
      ORDER BY id, "arrivedAt"
      ON CONFLICT (id) DO UPDATE SET "receivedAt" = coalesce(known."receivedAt", excluded."receivedAt"),
        "signedSha256" = coalesce(known."signedSha256", excluded."signedSha256"),
        "signedBytes" = coalesce(known."signedBytes", excluded."signedBytes"),
        "lastReceivedAt" = excluded."lastReceivedAt", deliveries = known.deliveries + excluded.deliveries,
        arrivals = (known.arrivals || excluded.arrivals)[1:${KEPT_ARRIVALS}::int]
      RETURNING id, effect IS NULL AND xmax = 0 AS "isNew"
    )
    ${processJobsOf(Prisma.sql`SELECT id FROM stored WHERE "isNew"`)}`;
}

/**
 * Keeps a page of GET /events. Of those that never came as a webhook the ones that have something to read are queued.
 * `keepsOnly`: what is new is kept without reading anything but exchanges; for a backlog from before our time.
 * @returns how many of them were new to us.
 */
export async function storeReadEvents(
  tx: Transaction,
  arrivals: readonly EventArrival[],
  { keepsOnly }: { keepsOnly: boolean },
): Promise<number> {
  const [result] = await tx.$queryRaw<{ missed: bigint }[]>`
    WITH stored AS (
      INSERT INTO "DwollaEvent" AS known (id, topic, "createdAt", "resourceKind", "resourceId", "customerId", payload, "readAt",
        "processedAt", effect)
      SELECT DISTINCT ON (id) id, topic, "createdAt", "resourceKind", "resourceId", "customerId", payload, "arrivedAt",
        CASE WHEN effect IS NOT NULL THEN "arrivedAt" END, effect
      FROM json_to_recordset(${eventRows(arrivals, keepsOnly)}::json) AS given (id uuid, topic text, "createdAt" timestamptz,
        "resourceKind" text, "resourceId" uuid, "customerId" uuid, payload text, "arrivedAt" timestamptz, effect text)
      ORDER BY id
      ON CONFLICT (id) DO UPDATE SET "readAt" = excluded."readAt" WHERE known."readAt" IS NULL
      RETURNING id, effect IS NULL AND xmax = 0 AS "isToProcess", xmax = 0 AS "isNew"
    ), queued AS (
      ${processJobsOf(Prisma.sql`SELECT id FROM stored WHERE "isToProcess"`)}
    )
    SELECT count(*) FILTER (WHERE "isNew") AS missed, (SELECT count(*) FROM queued) FROM stored`;
  return Number(result?.missed ?? 0);
}

/** All at once: a call for each would look up the task, and wake the workers, each time anew. */
function processJobsOf(events: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT FROM (
      SELECT array_agg((${PROCESS_EVENT_JOB}, json_build_object('eventId', id), NULL, NULL, 8, ${`${PROCESS_EVENT_JOB}/`} || id,
        NULL, NULL)::graphile_worker.job_spec) AS specs
      FROM (${events}) AS event HAVING count(*) > 0
    ) AS wanted, LATERAL graphile_worker.add_jobs(wanted.specs)`;
}

/** An event of which nothing is to be read is done with as it is stored. */
function eventRows(arrivals: readonly EventArrival[], keepsOnly = false): string {
  return bulkRows(
    arrivals.map(({ event: { resource, ...event }, signed, arrivedAt }) => ({
      ...event,
      resourceKind: resource?.kind ?? null,
      resourceId: resource?.id ?? null,
      signedSha256: signed?.sha256 ?? null,
      signedBytes: signed?.bytes ?? null,
      arrivedAt,
      effect: effectWithoutReading(event.topic, resource?.kind ?? null, keepsOnly),
    })),
  );
}

function effectWithoutReading(topic: string, resourceKind: string | null, keepsOnly: boolean): EventEffect | null {
  const reading = readingOf(topic, resourceKind);
  if (reading === null) return isAboutExchange(topic) ? "unreadable_link" : "no_reading";
  return keepsOnly && reading !== "exchange" ? "backlog" : null;
}

interface Settled {
  eventId: string;
  effect: EventEffect;
  openedCaseIds?: readonly string[] | undefined;
  now: Date;
}

/** Says what processing came to, once. */
export async function settleEvent(
  tx: Transaction,
  { eventId, effect, openedCaseIds = [], now }: Settled,
): Promise<void> {
  await tx.dwollaEvent.updateMany({
    where: { id: eventId, processedAt: null },
    data: { processedAt: now, effect, openedCaseIds: [...openedCaseIds] },
  });
}

/** Of those that a replay has processed, whatever came of them before. */
export async function settleReplayed(
  tx: Transaction,
  events: readonly { id: string; openedCaseIds: string[] }[],
  now: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "DwollaEvent" AS stored SET effect = ${"read" satisfies EventEffect}, "processedAt" = ${now},
      "openedCaseIds" = given."openedCaseIds"
    FROM json_to_recordset(${bulkRows(events)}::json) AS given (id uuid, "openedCaseIds" uuid[])
    WHERE stored.id = given.id`;
}

/** Of those that were processed: anew, from the beginning. One that waits is put into the queue again. */
export async function requeueEvents(tx: Transaction, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.dwollaEvent.updateMany({ where: { id: { in: [...eventIds] } }, data: { processedAt: null, effect: null } });
  await tx.$executeRaw`${processJobsOf(Prisma.sql`SELECT unnest(${eventIds}::uuid[]) AS id`)}`;
}

type EventFacts = Pick<StoredEvent, "id" | "topic" | "createdAt" | "receivedAt" | "resourceId">;

/** What an event says of its link, dated by the event: when it is processed changes nothing. */
export function eventObservation(event: EventFacts, customerId: CustomerId, observedAt: Date): Observation {
  return {
    customerId,
    kind: "event",
    exchangeId: event.resourceId as ExchangeId,
    fundingSourceId: null,
    value: event.topic,
    source: sourceOf(event),
    observedAt,
    speaksOfAt: event.createdAt,
    upstreamRequestId: null,
    eventId: event.id,
  };
}

export function sourceOf({ receivedAt }: Pick<StoredEvent, "receivedAt">): "webhook" | "catch_up" {
  return receivedAt === null ? "catch_up" : "webhook";
}
