import { DELIVERY_GRACE_MS, type Delivery } from "#domain/event-delivery.ts";
import type { RepairCaseState } from "#domain/repair-case.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import type { EffectFilter, EventPeriod, EventsAddress } from "./schema.ts";

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
  /** Of the repair cases that were opened because of it. */
  openedCaseIds: string[];
}

/** One event with everything that is known about it. Instants are ISO 8601. */
export interface EventInFull extends EventView {
  /** The first webhooks of it, oldest first; `deliveries` counts all. */
  arrivals: string[];
  lastReceivedAt: string | null;
  processedAt: string | null;
  /** Of its JSON what may be kept; null where it came before the desk kept anything less than all. */
  payload: string | null;
  /** Of its first webhook, in hex; null where none came, or only before the desk kept this. */
  signed: { sha256: string; bytes: number } | null;
  signal: { value: string; speaksOfAt: string; observedAt: string } | null;
  openedCases: { id: string; exchangeId: string; state: RepairCaseState; openedAt: string }[];
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
const PERIOD_MS: Record<EventPeriod, number> = {
  "1h": DAY_MS / 24,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
};

const PAGES_OF_EVENT = Prisma.sql`
  EXISTS (SELECT FROM "Exchange" WHERE id = event."resourceId") AS "isKnownExchange",
  EXISTS (SELECT FROM "Customer" WHERE id = event."customerId") AS "isKnownCustomer"`;

/** One page, newest first, with the exact count of what the address asks for: a single statement, and so of one instant. */
export async function listEvents(db: Database, address: EventsAddress, now: Date): Promise<EventsPage> {
  const { after, before } = address;
  const place = after ?? before;
  const isBeyond = place ? beyond(place, after ? Prisma.sql`<` : Prisma.sql`>`) : Prisma.sql`true`;
  const order = !after && before ? Prisma.sql`"createdAt", id` : Prisma.sql`"createdAt" DESC, id DESC`;
  const [result] = await db.$queryRaw<{ total: bigint; newer: bigint; events: EventView[] | null }[]>`
    WITH fitting AS NOT MATERIALIZED (SELECT * FROM (${eventsWithDelivery(now)}) AS event WHERE true ${filterOf(address, now)}),
      page AS MATERIALIZED (SELECT * FROM fitting WHERE ${isBeyond} ORDER BY ${order} LIMIT ${EVENTS_PER_PAGE}),
      shown AS (SELECT event.*, ${PAGES_OF_EVENT} FROM page AS event)
    SELECT (SELECT count(*) FROM fitting) AS total,
      (SELECT count(*) FROM fitting WHERE ("createdAt", id) >
        (SELECT "createdAt", id FROM page ORDER BY "createdAt" DESC, id DESC LIMIT 1)) AS newer,
      (SELECT jsonb_agg(to_jsonb(shown) ORDER BY "createdAt" DESC, id DESC) FROM shown) AS events`;
  return { events: result?.events ?? [], total: Number(result?.total ?? 0), newer: Number(result?.newer ?? 0) };
}

/** The newest of those that the address asks for, wherever its page begins, and how many there are. */
export async function listEventIds(
  db: Database,
  address: EventsAddress,
  { now, limit }: { now: Date; limit: number },
): Promise<{ eventIds: string[]; total: number }> {
  const rows = await db.$queryRaw<{ id: string; total: bigint }[]>`
    SELECT id, count(*) OVER () AS total FROM (${eventsWithDelivery(now)}) AS event
    WHERE true ${filterOf(address, now)} ORDER BY "createdAt" DESC, id DESC LIMIT ${limit}`;
  return { eventIds: rows.map(({ id }) => id), total: Number(rows[0]?.total ?? 0) };
}

/** Null where nobody knows it. */
export async function getEvent(db: Database, eventId: string, now: Date): Promise<EventInFull | null> {
  const [rows, stored] = await Promise.all([
    db.$queryRaw<{ view: EventView }[]>`
      SELECT to_jsonb(shown) AS view FROM (SELECT event.*, ${PAGES_OF_EVENT} FROM (${eventsWithDelivery(now)}) AS event
        WHERE event.id = ${eventId}::uuid) AS shown`,
    db.dwollaEvent.findUnique({ where: { id: eventId } }),
  ]);
  const event = rows[0]?.view;
  if (!event || !stored) return null;
  const [signal, cases] = await Promise.all([
    db.signal.findUnique({ where: { eventId } }),
    db.repairCase.findMany({ where: { id: { in: stored.openedCaseIds } }, orderBy: { openedAt: "asc" } }),
  ]);
  const { payload, signedSha256, signedBytes, arrivals, lastReceivedAt, processedAt } = stored;
  return {
    ...event,
    payload,
    signed: signedSha256 && { sha256: Buffer.from(signedSha256).toString("hex"), bytes: signedBytes ?? 0 },
    arrivals: arrivals.map((arrival) => arrival.toISOString()),
    lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
    processedAt: processedAt?.toISOString() ?? null,
    signal: signal && {
      value: signal.value,
      speaksOfAt: signal.speaksOfAt.toISOString(),
      observedAt: signal.observedAt.toISOString(),
    },
    openedCases: cases.map(({ id, exchangeId, state, openedAt }) => {
      return { id, exchangeId, state, openedAt: openedAt.toISOString() };
    }),
  };
}

/** How many events came which way, of all or of those that the address asks for. */
export async function countDeliveries(
  db: Database,
  now: Date,
  { delivery: _, ...others }: EventsAddress = {},
): Promise<ReadonlyMap<Delivery, number>> {
  const rows = await db.$queryRaw<{ delivery: Delivery; events: bigint }[]>`
    SELECT delivery, count(*) AS events FROM (${eventsWithDelivery(now)}) AS event
    WHERE true ${filterOf(others, now)} GROUP BY delivery`;
  return new Map(rows.map(({ delivery, events }) => [delivery, Number(events)]));
}

/** What the topic filter offers: every topic that ever came, by name. */
export async function listTopics(db: Database): Promise<string[]> {
  const topics = await db.dwollaEvent.groupBy({ by: ["topic"], orderBy: { topic: "asc" } });
  return topics.map(({ topic }) => topic);
}

export async function listTopicsOf(tx: Transaction, eventIds: readonly string[]): Promise<string[]> {
  const topics = await tx.dwollaEvent.groupBy({ by: ["topic"], where: { id: { in: [...eventIds] } } });
  return topics.map(({ topic }) => topic);
}

/** Nothing lies beyond an event that is not there. */
function beyond(eventId: string, comparison: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`("createdAt", id) ${comparison} (SELECT "createdAt", id FROM "DwollaEvent" WHERE id = ${eventId}::uuid)`;
}

function filterOf(address: EventsAddress, now: Date): Prisma.Sql {
  const { topic, resource, delivery, received, effect, found, period } = address;
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const conditions = [
    topic && Prisma.sql`AND topic = ${topic}`,
    resource &&
      Prisma.sql`AND ("resourceId" = ${resource}::uuid OR "customerId" = ${resource}::uuid OR id = ${resource}::uuid)`,
    delivery && Prisma.sql`AND delivery = ${delivery}`,
    received && Prisma.sql`AND "receivedAt" > ${ago(DAY_MS)}`,
    effect && withEffect(effect),
    found && Prisma.sql`AND coalesce("receivedAt" <= coalesce("readAt", 'infinity'), false) = ${found === "webhook"}`,
    period && Prisma.sql`AND "createdAt" > ${ago(PERIOD_MS[period])}`,
  ].filter((condition) => condition instanceof Prisma.Sql);
  return conditions.length > 0 ? Prisma.join(conditions, " ") : Prisma.empty;
}

function withEffect(effect: EffectFilter): Prisma.Sql {
  if (effect === "waiting") return Prisma.sql`AND effect IS NULL`;
  return effect === "case_opened" ? Prisma.sql`AND "openedCaseIds" <> '{}'` : Prisma.sql`AND effect = ${effect}`;
}

/** The table of event-delivery.ts in SQL. We listen since the first webhook that ever came, or since a catch-up had finished. */
function eventsWithDelivery(now: Date): Prisma.Sql {
  const grace = new Date(now.getTime() - DELIVERY_GRACE_MS);
  return Prisma.sql`
    SELECT id, topic, "resourceKind", "resourceId", "customerId", "createdAt", "receivedAt", "readAt", deliveries, effect,
      "openedCaseIds",
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
