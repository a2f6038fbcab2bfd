import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSimulator } from "../../simulator/server.ts";
import type { Truth } from "../../simulator/world/truth.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, readAll } from "./api-caller.ts";
import { sweep } from "./sweep.ts";

type Found = { customerId: string; exchangeId: string; cause: string };
const inOrder = (rows: Found[]) =>
  rows.map(({ customerId, exchangeId, cause }) => `${customerId} ${exchangeId} ${cause}`).sort();

describe("a world of 300 customers", () => {
  let simulator: TestSimulator;
  let api: ApiCaller;

  beforeAll(async () => {
    simulator = await startTestSimulator({ customers: 300, seed: 7 });
    api = await createApiCaller(simulator.url);
  });
  afterAll(() => simulator.stop());

  test("has a truth that a walk over the API finds exactly, before and after changes", async () => {
    const atStart = await simulator.truth();
    expect(atStart.broken.length).toBeGreaterThan(5);
    expect(new Set(atStart.broken.map(({ cause }) => cause))).toEqual(new Set(["UpdateCredentials", "deactivated"]));
    expect(inOrder(await sweep(api))).toEqual(inOrder(atStart.broken));

    const [repaired, removed, announced] = atStart.broken;
    const [warned] = atStart.warned;
    await simulator.repair(repaired?.exchangeId ?? "");
    await simulator.break(removed?.exchangeId ?? "", "removed");
    await simulator.break(announced?.exchangeId ?? "", "warned");
    await simulator.break(warned?.exchangeId ?? "", "UpdateCredentials");
    const changed = await simulator.truth();
    expect(changed.broken).toHaveLength(atStart.broken.length - 2);
    expect(changed.warned).toHaveLength(atStart.warned.length);
    expect(inOrder(await sweep(api))).toEqual(inOrder(changed.broken));

    await simulator.reset();
    expect(await simulator.truth()).toEqual(atStart);
  });

  test("announces each warned exchange among the events and keeps it working", async () => {
    const { warned } = await simulator.truth();
    const { body } = await api.get("/events?limit=200");
    const announced = body._embedded.events.filter(
      ({ topic }: { topic: string }) => topic === "customer_exchange_reauth_required",
    );
    expect(announced.map(({ resourceId }: { resourceId: string }) => resourceId)).toEqual(
      expect.arrayContaining(warned.map(({ exchangeId }) => exchangeId)),
    );
    for (const { exchangeId } of warned) expect((await api.get(`/exchanges/${exchangeId}`)).body.status).toBe("active");
  });

  test("announces the warned exchanges of those who come later as they come", async () => {
    const before = new Set((await simulator.truth()).warned.map(({ exchangeId }) => exchangeId));
    const askedAt = Date.now();
    await simulator.addCustomers(400);
    const came = (await simulator.truth()).warned.filter(({ exchangeId }) => !before.has(exchangeId));
    expect(came.length).toBeGreaterThan(0);
    const events = await readAll(api, "/events", "events");
    for (const { exchangeId, since } of came) {
      expect(Date.parse(since)).toBeGreaterThanOrEqual(askedAt);
      expect(events.filter(({ resourceId }) => resourceId === exchangeId)).toMatchObject([{ created: since }]);
    }
  });

  test("has customers without an exchange, with several, and of every type", async () => {
    const { body } = await api.get("/customers?limit=200");
    const customers: { id: string; type: string }[] = body._embedded.customers;
    const counts = await Promise.all(
      customers.map(async ({ id }) => (await api.get(`/customers/${id}/exchanges`)).body.total as number),
    );
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(customers.map(({ type }) => type))).toEqual(
      new Set(["unverified", "receive-only", "personal", "business"]),
    );
  });

  test("has the hostile names among the first 200, each with a broken exchange", async () => {
    const { body } = await api.get("/customers?limit=200");
    const named = (part: string) =>
      body._embedded.customers.find(({ firstName }: { firstName: string }) => firstName.includes(part));
    const broken = new Set((await simulator.truth()).broken.map(({ customerId }) => customerId));
    for (const part of ["يوسف", "=1+1", "<script>", "👩‍👩‍👧‍👦", "Wolfeschlegel", "DROP TABLE", "\u202E"]) {
      expect(broken, part).toContain(named(part)?.id);
    }
    expect(Math.max(...body._embedded.customers.map(({ firstName }: { firstName: string }) => firstName.length))).toBe(
      200,
    );
  });

  test("never says which exchange a funding source came through", async () => {
    const { broken } = await simulator.truth();
    const { text } = await api.get(`/customers/${broken[0]?.customerId}/funding-sources`);
    expect(text).not.toContain("exchange");
  });
});

