import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { createDwollaClient, type DwollaClient } from "#dwolla/client.ts";
import { failureOf } from "../support/fault-server.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const REAUTH_ROUTE = { method: "POST", path: "/exchanges/*/exchange-sessions" };
const newKey = () => ({ idempotencyKey: randomUUID() });

let simulator: TestSimulator;
let dwolla: DwollaClient;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 400 });
});

beforeEach(async () => {
  await simulator.reset();
  dwolla = openClient();
  return () => dwolla.close();
});

afterAll(() => simulator.stop());

function openClient(limits = {}) {
  return createDwollaClient({
    baseUrl: simulator.url,
    key: "local-key",
    secret: "local-secret",
    limits,
    sleep: async () => {},
  });
}

async function exchangeOf(partner: string): Promise<{ customerId: CustomerId; exchangeId: ExchangeId }> {
  const { broken } = await simulator.truth();
  const found = broken.find((exchange) => exchange.partner === partner);
  if (!found) throw new Error(`no broken ${partner} exchange in this world`);
  return { customerId: found.customerId as CustomerId, exchangeId: found.exchangeId as ExchangeId };
}

describe("reading the simulator", () => {
  it("accepts the credentials, and says so when they are wrong", async () => {
    await expect(dwolla.checkCredentials()).resolves.toMatchObject({ requestId: expect.any(String) });
    const stranger = createDwollaClient({ baseUrl: simulator.url, key: "local-key", secret: "wrong" });
    expect(await failureOf(stranger.checkCredentials())).toMatchObject({
      kind: "http",
      status: 401,
      code: "invalid_client",
    });
    await stranger.close();
  });

  it("lists every customer once over its pages, and gives each by id", async () => {
    const pages = await Promise.all([0, 200, 400].map((offset) => dwolla.listCustomers({ limit: 200, offset })));
    const customers = pages.flatMap((page) => page.customers);
    expect(pages.map(({ total }) => total)).toEqual([400, 400, 400]);
    expect(new Set(customers.map(({ id }) => id)).size).toBe(400);
    const [first] = customers;
    if (!first) throw new Error("no customers");
    expect(await dwolla.getCustomer(first.id)).toMatchObject({
      id: first.id,
      email: first.email,
      createdAt: first.createdAt,
    });
  });

  it("searches by e-mail and by status", async () => {
    const { customers } = await dwolla.listCustomers({ limit: 1, offset: 7 });
    const email = customers[0]?.email ?? "";
    expect((await dwolla.listCustomers({ limit: 25, offset: 0, email })).customers).toMatchObject([{ email }]);
    const suspended = await dwolla.listCustomers({ limit: 200, offset: 0, statuses: ["suspended", "deactivated"] });
    expect(suspended.total).toBeGreaterThan(0);
    for (const { status } of suspended.customers) expect(["suspended", "deactivated"]).toContain(status);
  });

  it("gives an exchange of a customer the same by list and by id, with a known partner", async () => {
    const { customerId, exchangeId } = await exchangeOf("Plaid");
    const [listed, read, partners] = await Promise.all([
      dwolla.listExchangesOfCustomer(customerId),
      dwolla.getExchange(exchangeId),
      dwolla.listExchangePartners(),
    ]);
    const inList = listed.find(({ id }) => id === exchangeId);
    expect(inList).toMatchObject({
      customerId,
      status: read.status,
      partnerId: read.partnerId,
      createdAt: read.createdAt,
    });
    expect(partners.find(({ id }) => id === read.partnerId)?.name).toBe("Plaid");
  });

  it("finds by balance checks which exchange needs its bank signed in to again", async () => {
    const { customerId, exchangeId } = await exchangeOf("Plaid");
    await simulator.break(exchangeId, "UpdateCredentials");
    const sources = await dwolla.listFundingSourcesOfCustomer(customerId, { removed: false });
    const checks = await Promise.all(
      sources.filter(({ type }) => type === "bank").map(({ id }) => dwolla.checkBalance(id)),
    );
    const named = checks.filter((check) => check.kind === "update_credentials").map(({ exchangeId }) => exchangeId);
    expect(named).toContain(exchangeId);
  });

  it("has an answer to the balance check of every bank of a hundred customers", async () => {
    const { customers } = await dwolla.listCustomers({ limit: 100, offset: 0 });
    const lists = await Promise.all(
      customers.map(({ id }) => dwolla.listFundingSourcesOfCustomer(id, { removed: false })),
    );
    const banks = lists.flat().filter(({ type }) => type === "bank");
    const kinds = await Promise.all(banks.map(async ({ id }) => (await dwolla.checkBalance(id)).kind));
    expect(kinds).toContain("answered");
  });

  it("says not found, with code and request id, for what does not exist", async () => {
    const nobody = "00000000-0000-4000-8000-000000000000";
    for (const call of [dwolla.getCustomer(nobody as CustomerId), dwolla.getExchange(nobody as ExchangeId)]) {
      expect(await failureOf(call)).toMatchObject({ kind: "http", status: 404, requestId: expect.any(String) });
    }
  });

  it("goes on through the end of a token's life", async () => {
    await simulator.settings({ tokenLifetimeSeconds: 60 });
    await dwolla.checkCredentials();
    await simulator.advanceClock(61);
    await expect(dwolla.checkCredentials()).resolves.toBeDefined();
  });
});

describe("re-auth sessions of the simulator", () => {
  it("hand over a token for Plaid", async () => {
    const { exchangeId } = await exchangeOf("Plaid");
    const { sessionId } = await dwolla.createReauthSession(exchangeId, newKey());
    const { handover, partnerId } = await dwolla.getExchangeSession(sessionId);
    if (handover.kind !== "token") throw new Error(handover.kind);
    expect(await simulator.secrets()).toContain(handover.token.reveal());
    expect(partnerId).toBe((await dwolla.getExchange(exchangeId)).partnerId);
  });

  it("hand over an address for MX", async () => {
    const { exchangeId } = await exchangeOf("MX");
    const { sessionId } = await dwolla.createReauthSession(exchangeId, newKey());
    const { handover } = await dwolla.getExchangeSession(sessionId);
    if (handover.kind !== "address") throw new Error(handover.kind);
    expect(await simulator.secrets()).toContain(handover.address.reveal());
  });

  it("give the same session to the same idempotency key, another to another", async () => {
    const { exchangeId } = await exchangeOf("Plaid");
    const key = newKey();
    const first = await dwolla.createReauthSession(exchangeId, key);
    expect((await dwolla.createReauthSession(exchangeId, key)).sessionId).toBe(first.sessionId);
    expect((await dwolla.createReauthSession(exchangeId, newKey())).sessionId).not.toBe(first.sessionId);
  });

  it("are refused, and not made, for a redirect address that is not configured", async () => {
    const { exchangeId } = await exchangeOf("Plaid");
    const input = { ...newKey(), redirectUrl: "https://elsewhere.example.test/" };
    const error = await failureOf(dwolla.createReauthSession(exchangeId, input));
    expect(error).toMatchObject({ kind: "http", status: 400, code: "ValidationError", effect: "not-applied" });
  });

  it.each([
    [{ kind: "status", status: 400 }, "http", "not-applied"],
    [{ kind: "status", status: 403 }, "http", "not-applied"],
    [{ kind: "status", status: 404 }, "http", "not-applied"],
    [{ kind: "status", status: 409 }, "http", "unknown"],
    [{ kind: "status", status: 500 }, "http", "unknown"],
    [{ kind: "status", status: 500, afterEffect: true }, "http", "unknown"],
    [{ kind: "rate-limit" }, "http", "not-applied"],
    [{ kind: "no-location" }, "response_shape", "unknown"],
    [{ kind: "foreign-location" }, "response_shape", "unknown"],
    [{ kind: "not-json" }, "response_shape", "unknown"],
    [{ kind: "reset" }, "network", "unknown"],
    [{ kind: "reset", afterEffect: true }, "network", "unknown"],
    [{ kind: "truncate" }, "network", "unknown"],
    [{ kind: "hang" }, "timeout", "unknown"],
    [{ kind: "hang", afterEffect: true }, "timeout", "unknown"],
  ] as const)("after %j fail with the right effect, and are asked for once", async (fault, kind, effect) => {
    const { exchangeId } = await exchangeOf("Plaid");
    const impatient = openClient({ totalTimeoutMs: 500 });
    await simulator.fault({ ...REAUTH_ROUTE, fault });
    expect(await failureOf(impatient.createReauthSession(exchangeId, newKey()))).toMatchObject({ kind, effect });
    expect(await simulator.requests({ method: "POST", path: "/exchange-sessions" })).toHaveLength(1);
    await impatient.close();
  });

  it("are asked for once when the first answer is 401, and the next press succeeds", async () => {
    const { exchangeId } = await exchangeOf("Plaid");
    await simulator.fault({ ...REAUTH_ROUTE, fault: { kind: "status", status: 401 } });
    expect(await failureOf(dwolla.createReauthSession(exchangeId, newKey()))).toMatchObject({ effect: "not-applied" });
    expect(await simulator.requests({ method: "POST", path: "/exchange-sessions" })).toHaveLength(1);
    await dwolla.createReauthSession(exchangeId, newKey());
  });
});
