import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DELIVERY_GRACE_MS } from "#domain/event-delivery.ts";
import {
  countDeliveries,
  EVENTS_PER_PAGE,
  getEvent,
  getWebhookLag,
  listEventIds,
  listEvents,
  listTopics,
} from "#features/dwolla-events/data.ts";
import { countWebhookRefusals, getWebhookSilence } from "#features/webhooks/data.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const CUSTOMER_ID = randomUUID();

let database: TestDatabase;
let ctx: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" });
});

afterEach(async () => {
  await ctx.db.dwollaEvent.deleteMany();
  await ctx.db.catchUp.deleteMany();
  await ctx.db.webhookRefusal.deleteMany();
});

afterAll(async () => {
  await ctx.close();
  await database.drop();
});

describe("the silence of webhooks", () => {
  const silence = () => getWebhookSilence(ctx.db, { now: NOW, silenceMinutes: 60 });

  test("is none before anything is known, and while webhooks come", async () => {
    expect(await silence()).toBeNull();
    await happen({ createdAt: minutesAgo(61), receivedAt: minutesAgo(60) });
    expect(await silence()).toBeNull();
  });

  test("begins with the last webhook, and counts what Dwolla lists of this time", async () => {
    await happen({ createdAt: minutesAgo(90), receivedAt: minutesAgo(61) });
    const since = minutesAgo(61).toISOString();
    expect(await silence()).toEqual({ since, hasEverHeard: true, eventsMeanwhile: 0 });
    await happen({ createdAt: minutesAgo(30), readAt: minutesAgo(5) });
    expect(await silence()).toEqual({ since, hasEverHeard: true, eventsMeanwhile: 1 });
  });

  test("begins with the first catch-up where no webhook ever came", async () => {
    await caughtUp(minutesAgo(70));
    expect(await silence()).toEqual({
      since: minutesAgo(70).toISOString(),
      hasEverHeard: false,
      eventsMeanwhile: 0,
    });
  });
});

describe("deliveries", () => {
  test.each([0, 1, 7])("%i of 12 that never came are counted as exactly so many lost", async (lost) => {
    await caughtUp(minutesAgo(600));
    for (let made = 0; made < 12; made += 1) {
      const createdAt = minutesAgo(100 + made);
      await happen(made < lost ? { createdAt, readAt: minutesAgo(50) } : { createdAt, receivedAt: createdAt });
    }
    const counts = await countDeliveries(ctx.db, NOW);
    expect(counts.get("lost") ?? 0).toBe(lost);
    expect(counts.get("delivered") ?? 0).toBe(12 - lost);
    const { total, events } = await listEvents(ctx.db, { delivery: "lost" }, NOW);
    expect([total, events.length]).toEqual([lost, lost]);
  });

  test("are each of the kinds that its times make it", async () => {
    await caughtUp(minutesAgo(600));
    await happen({ createdAt: minutesAgo(700), readAt: minutesAgo(600) });
    await happen({ createdAt: minutesAgo(100), receivedAt: minutesAgo(100), deliveries: 2 });
    await happen({ createdAt: minutesAgo(90), readAt: minutesAgo(80), receivedAt: minutesAgo(70) });
    await happen({ createdAt: minutesAgo(3), readAt: new Date(NOW.getTime() - DELIVERY_GRACE_MS + 1) });
    await happen({ createdAt: minutesAgo(4), readAt: new Date(NOW.getTime() - DELIVERY_GRACE_MS) });
    await happen({ createdAt: minutesAgo(1), receivedAt: NOW });
    expect(Object.fromEntries(await countDeliveries(ctx.db, NOW))).toEqual({
      before: 1,
      duplicate: 1,
      late: 1,
      on_its_way: 1,
      lost: 1,
      delivered: 1,
    });
  });
});