test("is the same for the same seed, another for another, and customer i does not depend on how many there are", async () => {
  const simulators = await Promise.all([
    startTestSimulator({ customers: 150, seed: 3 }),
    startTestSimulator({ customers: 150, seed: 3 }),
    startTestSimulator({ customers: 5000, seed: 3 }),
    startTestSimulator({ customers: 150, seed: 4 }),
  ]);
  const worlds = await Promise.all(simulators.map(describeWorld));
  await Promise.all(simulators.map(({ stop }) => stop()));
  const [first, again, larger, other] = worlds;
  expect(again).toEqual(first);
  expect(larger?.customers).toEqual(first?.customers);
  expect(larger?.broken.slice(0, first?.broken.length)).toEqual(first?.broken);
  expect(other?.customers).not.toEqual(first?.customers);
});

test("dates what is broken back from the day it starts on, and puts no event in the future", async () => {
  const now = Date.UTC(2031, 4, 6, 7, 8);
  const { url, stop } = await startSimulator({ customers: 2000, seed: 1, port: 0, machineNow: () => now });
  const truth = (await (await fetch(`${url}/__simulator/truth`)).json()) as Truth;
  const api = await createApiCaller(url);
  const events = (await api.get("/events?limit=200")).body._embedded.events;
  await stop();
  const since = [...truth.broken, ...truth.warned].map((row) => Date.parse(row.since));
  expect(Math.max(...since)).toBeLessThan(now);
  expect(Math.min(...since)).toBeGreaterThan(now - 47 * 86_400_000);
  expect(truth.broken.length).toBeGreaterThanOrEqual(50);
  expect(truth.broken.length).toBeLessThanOrEqual(70);
  const created = events.map((event: { created: string }) => Date.parse(event.created));
  expect(Math.max(...created)).toBeLessThan(now);
  expect(Math.min(...created)).toBeGreaterThan(now - 30 * 86_400_000);
  expect(created).toEqual([...created].sort((a, b) => b - a));
});

async function describeWorld(simulator: TestSimulator) {
  const api = await createApiCaller(simulator.url);
  const { body } = await api.get("/customers?limit=150");
  const partners = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
  const withoutHost = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(simulator.url, ""));
  return {
    customers: withoutHost([body._embedded.customers, partners]),
    broken: (await simulator.truth()).broken,
  };
}

describe("a world of a million customers", () => {
  let simulator: TestSimulator;
  let api: ApiCaller;

  beforeAll(async () => {
    simulator = await startTestSimulator({ customers: 1_000_000 });
    api = await createApiCaller(simulator.url);
  });
  afterAll(() => simulator.stop());

  test("serves its last page, and every customer there by id", async () => {
    const { body } = await api.get("/customers?limit=200&offset=999900");
    expect(body.total).toBe(1_000_000);
    expect(body._embedded.customers).toHaveLength(100);
    expect(body._links).not.toHaveProperty("next");
    const last = body._embedded.customers[99];
    expect((await api.get(`/customers/${last.id}`)).body).toEqual(last);
    const dates = body._embedded.customers.map(({ created }: { created: string }) => created);
    expect(dates).toEqual([...dates].sort());
  });

  test("gives the same page again after others were read, so nothing of it need be kept", async () => {
    const page = () => api.get("/customers?limit=50&offset=500000").then(({ text }) => text);
    const first = await page();
    for (const offset of [0, 250_000, 750_000]) await api.get(`/customers?limit=200&offset=${offset}`);
    expect(await page()).toBe(first);
  });

  test("breaks about three exchanges in a hundred and warns of one", async () => {
    const { broken, warned } = await simulator.truth();
    expect(broken.length).toBeGreaterThan(25_000);
    expect(broken.length).toBeLessThan(36_000);
    expect(warned.length).toBeGreaterThan(8_000);
    expect(warned.length).toBeLessThan(14_000);
    expect(new Set(broken.map(({ exchangeId }) => exchangeId)).size).toBe(broken.length);
  });

  test("finds a customer by name and by e-mail", async () => {
    const { body } = await api.get("/customers?limit=1&offset=999999");
    const [customer] = body._embedded.customers;
    const byEmail = await api.get(`/customers?email=${encodeURIComponent(customer.email)}`);
    expect(byEmail.body._embedded.customers.map(({ id }: { id: string }) => id)).toEqual([customer.id]);
    const byName = await api.get(`/customers?search=${encodeURIComponent("DROP TABLE")}`);
    expect(byName.body.total).toBe(1);
  });
});
