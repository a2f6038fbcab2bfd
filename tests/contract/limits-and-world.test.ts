import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller } from "./api-caller.ts";

const CUSTOMERS = 120;
const PENALTY_SECONDS = 300;
const DAY = 86_400;

let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: CUSTOMERS });
  api = await createApiCaller(simulator.url);
});

afterEach(async () => {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
  await simulator.clearStatistics();
});

afterAll(() => simulator.stop());

const get = async (path = "/exchange-partners") => (await api.get(path)).status;

describe("more calls than Dwolla takes", () => {
  test("are answered with 429 for five minutes, whoever calls and however slowly, and then no more", async () => {
    await simulator.settings({ callsPerSecond: 5 });
    const answers: number[] = [];
    while (!answers.includes(429) && answers.length < 50) answers.push(await get());
    expect(answers.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
    await simulator.advanceClock(PENALTY_SECONDS - 5);
    expect(await get("/customers?limit=1")).toBe(429);
    await simulator.advanceClock(10);
    expect(await get("/customers?limit=1")).toBe(200);
  });

  test("are not answered with 429 by what keeps to the rate", async () => {
    await simulator.settings({ callsPerSecond: 5 });
    for (let second = 0; second < 10; second += 1) {
      for (let call = 0; call < 5; call += 1) expect(await get()).toBe(200);
      await simulator.advanceClock(1);
    }
    expect((await simulator.statistics()).rateLimited).toBe(0);
  });

  test("are counted, those that were refused too, and the controls are not", async () => {
    await simulator.settings({ callsPerSecond: 2 });
    await simulator.clearStatistics();
    let refused = 0;
    for (let call = 0; call < 30; call += 1) if ((await get()) === 429) refused += 1;
    await simulator.truth();
    expect(refused).toBeGreaterThan(0);
    expect(await simulator.statistics()).toEqual({ calls: 30, rateLimited: refused });
    await simulator.clearStatistics();
    expect(await simulator.statistics()).toEqual({ calls: 0, rateLimited: 0 });
  });

  test("are taken again as soon as the limit is lifted", async () => {
    await simulator.settings({ callsPerSecond: 1 });
    await expect.poll(() => get()).toBe(429);
    await simulator.settings({ callsPerSecond: null });
    expect(await get()).toBe(200);
  });
});

describe("an outage", () => {
  test("cuts every connection, and is over when it is said to be", async () => {
    await simulator.outage("down");
    await expect(get()).rejects.toThrow();
    await expect(fetch(`${simulator.url}/token`, { method: "POST" })).rejects.toThrow();
    await simulator.outage("none");
    expect(await get()).toBe(200);
  });

  test("answers nothing at all when it hangs", async () => {
    await simulator.outage("hang");
    const call = fetch(`${simulator.url}/`, { signal: AbortSignal.timeout(300) });
    await expect(call).rejects.toMatchObject({ name: "TimeoutError" });
    await simulator.outage("none");
    expect(await get()).toBe(200);
  });
});

describe("customers", () => {
  test("who are added come last in the list, with links that can break, and nobody before them moves", async () => {
    const before = await listIds();
    expect(await simulator.addCustomers(30)).toEqual({ customers: CUSTOMERS + 30 });
    const after = await listIds();
    expect(after.slice(0, CUSTOMERS)).toEqual(before);
    expect(new Set(after).size).toBe(CUSTOMERS + 30);
    const links = await Promise.all(after.slice(CUSTOMERS).map((id) => api.get(`/customers/${id}/exchanges`)));
    expect(links.every(({ status }) => status === 200)).toBe(true);
    expect(links.flatMap(({ body }) => body._embedded.exchanges).length).toBeGreaterThan(0);
  });

  test("who are deleted are gone with all they had: from the list, by their ids, and from the truth", async () => {
    const { broken } = await simulator.truth();
    const { customerId = "", exchangeId = "" } = broken[0] ?? {};
    const sources = (await api.get(`/customers/${customerId}/funding-sources`)).body._embedded["funding-sources"];
    expect(await simulator.removeCustomer(customerId)).toEqual({ customers: CUSTOMERS - 1 });
    const ids = await listIds();
    expect(ids).toHaveLength(CUSTOMERS - 1);
    expect(ids).not.toContain(customerId);
    for (const path of [
      `/customers/${customerId}`,
      `/customers/${customerId}/exchanges`,
      `/customers/${customerId}/funding-sources`,
      `/exchanges/${exchangeId}`,
      `/funding-sources/${sources[0]?.id}/balance`,
    ]) {
      expect(await get(path), path).toBe(404);
    }
    const after = await simulator.truth();
    expect(after.broken).toEqual(broken.filter((row) => row.customerId !== customerId));
    await expect(simulator.removeCustomer(customerId)).rejects.toThrow("404");
  });

  test("whose neighbours go are found exactly once on pages of any size", async () => {
    const before = await listIds();
    const gone = [0, 1, 2, 50, 99, 100, CUSTOMERS - 1].map((place) => before[place] ?? "");
    for (const id of gone) await simulator.removeCustomer(id);
    const left = before.filter((id) => !gone.includes(id));
    for (const pageSize of [1, 7, 50, 200]) expect(await listIds(pageSize), `${pageSize}`).toEqual(left);
  });

  test("are all back after a reset", async () => {
    const before = await listIds();
    await simulator.removeCustomer(before[5] ?? "");
    await simulator.addCustomers(10);
    await simulator.reset();
    api = await createApiCaller(simulator.url);
    expect(await listIds()).toEqual(before);
  });
});

describe("a warned link", () => {
  test("works for seven days, breaks then, and is dated from that moment", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "warned");
    await simulator.advanceClock(7 * DAY - 60);
    expect(idsOf((await simulator.truth()).warned)).toContain(exchangeId);
    expect(idsOf((await simulator.truth()).broken)).not.toContain(exchangeId);
    await simulator.advanceClock(120);
    const truth = await simulator.truth();
    expect(idsOf(truth.warned)).not.toContain(exchangeId);
    const broken = truth.broken.find((row) => row.exchangeId === exchangeId);
    expect(["UpdateCredentials", "deactivated"]).toContain(broken?.cause);
  });

  test("does not break when somebody signed in before", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "warned");
    await simulator.advanceClock(3 * DAY);
    await simulator.repair(exchangeId);
    await simulator.advanceClock(10 * DAY);
    const { broken, warned } = await simulator.truth();
    expect(idsOf([...broken, ...warned])).not.toContain(exchangeId);
  });

  test("that broke can be repaired, and stays so", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "warned");
    await simulator.advanceClock(8 * DAY);
    await simulator.repair(exchangeId);
    await simulator.advanceClock(8 * DAY);
    expect(idsOf((await simulator.truth()).broken)).not.toContain(exchangeId);
  });
});

function idsOf(rows: { exchangeId: string }[]): string[] {
  return rows.map(({ exchangeId }) => exchangeId);
}

async function listIds(pageSize = 200): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { body } = await api.get(`/customers?limit=${pageSize}&offset=${ids.length}`);
    const page = body._embedded.customers.map(({ id }: { id: string }) => id);
    ids.push(...page);
    if (ids.length >= body.total || page.length === 0) return ids;
  }
}

/** Of Plaid: the only partner that warns. */
async function healthyExchange(): Promise<string> {
  const { broken, warned } = await simulator.truth();
  const troubled = new Set(idsOf([...broken, ...warned]));
  const { body: partners } = await api.get("/exchange-partners");
  const plaid = partners._embedded["exchange-partners"].find(({ name }: { name: string }) => name === "Plaid");
  for (const id of await listIds()) {
    for (const exchange of (await api.get(`/customers/${id}/exchanges`)).body._embedded.exchanges) {
      const isPlaid = exchange._links["exchange-partner"].href.endsWith(plaid.id);
      if (isPlaid && exchange.status === "active" && !troubled.has(exchange.id)) return exchange.id;
    }
  }
  throw new Error("no link of Plaid is healthy");
}
