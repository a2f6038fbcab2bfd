import { isAboutExchange, readingOf } from "#domain/event-topic.ts";
import type { DwollaEvent } from "#dwolla/events.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { type EventEffect, PROCESS_EVENT_JOB } from "./schema.ts";

/** An event with the exact bytes it came in. */
export interface EventArrival {
  event: DwollaEvent;
  body: Uint8Array;
  arrivedAt: Date;
}

/**
 * Keeps events that came as webhooks, and queues those that have something to read: one statement, and so all or nothing. The same
 * event once more, in this call or any other, is counted and has no second effect, also where it was read from the list before.
 */
export async function storeDeliveries(db: Database, arrivals: readonly EventArrival[]): Promise<void> {
  await db.$executeRaw`
    WITH stored AS (
      INSERT INTO "DwollaEvent" AS known (id, topic, "createdAt", "resourceKind", "resourceId", "customerId", body, "receivedAt",
        "lastReceivedAt", deliveries, "processedAt", effect)
      SELECT DISTINCT ON (id) id, topic, "createdAt", "resourceKind", "resourceId", "customerId", decode(body, 'base64'),
        min("arrivedAt") OVER same, max("arrivedAt") OVER same, count(*) OVER same,
        CASE WHEN effect IS NOT NULL THEN "arrivedAt" END, effect
      FROM json_to_recordset(${eventRows(arrivals)}::json) AS given (id uuid, topic text, "createdAt" timestamptz,
        "resourceKind" text, "resourceId" uuid, "customerId" uuid, body text, "arrivedAt" timestamptz, effect text)
      WINDOW same AS (PARTITION BY id)
      ORDER BY id
      ON CONFLICT (id) DO UPDATE SET "receivedAt" = coalesce(known."receivedAt", excluded."receivedAt"),
        "lastReceivedAt" = excluded."lastReceivedAt", deliveries = known.deliveries + excluded.deliveries
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
      INSERT INTO "DwollaEvent" AS known (id, topic, "createdAt", "resourceKind", "resourceId", "customerId", body, "readAt",
        "processedAt", effect)
      SELECT DISTINCT ON (id) id, topic, "createdAt", "resourceKind", "resourceId", "customerId", decode(body, 'base64'),
        "arrivedAt", CASE WHEN effect IS NOT NULL THEN "arrivedAt" END, effect
      FROM json_to_recordset(${eventRows(arrivals, keepsOnly)}::json) AS given (id uuid, topic text, "createdAt" timestamptz,
        "resourceKind" text, "resourceId" uuid, "customerId" uuid, body text, "arrivedAt" timestamptz, effect text)
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
    arrivals.map(({ event: { resource, ...event }, body, arrivedAt }) => ({
      ...event,
      resourceKind: resource?.kind ?? null,
      resourceId: resource?.id ?? null,
      body: Buffer.from(body).toString("base64"),
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

/** Says what processing came to, once. */
export async function settleEvent(
  tx: Transaction,
  { eventId, effect, now }: { eventId: string; effect: EventEffect; now: Date },
): Promise<void> {
  await tx.dwollaEvent.updateMany({
    where: { id: eventId, processedAt: null },
    data: { processedAt: now, effect },
  });
}
