import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDwollaClient } from "#dwolla/client.ts";
import { isWhole } from "#dwolla/kept-body.ts";
import { CUSTOMER_ID, EXCHANGE_ID, failureOf, hal, startFaultyDwolla } from "../support/fault-server.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const EVENT_ID = "e1000000-0000-4000-8000-000000000001";
const CREATED = "2026-11-20T08:00:00.000Z";
const PAGE = { limit: 200, offset: 0 };

describe("the events of the simulator", () => {
  let simulator: TestSimulator;
  let client: ReturnType<typeof createDwollaClient>;
  beforeAll(async () => {
    simulator = await startTestSimulator({ customers: 2_000 });
    client = createDwollaClient({ baseUrl: simulator.url, key: "local-key", secret: "local-secret" });
  });
  afterAll(async () => {
    await client.close();
    await simulator.stop();
  });

  it("are read whole, newest first, each once, page after page of any size", async () => {
    const all = await readAll(client, 200);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const times = all.map(({ createdAt }) => createdAt.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect((await readAll(client, 7)).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });

  it("name the link they warn of and its customer, as the truth does", async () => {
    const { warned } = await simulator.truth();
    const events = await readAll(client, 200);
    for (const { exchangeId, customerId } of warned) {
      const event = events.find(({ resource }) => resource?.id === exchangeId);
      expect(event).toMatchObject({
        topic: "customer_exchange_reauth_required",
        resource: { kind: "exchanges", id: exchangeId },
        customerId,
      });
    }
  });

  it("are the same as a webhook and as a list's item, and their JSON is kept whole", async () => {
    const [event] = (await client.listEvents({ limit: 1, offset: 0 })).events;
    const payload = event?.payload ?? "hidden";
    expect(client.parseEvent(JSON.parse(payload))).toEqual(event);
    expect(JSON.parse(payload)).toHaveProperty("_links.account.resource-type", "account");
    expect(isWhole(payload)).toBe(true);
  });

  it("of a topic that nobody knows yet are read like any other", async () => {
    const { customerId = "" } = (await simulator.truth()).broken[0] ?? {};
    const resource = { path: "customers", id: customerId } as const;
    const id = await simulator.event({ topic: "customer_invented_tomorrow", customerId, resource });
    const [newest] = (await client.listEvents({ limit: 1, offset: 0 })).events;
    expect(newest).toMatchObject({
      id,
      topic: "customer_invented_tomorrow",
      resource: { kind: "customers" },
      customerId,
    });
  });

  it("end with an empty page", async () => {
    expect(await client.listEvents({ limit: 200, offset: 100_000 })).toEqual({ events: [], read: 0 });
  });
});

describe("a list of events", () => {
  const odd = [
    null,
    7,
    "event",
    [],
    {},
    { id: EVENT_ID },
    { ...event(), id: "no id" },
    { ...event(), created: "soon" },
  ];
  it("loses none of the good ones to the odd, and counts those, so that the next page begins where it should", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /events", hal(200, { total: 10, _embedded: { events: [...odd, event()] } }));
    const { events, read } = await client.listEvents(PAGE);
    expect(events.map(({ id }) => id)).toEqual([EVENT_ID]);
    expect(read).toBe(odd.length + 1);
  });

  it.each([
    ["is missing", {}],
    ["is missing while there are some", { total: 3 }],
    ["is no list", { _embedded: { events: "many" } }],
  ])("that %s is an error, and not the end", async (_, body) => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /events", hal(200, body));
    expect(await failureOf(client.listEvents(PAGE))).toMatchObject({ kind: "response_shape" });
  });

  it("asks for the page in its address", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /events", hal(200, { total: 0, _embedded: { events: [] } }));
    await client.listEvents({ limit: 50, offset: 150 });
    expect(server.requests.at(-1)?.path).toBe("/events?limit=50&offset=150");
  });
});

describe("an event", () => {
  it.each([null, undefined, 1, "text", [], {}, { topic: "x" }])("is not what says %j", async (body) => {
    const { client } = await startFaultyDwolla();
    expect(client.parseEvent(body)).toBeNull();
  });

  it.each([
    ["no id", { id: undefined }],
    ["no topic", { topic: undefined }],
    ["an empty topic", { topic: "" }],
    ["a topic that is longer than any", { topic: "x".repeat(201) }],
    ["no time", { created: undefined }],
    ["a time that no database can keep", { created: "+010000-01-01T00:00:00Z" }],
  ])("is none with %s", async (_, change) => {
    const { server, client } = await startFaultyDwolla();
    expect(client.parseEvent({ ...event(server.url), ...change })).toBeNull();
  });

  it("says when by `timestamp` where it has no `created`", async () => {
    const { server, client } = await startFaultyDwolla();
    const { created: _created, ...older } = event(server.url);
    expect(client.parseEvent({ ...older, timestamp: CREATED })?.createdAt).toEqual(new Date(CREATED));
  });

  it("names no resource and no customer where a link is missing, odd, or leads elsewhere", async () => {
    const { server, client } = await startFaultyDwolla();
    const links = [
      undefined,
      null,
      {},
      { resource: null, customer: 5 },
      {
        resource: { href: `https://dwolla.attacker.test/exchanges/${EXCHANGE_ID}` },
        customer: { href: "/customers/1" },
      },
      { resource: { href: `${server.url}/exchanges/${EXCHANGE_ID}/exchange-sessions` } },
      { resource: { href: `${server.url.replace("//", "//user@")}/exchanges/${EXCHANGE_ID}` } },
    ];
    for (const _links of links) {
      expect(client.parseEvent({ ...event(server.url), _links })).toMatchObject({ resource: null, customerId: null });
    }
  });

  it("is told by its id in small letters, however it was written", async () => {
    const { server, client } = await startFaultyDwolla();
    expect(client.parseEvent({ ...event(server.url), id: EVENT_ID.toUpperCase() })).toMatchObject({
      id: EVENT_ID,
      resource: { kind: "exchanges", id: EXCHANGE_ID },
      customerId: CUSTOMER_ID,
    });
  });

  it("keeps no NUL, which Postgres would refuse", async () => {
    const { server, client } = await startFaultyDwolla();
    expect(client.parseEvent({ ...event(server.url), topic: "a\u0000b" })?.topic).toBe("a\uFFFDb");
  });
});

function event(base = "http://127.0.0.1:1") {
  return {
    id: EVENT_ID,
    topic: "customer_exchange_reauth_required",
    created: CREATED as string | undefined,
    _links: {
      resource: { href: `${base}/exchanges/${EXCHANGE_ID}` },
      customer: { href: `${base}/customers/${CUSTOMER_ID}` },
    },
  };
}

async function readAll(client: ReturnType<typeof createDwollaClient>, limit: number) {
  const all = [];
  for (let offset = 0; ; ) {
    const { events, read } = await client.listEvents({ limit, offset });
    if (read === 0) return all;
    all.push(...events);
    offset += read;
  }
}
