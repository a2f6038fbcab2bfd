import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PartnerName } from "../../simulator/world/partners.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf } from "./api-caller.ts";
import { sweep } from "./sweep.ts";

const DAY = 86_400;
const REAUTH_REQUIRED = "customer_exchange_reauth_required";

let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 60 });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  api = await createApiCaller(simulator.url);
});
afterEach(() => simulator.reset());

const make = (partner: PartnerName) => simulator.makeCustomer({ partner });
const balanceOf = async (fundingSourceId: string) => {
  const { status, body } = await api.get(`/funding-sources/${fundingSourceId}/balance`);
  return [status, body.code ?? body.available.currency];
};
const statusOf = async (exchangeId: string) => (await api.get(`/exchanges/${exchangeId}`)).body.status;
const openSession = async (exchangeId: string) =>
  idOf((await api.post(`/exchanges/${exchangeId}/exchange-sessions`)).headers.get("location"));
const causeOf = async (exchangeId: string) => {
  const { broken, warned } = await simulator.truth();
  return [...broken, ...warned].find((row) => row.exchangeId === exchangeId)?.cause;
};

describe("a customer made on demand", () => {
  test("is marked, comes last, and has one working bank of the wanted partner and nothing else", async () => {
    const { customerId, exchangeId, fundingSourceId, email } = await make("MX");
    const { body: customer } = await api.get(`/customers/${customerId}`);
    expect(customer).toMatchObject({
      email,
      correlationId: "simulator-made",
      lastName: "Customer",
      status: "unverified",
    });
    const { body: list } = await api.get("/customers?limit=200");
    expect([list.total, list._embedded.customers.at(-1)]).toEqual([61, customer]);
    const { body: exchanges } = await api.get(`/customers/${customerId}/exchanges`);
    expect(exchanges._embedded.exchanges).toMatchObject([{ id: exchangeId, status: "active" }]);
    const partner = await api.get(exchanges._embedded.exchanges[0]._links["exchange-partner"].href);
    expect(partner.body.name).toBe("MX");
    const { body: sources } = await api.get(`/customers/${customerId}/funding-sources`);
    expect(sources._embedded["funding-sources"]).toMatchObject([{ id: fundingSourceId, type: "bank", removed: false }]);
    expect((await api.get(`/funding-sources/${fundingSourceId}`)).body).toEqual(
      sources._embedded["funding-sources"][0],
    );
    expect(await balanceOf(fundingSourceId)).toEqual([200, "USD"]);
  });

  test("is told of by an event of the funding source, and found by name, partner and condition", async () => {
    const { customerId, exchangeId, fundingSourceId } = await make("Plaid");
    const { body } = await api.get("/events?limit=1");
    expect(body._embedded.events[0]).toMatchObject({
      topic: "customer_funding_source_added",
      resourceId: fundingSourceId,
    });
    await simulator.break(exchangeId, "UpdateCredentials");
    const found = await simulator.findCustomers({
      search: "lab cust",
      partner: "Plaid",
      condition: "UpdateCredentials",
    });
    expect(found).toMatchObject({ customers: [{ customerId, isMade: true, exchanges: [{ exchangeId }] }] });
    expect((await simulator.findCustomers({ search: customerId })).customers).toHaveLength(1);
    expect((await simulator.findCustomers({ partner: "MX", condition: "warned" })).customers).toEqual([]);
    expect((await simulator.findCustomers({ limit: "5" })).customers).toHaveLength(5);
    await expect(simulator.findCustomers({ limit: "51" })).rejects.toThrow("400");
  });

  test("can link another bank, can leave, and is gone after a reset", async () => {
    const { customerId, fundingSourceId } = await make("MX");
    const second = await simulator.linkBank(customerId, "Finicity");
    expect((await api.get(`/customers/${customerId}/exchanges`)).body.total).toBe(2);
    expect(await balanceOf(second.fundingSourceId)).toEqual([400, "UnsupportedOperation"]);
    await simulator.removeCustomer(customerId);
    for (const path of [`/exchanges/${second.exchangeId}`, `/funding-sources/${fundingSourceId}`])
      expect((await api.get(path)).status).toBe(404);
    await simulator.reset();
    api = await createApiCaller(simulator.url);
    expect((await api.get("/customers?limit=1")).body.total).toBe(60);
  });

  test("is found by the name they were given, whoever stood at their place before a reset", async () => {
    for (const firstName of ["Ottoline", "Peregrine"]) {
      await simulator.reset();
      const { customerId } = await simulator.makeCustomer({ partner: "MX", firstName });
      const found = ["ottoline", "peregrine"].map(async (name) => (await api.get(`/customers?search=${name}`)).body);
      const ids = (await Promise.all(found)).flatMap(({ _embedded }) =>
        _embedded.customers.map((each: { id: string }) => each.id),
      );
      expect(ids).toEqual([customerId]);
    }
  });

  test("leaves the customers of the seed as they were, before and after", async () => {
    const before = (await simulator.truth()).broken;
    await make("MX");
    await simulator.addCustomers(1);
    expect((await simulator.truth()).broken.slice(0, before.length)).toEqual(before);
    expect((await api.get("/customers?limit=1")).body.total).toBe(62);
  });
});

