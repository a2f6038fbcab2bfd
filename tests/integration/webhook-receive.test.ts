import { createHmac, hash, randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET, type WebhookEndpoint } from "../support/webhook-endpoint.ts";

const NEXT_SECRET = "the secret that comes after the first one in a rotation";

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;
let endpoint: WebhookEndpoint;

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 5 })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
  endpoint = await startWebhookEndpoint(ctx, [NEXT_SECRET, WEBHOOK_SECRET]);
});

afterEach(async () => {
  await ctx.db.dwollaEvent.deleteMany();
  await ctx.db.webhookRefusal.deleteMany();
  await ctx.db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});

afterAll(async () => {
  await endpoint.stop();
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

describe("a signed webhook", () => {
  test("is stored as it came, with the hash of its exact bytes, and queued before it is acknowledged", async () => {
    const sent = JSON.stringify(eventOf());
    const body = `  ${sent}\n`;
    expect(await send(body)).toBe(200);
    const [event] = await ctx.db.dwollaEvent.findMany();
    expect(event?.payload).toBe(sent);
    expect(Buffer.from(event?.signedSha256 ?? []).toString("hex")).toBe(hash("sha256", body));
    expect(event?.signedBytes).toBe(body.length);
    expect(event).toMatchObject({
      topic: REAUTH_REQUIRED,
      resourceKind: "exchanges",
      deliveries: 1,
      processedAt: null,
    });
    expect(event?.receivedAt).not.toBeNull();
    expect(await queuedEventIds()).toEqual([event?.id]);
  });

  test.each([WEBHOOK_SECRET, NEXT_SECRET])("is taken with either secret of a rotation", async (secret) => {
    const body = JSON.stringify(eventOf());
    expect(await send(body, sign(body, secret))).toBe(200);
  });

  test("that comes a thousand times, in bursts and through two processes, is one event with one job", async () => {
    const second = await startWebhookEndpoint(ctx);
    const body = JSON.stringify(eventOf());
    for (let burst = 0; burst < 10; burst += 1) {
      const urls = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? endpoint.url : second.url));
      const answers = await Promise.all(urls.map((url) => send(body, sign(body), url)));
      expect(new Set(answers)).toEqual(new Set([200]));
    }
    await second.stop();
    const [event] = await ctx.db.dwollaEvent.findMany();
    expect([event?.deliveries, event?.arrivals.length, event?.arrivals[0]]).toEqual([1000, 20, event?.receivedAt]);
    expect(await queuedEventIds()).toHaveLength(1);
  });

  test("of a topic that nobody knows is kept, and nothing is read for it", async () => {
    expect(await send(JSON.stringify(eventOf({ topic: "transfer_invented_tomorrow", path: "transfers" })))).toBe(200);
    expect(await ctx.db.dwollaEvent.findMany()).toMatchObject([{ effect: "no_reading", resourceKind: "transfers" }]);
    expect(await queuedEventIds()).toEqual([]);
  });

  test("in the older form, with a timestamp and bare links, is the same event", async () => {
    const { created, ...event } = eventOf();
    expect(await send(JSON.stringify({ ...event, timestamp: created }))).toBe(200);
    expect(await ctx.db.dwollaEvent.findMany()).toMatchObject([{ createdAt: new Date(created) }]);
  });

  test("whose links lead to a stranger's host names no resource, and is shown as not understood", async () => {
    const event = eventOf();
    const resource = { href: `https://dwolla.attacker.test/exchanges/${event.resourceId}` };
    expect(await send(JSON.stringify({ ...event, _links: { ...event._links, resource } }))).toBe(200);
    expect(await ctx.db.dwollaEvent.findMany()).toMatchObject([{ resourceKind: null, effect: "unreadable_link" }]);
  });
});