describe("the list of events", () => {
  test("has every event once over its pages, forwards and back, also of one instant", async () => {
    const count = 2 * EVENTS_PER_PAGE + 5;
    const createdAt = minutesAgo(10);
    for (let made = 0; made < count; made += 1) await happen({ createdAt, receivedAt: createdAt });
    const first = await listEvents(ctx.db, {}, NOW);
    const second = await listEvents(ctx.db, { after: first.events.at(-1)?.id }, NOW);
    const third = await listEvents(ctx.db, { after: second.events.at(-1)?.id }, NOW);
    const pages = [first, second, third];
    expect(pages.map(({ total, newer, events }) => [total, newer, events.length])).toEqual([
      [count, 0, EVENTS_PER_PAGE],
      [count, EVENTS_PER_PAGE, EVENTS_PER_PAGE],
      [count, 2 * EVENTS_PER_PAGE, 5],
    ]);
    expect(new Set(pages.flatMap(({ events }) => events.map(({ id }) => id))).size).toBe(count);
    expect(await listEvents(ctx.db, { before: third.events[0]?.id }, NOW)).toEqual(second);
    expect(await listEvents(ctx.db, { before: second.events[0]?.id }, NOW)).toEqual(first);
  });

  test("is empty beyond an event that is not there, and keeps its count", async () => {
    await happen({ createdAt: minutesAgo(1), receivedAt: NOW });
    expect(await listEvents(ctx.db, { after: randomUUID() }, NOW)).toEqual({ events: [], total: 1, newer: 0 });
  });

  test("is filtered by topic and by what it is about, the customer included", async () => {
    const resourceId = randomUUID();
    await happen({ createdAt: minutesAgo(2), receivedAt: NOW, topic: "customer_suspended", resourceId });
    await happen({ createdAt: minutesAgo(1), receivedAt: NOW, topic: "customer_activated", customerId: CUSTOMER_ID });
    const totalOf = async (address: Parameters<typeof listEvents>[1]) => (await listEvents(ctx.db, address, NOW)).total;
    expect(await totalOf({ topic: "customer_suspended" })).toBe(1);
    expect(await totalOf({ resource: resourceId })).toBe(1);
    expect(await totalOf({ resource: CUSTOMER_ID })).toBe(1);
    expect(await totalOf({ resource: CUSTOMER_ID, topic: "customer_suspended" })).toBe(0);
    expect(Object.fromEntries(await countDeliveries(ctx.db, NOW, { resource: resourceId }))).toEqual({ delivered: 1 });
    expect(await listTopics(ctx.db)).toEqual(["customer_activated", "customer_suspended"]);
  });

  test("is filtered by its own id, by what came of it, by how it was found and by when it happened", async () => {
    await happen({ createdAt: minutesAgo(2), receivedAt: NOW, effect: "read", openedCaseIds: [randomUUID()] });
    await happen({ createdAt: minutesAgo(90), readAt: minutesAgo(80), effect: "backlog" });
    await happen({ createdAt: minutesAgo(90), readAt: minutesAgo(80), receivedAt: minutesAgo(70) });
    const found = async (address: Parameters<typeof listEvents>[1]) => {
      const { total, events } = await listEvents(ctx.db, address, NOW);
      expect(total).toBe(events.length);
      return events.map(({ effect }) => effect);
    };
    expect(await found({ effect: "case_opened" })).toEqual(["read"]);
    expect(await found({ effect: "backlog" })).toEqual(["backlog"]);
    expect(await found({ effect: "waiting" })).toEqual([null]);
    expect(await found({ found: "webhook" })).toEqual(["read"]);
    expect((await found({ found: "catch_up" })).toSorted()).toEqual(["backlog", null]);
    expect(await found({ period: "1h" })).toEqual(["read"]);
    const { id } = await ctx.db.dwollaEvent.findFirstOrThrow({ where: { effect: "backlog" } });
    expect(await found({ resource: id })).toEqual(["backlog"]);
    const filter = { found: "catch_up" } as const;
    expect(await listEventIds(ctx.db, filter, { now: NOW, limit: 1 })).toMatchObject({ total: 2 });
    expect(Object.fromEntries(await countDeliveries(ctx.db, NOW, { ...filter, delivery: "lost" }))).toMatchObject({
      late: 1,
    });
  });

  test("is filtered by what came within 24 hours, which is what the coverage counts", async () => {
    const now = new Date();
    const agoMs = (ms: number) => new Date(now.getTime() - ms);
    await happen({ createdAt: agoMs(90_000_000), receivedAt: agoMs(86_460_000) });
    await happen({ createdAt: agoMs(86_500_000), receivedAt: agoMs(86_340_000) });
    await happen({ createdAt: agoMs(5_000), receivedAt: agoMs(1_000) });
    await happen({ createdAt: agoMs(5_000), readAt: agoMs(1_000) });
    const { total, events } = await listEvents(ctx.db, { received: "day" }, now);
    expect([total, events.length]).toEqual([2, 2]);
    expect((await getWebhookLag(ctx.db)).received).toBe(2);
  });

  test("says whether the desk has a page to open, and holds no body", async () => {
    await ctx.db.customer.create({
      data: {
        id: CUSTOMER_ID,
        type: "personal",
        status: "verified",
        name: "Ana Ferreira",
        email: "ana@example.test",
        createdAt: NOW,
      },
    });
    await happen({ createdAt: minutesAgo(1), receivedAt: NOW, customerId: CUSTOMER_ID });
    const { events } = await listEvents(ctx.db, {}, NOW);
    expect(events).toMatchObject([{ isKnownCustomer: true, isKnownExchange: false, effect: null }]);
    expect(JSON.stringify(events)).not.toMatch(/Ana|body/);
  });
});