describe("a break", () => {
  test.each([
    ["UpdateCredentials", "MX", "active", [400, "UpdateCredentials"], "UpdateCredentials"],
    ["consent-expired", "MX", "active", [400, "UpdateCredentials"], "UpdateCredentials"],
    ["consent-expired", "Finicity", "deactivated", [400, "UnsupportedOperation"], "deactivated"],
    ["deactivated", "Plaid", "deactivated", [400, "UpdateCredentials"], "deactivated"],
    ["pending-disconnect", "Plaid", "active", [200, "USD"], "reauth_required"],
    ["bank-down", "Plaid", "active", [500, "RequestTimeout"], undefined],
    ["no-balance-check", "Plaid", "active", [400, "UnsupportedOperation"], undefined],
    ["removed", "Plaid", "removed", [404, "NotFound"], undefined],
  ] as const)(
    "as %s of %s shows as Dwolla would show it, and is mended by a repair",
    async (as, partner, status, balance, cause) => {
      const { exchangeId, fundingSourceId } = await make(partner);
      const whole = await balanceOf(fundingSourceId);
      await simulator.break(exchangeId, as);
      expect(await statusOf(exchangeId)).toBe(status);
      expect(await balanceOf(fundingSourceId)).toEqual(balance);
      expect(await causeOf(exchangeId)).toBe(cause);
      await simulator.repair(exchangeId);
      expect([await statusOf(exchangeId), await balanceOf(fundingSourceId)]).toEqual(["active", whole]);
      expect(await causeOf(exchangeId)).toBeUndefined();
    },
  );

  test("of any kind leaves the truth what a sweep finds", async () => {
    for (const as of [
      "UpdateCredentials",
      "consent-expired",
      "deactivated",
      "bank-down",
      "no-balance-check",
    ] as const) {
      await simulator.break((await make("Plaid")).exchangeId, as);
    }
    await simulator.break((await make("Flinks")).exchangeId, "consent-expired");
    const { broken } = await simulator.truth();
    for (const { exchangeId } of broken.slice(0, 3)) await simulator.break(exchangeId, "bank-down");
    const byExchange = (a: { exchangeId: string }, b: { exchangeId: string }) => (a.exchangeId < b.exchangeId ? -1 : 1);
    const told = (await simulator.truth()).broken.map(({ customerId, exchangeId, cause }) => ({
      customerId,
      exchangeId,
      cause,
    }));
    expect((await sweep(api)).sort(byExchange)).toEqual(told.sort(byExchange));
    expect(told.length).toBe(broken.length);
  });

  test("that was announced comes true after seven days where nobody signs in, also of a bank linked on demand", async () => {
    const { exchangeId } = await make("Plaid");
    await simulator.break(exchangeId, "pending-disconnect");
    await simulator.advanceClock(7 * DAY);
    expect(await causeOf(exchangeId)).toBe("UpdateCredentials");
  });
});