describe("a burst", () => {
  test("of two hundred is stored whole", async () => {
    const bodies = Array.from({ length: 200 }, () => JSON.stringify(eventOf()));
    const answers = await Promise.all(bodies.map((body) => send(body)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await ctx.db.dwollaEvent.count()).toBe(200);
    expect(await queuedEventIds()).toHaveLength(200);
  });

  test("is not acknowledged while it cannot be committed", async () => {
    const holder = new pg.Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE "DwollaEvent" IN ACCESS EXCLUSIVE MODE`);
    let answered = 0;
    const answers = Array.from({ length: 10 }, () => send(JSON.stringify(eventOf())).finally(() => (answered += 1)));
    await expect.poll(() => waitingForLocks(holder)).toBeGreaterThan(0);
    expect(answered).toBe(0);
    await holder.query("COMMIT");
    await holder.end();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  });
});

describe("a stranger", () => {
  const good = JSON.stringify(eventOf());
  test.each([
    ["forges the signature", good, sign(good, "not the secret")],
    ["sends no signature", good, null],
    ["signs with SHA-1 or nonsense", good, "abc"],
    ["alters the body", good.replace("reauth", "reAuth"), sign(good)],
    ["cuts the body short", good.slice(0, -1), sign(good)],
    ["sends nothing", "", "0".repeat(64)],
  ])("who %s is refused without a word about it", async (_, body, signature) => {
    const answer = await post(body, signature);
    expect([answer.status, await answer.text()]).toEqual([401, "refused"]);
    expect(await ctx.db.dwollaEvent.count()).toBe(0);
    await expect.poll(refusals).toEqual({ not_signed: 1 });
  });

  test("who sends too much is refused before it is read", async () => {
    const body = "x".repeat(64 * 1024 + 1);
    expect(await send(body)).toBe(413);
    const { status } = await post(new Blob([body]).stream(), sign(body));
    expect(status).toBe(413);
    await expect.poll(refusals).toEqual({ too_large: 2 });
  });
});

test.each([
  ["no JSON", "{"],
  ["an empty body", ""],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00])],
  ["no event", JSON.stringify({ id: "x", topic: 3 })],
  ["an event without a time", JSON.stringify({ ...eventOf(), created: "soon" })],
])("what is signed but is %s is refused, so that Dwolla keeps it, and counted", async (_, body) => {
  expect(await send(body)).toBe(400);
  expect(await ctx.db.dwollaEvent.count()).toBe(0);
  await expect.poll(refusals).toEqual({ unreadable: 1 });
});

test("without a secret every webhook is refused", async () => {
  const bare = await startWebhookEndpoint(ctx, []);
  const body = JSON.stringify(eventOf());
  expect(await send(body, sign(body), bare.url)).toBe(401);
  await bare.stop();
});

function eventOf({ topic = REAUTH_REQUIRED, path = "exchanges" } = {}) {
  const [id, resourceId, customerId] = [randomUUID(), randomUUID(), randomUUID()];
  const base = simulator?.url ?? "http://127.0.0.1:1";
  return {
    _links: {
      self: { href: `${base}/events/${id}` },
      resource: { href: `${base}/${path}/${resourceId}` },
      customer: { href: `${base}/customers/${customerId}` },
    },
    id,
    created: "2026-11-20T08:00:00.000Z",
    topic,
    resourceId,
  };
}

function sign(body: string | Buffer, secret = WEBHOOK_SECRET): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

async function send(body: string | Buffer, signature = sign(body), url = endpoint.url): Promise<number> {
  const answer = await post(body, signature, url);
  await answer.text();
  return answer.status;
}

function post(body: string | Buffer | ReadableStream, signature: string | null, url = endpoint.url): Promise<Response> {
  const headers = new Headers({ "content-type": "application/json" });
  if (signature !== null) headers.set("x-request-signature-sha-256", signature);
  return fetch(url, { method: "POST", headers, body, duplex: "half" } as RequestInit);
}

async function queuedEventIds(): Promise<string[]> {
  const jobs = await ctx.db.$queryRaw<{ key: string }[]>`
    SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'dwolla_event.process'`;
  return jobs.map(({ key }) => key.slice("dwolla_event.process/".length));
}

async function refusals(): Promise<Record<string, number>> {
  const rows = await ctx.db.webhookRefusal.findMany();
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

async function waitingForLocks(client: pg.Client): Promise<number> {
  const { rows } = await client.query(`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`);
  return rows[0].waiting;
}