test("one event is what the list shows of it, with its arrivals, and what is known of its bytes", async () => {
  const receivedAt = minutesAgo(1);
  await happen({ createdAt: minutesAgo(2), receivedAt, arrivals: [receivedAt, NOW], deliveries: 2 });
  const [listed] = (await listEvents(ctx.db, {}, NOW)).events;
  const event = await getEvent(ctx.db, listed?.id ?? "", NOW);
  expect(event).toMatchObject({ ...listed, signal: null, openedCases: [], processedAt: null });
  expect(event?.arrivals).toEqual([receivedAt.toISOString(), NOW.toISOString()]);
  expect([event?.payload, event?.signed]).toEqual([null, null]);
  expect(await getEvent(ctx.db, randomUUID(), NOW)).toBeNull();
});

test("refusals are those of the last 24 hours, by reason", async () => {
  const refused = (hour: string, reason: string, count: number) =>
    ctx.db.webhookRefusal.create({ data: { hour: new Date(hour), reason, count } });
  await refused("2026-11-24T12:00:00Z", "not_signed", 3);
  await refused("2026-11-23T13:00:00Z", "not_signed", 4);
  await refused("2026-11-23T12:00:00Z", "not_signed", 100);
  await refused("2026-11-24T01:00:00Z", "too_large", 1);
  expect(Object.fromEntries(await countWebhookRefusals(ctx.db, NOW))).toEqual({ not_signed: 7, too_large: 1 });
});

type NewEvent = {
  createdAt: Date;
  receivedAt?: Date;
  readAt?: Date;
  deliveries?: number;
  topic?: string;
  resourceId?: string;
  customerId?: string;
  effect?: string;
  openedCaseIds?: string[];
  arrivals?: Date[];
};

async function happen({ topic = "customer_suspended", ...event }: NewEvent): Promise<void> {
  const { receivedAt, deliveries = receivedAt ? 1 : 0 } = event;
  await ctx.db.dwollaEvent.create({
    data: {
      id: uuidv7(event.createdAt),
      topic,
      resourceKind: "customers",
      ...event,
      deliveries,
      ...(receivedAt && { lastReceivedAt: receivedAt }),
    },
  });
}

async function caughtUp(at: Date): Promise<void> {
  await ctx.db.catchUp.create({ data: { id: randomUUID(), state: "finished", startedAt: at, finishedAt: at } });
}