describe("a whole partner", () => {
  test("whose banks are away answers no balance check of a working exchange, and breaks none", async () => {
    const { exchangeId, fundingSourceId } = await make("MX");
    const other = await make("Plaid");
    const before = await simulator.truth();
    await simulator.breakPartner("MX", "bank-down");
    expect(await balanceOf(fundingSourceId)).toEqual([500, "RequestTimeout"]);
    expect(await balanceOf(other.fundingSourceId)).toEqual([200, "USD"]);
    expect(await simulator.truth()).toEqual(before);
    await simulator.repair(exchangeId);
    expect(await balanceOf(fundingSourceId)).toEqual([200, "USD"]);
    await simulator.repairPartner("MX");
  });

  test("that ends its access breaks every exchange that worked, as a sweep finds, until it is repaired", async () => {
    const before = await simulator.truth();
    const { exchangeId } = await make("MX");
    await simulator.breakPartner("MX", "consent-expired");
    const during = await simulator.truth();
    const ofMx = during.broken.filter(({ partner }) => partner === "MX").map((row) => row.exchangeId);
    expect(ofMx.length).toBeGreaterThan(before.broken.filter(({ partner }) => partner === "MX").length + 3);
    expect(ofMx).toContain(exchangeId);
    expect((await sweep(api)).map((row) => row.exchangeId).sort()).toEqual(
      during.broken.map((row) => row.exchangeId).sort(),
    );
    await simulator.completeSession(await openSession(exchangeId));
    expect(await causeOf(exchangeId)).toBeUndefined();
    await simulator.repairPartner("MX");
    expect(await simulator.truth()).toEqual(before);
  });

  test("goes by its id as well, and an unknown one is refused", async () => {
    const { body } = await api.get("/exchange-partners");
    const mx = body._embedded["exchange-partners"].find(({ name }: { name: string }) => name === "MX");
    expect(await simulator.breakPartner(mx.id, "bank-down")).toEqual({
      partnerId: mx.id,
      partner: "MX",
      as: "bank-down",
    });
    await expect(simulator.breakPartner("Visa", "bank-down")).rejects.toThrow("404");
  });
});

describe("a session under way", () => {
  test("mends nothing when the customer signs in with another account, and is used up", async () => {
    const { exchangeId } = await make("Plaid");
    await simulator.break(exchangeId, "UpdateCredentials");
    const sessionId = await openSession(exchangeId);
    await simulator.completeSession(sessionId, "different");
    expect(await causeOf(exchangeId)).toBe("UpdateCredentials");
    await expect(simulator.completeSession(sessionId)).rejects.toThrow("already completed");
    expect((await simulator.exchange(exchangeId)).sessions).toMatchObject([
      { state: "completed", account: "different" },
    ]);
  });

  test("mends nothing when the exchange was removed meanwhile", async () => {
    const { exchangeId } = await make("Plaid");
    await simulator.break(exchangeId, "UpdateCredentials");
    const sessionId = await openSession(exchangeId);
    await simulator.break(exchangeId, "removed");
    expect(await simulator.completeSession(sessionId)).toMatchObject({ state: "completed", condition: "removed" });
    expect(await statusOf(exchangeId)).toBe("removed");
  });

  test("stays open while the bank is away", async () => {
    const { exchangeId } = await make("Plaid");
    const sessionId = await openSession(exchangeId);
    await simulator.break(exchangeId, "bank-down");
    await expect(simulator.completeSession(sessionId)).rejects.toThrow("does not answer");
    await simulator.repair(exchangeId);
    await simulator.completeSession(sessionId);
  });
});

test("the state of an exchange tells its condition, sessions, events and webhooks, and nothing that opens a session", async () => {
  const { customerId, exchangeId, fundingSourceId } = await make("MX");
  await simulator.break(exchangeId, "pending-disconnect");
  const sessions = [await openSession(exchangeId), await openSession(exchangeId)];
  for (const id of sessions) await api.get(`/exchange-sessions/${id}`);
  await simulator.abandonSession(sessions[0] ?? "");
  await simulator.advanceClock(1800);
  const state = await simulator.exchange(exchangeId);
  expect(state).toMatchObject({
    exchangeId,
    customerId,
    partner: "MX",
    condition: "warned",
    isBroken: false,
    bank: "answers",
    fundingSourceIds: [fundingSourceId],
    sessions: [
      { id: sessions[0], state: "abandoned", endedAt: expect.any(String) },
      { id: sessions[1], state: "expired", endedAt: null },
    ],
    events: [{ topic: REAUTH_REQUIRED }],
    webhooks: [],
  });
  const told = JSON.stringify(state);
  for (const secret of await simulator.secrets()) expect(told).not.toContain(secret);
});

test("every call waits as long as was wished", async () => {
  await simulator.settings({ latencyMs: 60_000 });
  const call = api.get("/exchange-partners").then(
    () => "answered",
    () => "broke",
  );
  expect(await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 200, "waits"))])).toBe("waits");
  expect(await simulator.statistics()).toBeDefined();
  await simulator.settings({ latencyMs: 0 });
  expect((await api.get("/exchange-partners")).status).toBe(200);
});
