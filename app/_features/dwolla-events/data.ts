import { DELIVERY_GRACE_MS, type Delivery } from "#domain/event-delivery.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import type { EventsAddress } from "./schema.ts";

/** Instants are ISO 8601. */
export interface EventView {
  id: string;
  topic: string;
  resourceKind: string | null;
  resourceId: string | null;
  customerId: string | null;
  /** Whether the desk has a page of the resource, or of its customer. */
  isKnownExchange: boolean;
  isKnownCustomer: boolean;
  createdAt: string;
  receivedAt: string | null;
  readAt: string | null;
  deliveries: number;
  delivery: Delivery;
  /** Null while it is not processed. */
  effect: string | null;
}

export interface EventsPage {
  events: EventView[];
  total: number;
  /** Those newer than the first of this page. */
  newer: number;
}

/** Between the event and its webhook, over the last 24 hours. Null where none came. */
export interface WebhookLag {
  lastReceivedAt: string | null;
  received: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

export const EVENTS_PER_PAGE = 50;
const DAY_MS = 86_400_000;

/** One page, newest first, with the exact count of what the address asks for: a single statement, and so of one instant. */
export async function listEvents(db: Database, address: EventsAddress, now: Date): Promise<EventsPage> {
  const { after, before } = address;
  const place = after ?? before;
  const isBeyond = place ? beyond(place, after ? Prisma.sql`<` : Prisma.sql`>`) : Prisma.sql`true`;
  const order = !after && before ? Prisma.sql`"createdAt", id` : Prisma.sql`"createdAt" DESC, id DESC`;
  const [result] = await db.$queryRaw<{ total: bigint; newer: bigint; events: EventView[] | null }[]>`
    WITH fitting AS NOT MATERIALIZED (SELECT * FROM (${eventsWithDelivery(now)}) AS event WHERE true ${filterOf(address, now)}),
      page AS MATERIALIZED (SELECT * FROM fitting WHERE ${isBeyond} ORDER BY ${order} LIMIT ${EVENTS_PER_PAGE}),
      shown AS (SELECT page.*,
        EXISTS (SELECT FROM "Exchange" WHERE id = page."resourceId") AS "isKnownExchange",
        EXISTS (SELECT FROM "Customer" WHERE id = page."customerId") AS "isKnownCustomer" FROM page)
    SELECT (SELECT count(*) FROM fitting) AS total,
      (SELECT count(*) FROM fitting WHERE ("createdAt", id) >
        (SELECT "createdAt", id FROM page ORDER BY "createdAt" DESC, id DESC LIMIT 1)) AS newer,
      (SELECT jsonb_agg(to_jsonb(shown) ORDER BY "createdAt" DESC, id DESC) FROM shown) AS events`;
  return { events: result?.events ?? [], total: Number(result?.total ?? 0), newer: Number(result?.newer ?? 0) };
}

/** How many events came which way, of all or of those that the address asks for. */
export async function countDeliveries(
  db: Database,
  now: Date,
  { topic, resource, received }: EventsAddress = {},
): Promise<ReadonlyMap<Delivery, number>> {
  const rows = await db.$queryRaw<{ delivery: Delivery; events: bigint }[]>`
    SELECT delivery, count(*) AS events FROM (${eventsWithDelivery(now)}) AS event
    WHERE true ${filterOf({ topic, resource, received }, now)} GROUP BY delivery`;
  return new Map(rows.map(({ delivery, events }) => [delivery, Number(events)]));
}

/** What the topic filter offers: every topic that ever came, by name. */
export async function listTopics(db: Database): Promise<string[]> {
  const topics = await db.dwollaEvent.groupBy({ by: ["topic"], orderBy: { topic: "asc" } });
  return topics.map(({ topic }) => topic);
}

/** Nothing lies beyond an event that is not there. */
function beyond(eventId: string, comparison: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`("createdAt", id) ${comparison} (SELECT "createdAt", id FROM "DwollaEvent" WHERE id = ${eventId}::uuid)`;
}

function filterOf({ topic, resource, delivery, received }: EventsAddress, now: Date): Prisma.Sql {
  const conditions = [
    topic && Prisma.sql`AND topic = ${topic}`,
    resource && Prisma.sql`AND ("resourceId" = ${resource}::uuid OR "customerId" = ${resource}::uuid)`,
    delivery && Prisma.sql`AND delivery = ${delivery}`,
    received && Prisma.sql`AND "receivedAt" > ${new Date(now.getTime() - DAY_MS)}`,
  ].filter((condition) => condition instanceof Prisma.Sql);
  return conditions.length > 0 ? Prisma.join(conditions, " ") : Prisma.empty;
}

/** The table of event-delivery.ts in SQL. We listen since the first webhook that ever came, or since a catch-up had finished. */
function eventsWithDelivery(now: Date): Prisma.Sql {
  const grace = new Date(now.getTime() - DELIVERY_GRACE_MS);
  return Prisma.sql`
    SELECT id, topic, "resourceKind", "resourceId", "customerId", "createdAt", "receivedAt", "readAt", deliveries, effect,
      CASE WHEN "receivedAt" IS NOT NULL THEN
          CASE WHEN "readAt" < "receivedAt" THEN 'late' WHEN deliveries > 1 THEN 'duplicate' ELSE 'delivered' END
        WHEN "createdAt" < coalesce(listening.since, 'infinity') THEN 'before'
        WHEN "readAt" > ${grace} THEN 'on_its_way'
        ELSE 'lost' END AS delivery
    FROM "DwollaEvent", (SELECT least(
      (SELECT min("receivedAt") FROM "DwollaEvent"),
      (SELECT min("finishedAt") FROM "CatchUp" WHERE state = 'finished')) AS since) AS listening`;
}

export async function getWebhookLag(db: Database): Promise<WebhookLag> {
  const [lag] = await db.$queryRaw<
    { last: Date | null; received: bigint; p50Ms: number | null; p95Ms: number | null }[]
  >`
    SELECT (SELECT max("lastReceivedAt") FROM "DwollaEvent") AS last, count(*) AS received,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY lag)::float8 AS "p50Ms",
      percentile_disc(0.95) WITHIN GROUP (ORDER BY lag)::float8 AS "p95Ms"
    FROM (SELECT greatest(0, extract(epoch FROM "receivedAt" - "createdAt") * 1000) AS lag FROM "DwollaEvent"
      WHERE "receivedAt" > now() - interval '1 day') AS event`;
  return {
    lastReceivedAt: lag?.last?.toISOString() ?? null,
    received: Number(lag?.received ?? 0),
    p50Ms: lag?.p50Ms ?? null,
    p95Ms: lag?.p95Ms ?? null,
  };
}
