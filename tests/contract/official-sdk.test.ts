import { Dwolla } from "dwolla";
import { ResponseValidationError } from "dwolla/models/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { idOf } from "./api-caller.ts";

const NOBODY = "00000000-0000-4000-8000-000000000000";
let simulator: TestSimulator;
let dwolla: Dwolla;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 360, seed: 1 });
  dwolla = new Dwolla({ serverURL: simulator.url, security: { clientID: "local-key", clientSecret: "local-secret" } });
});
afterAll(() => simulator.stop());

function isSoleProprietorship(customer: object): boolean {
  return "businessType" in customer && customer.businessType === "soleProprietorship";
}

/** An exchange of the truth, of the wanted partner and cause. */
async function brokenExchange(partner: string, cause: string) {
  const row = (await simulator.truth()).broken.find((each) => each.partner === partner && each.cause === cause);
  if (row === undefined) throw new Error(`The seed has no ${partner} exchange broken by ${cause}.`);
  return row;
}

async function partnerHref(wanted: string): Promise<string> {
  const { embedded } = await dwolla.exchangePartners.list();
  const partner = embedded?.exchangePartners?.find(({ name }) => name === wanted);
  return `${simulator.url}/exchange-partners/${partner?.id}`;
}

describe("the official SDK reads", () => {
  test("the root", async () => {
    const { links } = await dwolla.root.get();
    expect(links?.customers?.href).toBe(`${simulator.url}/customers`);
    expect(links?.account?.href).toMatch(/\/accounts\/[0-9a-f-]{36}$/);
  });

  test("all customers of every type, page by page", async () => {
    const types = new Set<string>();
    for (const offset of [0, 200]) {
      const { embedded, total } = await dwolla.customers.list({ limit: 200, offset });
      expect(total).toBe(360);
      expect(embedded?.customers).toHaveLength(offset === 0 ? 200 : 160);
      for (const { type } of embedded?.customers ?? []) types.add(type);
    }
    expect(types).toEqual(new Set(["unverified", "receive-only", "personal", "business"]));
  });

  test("each of 200 customers with their exchanges and funding sources", async () => {
    const { embedded } = await dwolla.customers.list({ limit: 200 });
    for (const customer of embedded?.customers ?? []) {
      const { id } = customer;
      // Version 1.1.1 knows sole proprietorships in the list, but not as the answer for one customer.
      if (isSoleProprietorship(customer))
        await expect(dwolla.customers.get({ id })).rejects.toThrow(ResponseValidationError);
      else expect((await dwolla.customers.get({ id })).id).toBe(id);
      const exchanges = await dwolla.customers.exchanges.list({ id });
      expect(exchanges.embedded.exchanges).toHaveLength(exchanges.total);
      const sources = await dwolla.customers.fundingSources.list({ id });
      expect(sources.embedded?.fundingSources).toHaveLength(sources.total ?? -1);
    }
  });

  test("customers by name and status", async () => {
    const found = await dwolla.customers.list({ search: "drop table" });
    expect(found.embedded?.customers?.map(({ firstName }) => firstName)).toEqual(["Robert'); DROP TABLE customers;--"]);
    const suspended = await dwolla.customers.list({ status: "suspended", limit: 200 });
    expect(suspended.total).toBeGreaterThan(0);
    for (const { status } of suspended.embedded?.customers ?? []) expect(status).toBe("suspended");
  });

  test("exchanges and exchange partners", async () => {
    const { exchangeId } = await brokenExchange("Plaid", "deactivated");
    const exchange = await dwolla.exchanges.get({ id: exchangeId });
    expect(exchange.status).toBe("deactivated");
    const partner = await dwolla.exchangePartners.get({ id: idOf(exchange.links["exchange-partner"]?.href) });
    expect(partner.name).toBe("Plaid");
    const { embedded } = await dwolla.exchangePartners.list();
    expect(embedded?.exchangePartners?.map(({ name }) => name)).toEqual(["Finicity", "Flinks", "MX", "Plaid"]);
  });

  test("balances of a working bank and of a Dwolla balance", async () => {
    const { customerId, exchangeId } = await brokenExchange("Plaid", "UpdateCredentials");
    await simulator.repair(exchangeId);
    const { embedded } = await dwolla.customers.fundingSources.list({ id: customerId, removed: "false" });
    const source = embedded?.fundingSources?.find(({ type }) => type === "bank");
    const balance = await dwolla.fundingSources.balance.get({ id: source?.id ?? "" });
    expect(balance).toMatchObject({ available: { currency: "USD" } });
    const verified = await dwolla.customers.list({ status: "verified", limit: 1 });
    const own = await dwolla.customers.fundingSources.list({ id: verified.embedded?.customers?.[0]?.id ?? "" });
    const ownBalance = own.embedded?.fundingSources?.find(({ type }) => type === "balance");
    expect(await dwolla.fundingSources.balance.get({ id: ownBalance?.id ?? "" })).toMatchObject({
      total: { currency: "USD" },
    });
    expect((await dwolla.fundingSources.get({ id: ownBalance?.id ?? "" })).name).toBe("Balance");
    await simulator.reset();
  });

  test("events, listed and by id", async () => {
    const { embedded, total } = await dwolla.events.list({ limit: 5 });
    expect(total).toBeGreaterThan(5);
    const [event] = embedded?.events ?? [];
    expect(await dwolla.events.get({ id: event?.id ?? "" })).toEqual(event);
  });
});

describe("the official SDK makes re-auth sessions", () => {
  test.each([undefined, {}, { links: { redirectUrl: { href: "https://app.example.test/bank-return" } } }])(
    "with body %j, which give a Plaid token",
    async (requestBody) => {
      const { exchangeId } = await brokenExchange("Plaid", "UpdateCredentials");
      const created = await dwolla.exchanges.exchangeSessions.createReAuth({ id: exchangeId, requestBody });
      const location = created?.headers.location?.[0];
      const session = await dwolla.exchangeSessions.get({ id: idOf(location) });
      expect(session.externalProviderSessionToken).toMatch(/^link-sandbox-[0-9a-f-]{36}$/);
      expect(session.links.externalProviderSession).toBeUndefined();
    },
  );

  test("for MX, which give an address", async () => {
    const { exchangeId } = await brokenExchange("MX", "UpdateCredentials");
    const created = await dwolla.exchanges.exchangeSessions.createReAuth({ id: exchangeId });
    const id = idOf(created?.headers.location?.[0]);
    const session = await dwolla.exchangeSessions.get({ id });
    expect(session.externalProviderSessionToken).toBeUndefined();
    expect(session.links.externalProviderSession?.href).toMatch(/\/__simulator\/bank\/[0-9a-f]{32}$/);
    expect(session.links.externalProviderSession?.href).not.toContain(id);
  });

  test("and sessions and exchanges for a customer", async () => {
    const { customerId } = await brokenExchange("Plaid", "deactivated");
    const href = await partnerHref("Plaid");
    const session = await dwolla.customers.exchangeSessions.create({
      id: customerId,
      requestBody: { links: { exchangePartner: { href } } },
    });
    expect(session?.headers.location?.[0]).toContain(`${simulator.url}/exchange-sessions/`);
    const exchange = await dwolla.customers.exchanges.create({
      id: customerId,
      requestBody: { links: { exchangePartner: { href } }, token: "processor-sandbox-token" },
    });
    const id = idOf(exchange?.headers.location?.[0]);
    expect((await dwolla.exchanges.get({ id })).status).toBe("active");
    const { embedded } = await dwolla.customers.exchanges.list({ id: customerId });
    expect(embedded.exchanges.map((each) => each.id)).toContain(id);
  });
});

describe("the official SDK keeps webhook subscriptions", () => {
  test("creates, reads, pauses, resumes and deletes one", async () => {
    const created = await dwolla.webhookSubscriptions.create({
      url: "https://desk.example.test/hook",
      secret: "s3cret",
    });
    const id = idOf(created?.headers.location?.[0]);
    expect(await dwolla.webhookSubscriptions.get({ id })).toMatchObject({ id, paused: false });
    expect((await dwolla.webhookSubscriptions.list()).total).toBe(1);
    expect(await dwolla.webhookSubscriptions.update({ id, requestBody: { paused: true } })).toMatchObject({
      paused: true,
    });
    expect(await dwolla.webhookSubscriptions.update({ id, requestBody: { paused: false } })).toMatchObject({
      paused: false,
    });
    expect((await dwolla.webhookSubscriptions.webhooks.list({ id })).total).toBe(0);
    await dwolla.webhookSubscriptions.delete({ id });
    expect((await dwolla.webhookSubscriptions.list()).total).toBe(0);
  });
});

describe("the official SDK reports", () => {
  test("UpdateCredentials with the exchange to sign in to", async () => {
    const { customerId, exchangeId } = await brokenExchange("Plaid", "UpdateCredentials");
    const { embedded } = await dwolla.customers.fundingSources.list({ id: customerId, removed: "false" });
    const answers = await Promise.all(
      (embedded?.fundingSources ?? []).map(({ id }) =>
        dwolla.fundingSources.balance.get({ id: id ?? "" }).catch((error) => error),
      ),
    );
    const refused = answers.find(({ statusCode }) => statusCode === 400);
    expect(JSON.parse(refused.body)).toEqual({
      code: "UpdateCredentials",
      message:
        "Re-authentication is required in order to access account data. Please initiate the exchange session flow to regain access.",
      _links: {
        about: {
          href: `${simulator.url}/exchanges/${exchangeId}/exchange-sessions`,
          type: "application/vnd.dwolla.v1.hal+json",
          "resource-type": "exchange-session",
        },
      },
    });
  });

  test.each([
    ["a customer", "Customer not found.", () => dwolla.customers.get({ id: NOBODY })],
    [
      "a customer's exchanges",
      "Customer ID not found. Check Customer ID.",
      () => dwolla.customers.exchanges.list({ id: NOBODY }),
    ],
    [
      "an exchange",
      "The requested resource was not found. Check Exchange ID.",
      () => dwolla.exchanges.get({ id: NOBODY }),
    ],
    ["an exchange session", "Exchange session not found.", () => dwolla.exchangeSessions.get({ id: NOBODY })],
    ["a funding source", "Funding source not found.", () => dwolla.fundingSources.get({ id: NOBODY })],
    ["a balance", "The requested resource was not found.", () => dwolla.fundingSources.balance.get({ id: NOBODY })],
    ["an exchange partner", "The requested resource was not found.", () => dwolla.exchangePartners.get({ id: NOBODY })],
    ["an event", "The requested resource was not found.", () => dwolla.events.get({ id: NOBODY })],
    ["a subscription", "The requested resource was not found.", () => dwolla.webhookSubscriptions.get({ id: NOBODY })],
  ])("404 for %s that is not there", async (_name, message, call) => {
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ statusCode: 404, body: expect.stringContaining(message) });
  });

  test("403 for a re-auth session of a partner that has none", async () => {
    const { exchangeId } = await brokenExchange("Finicity", "deactivated");
    const error = await dwolla.exchanges.exchangeSessions
      .createReAuth({ id: exchangeId })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      statusCode: 403,
      code: "forbidden",
      message: "Not authorized to create re-authentication exchange session.",
    });
  });

  test("400 for a redirect address that is not configured", async () => {
    const { exchangeId } = await brokenExchange("Plaid", "UpdateCredentials");
    const requestBody = { links: { redirectUrl: { href: "https://elsewhere.example.test/" } } };
    const error = await dwolla.exchanges.exchangeSessions
      .createReAuth({ id: exchangeId, requestBody })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      statusCode: 400,
      code: "ValidationError",
      message: "The provided redirect URL must exactly match one of the configured URLs for the account",
    });
  });

  test("bad client credentials", async () => {
    const stranger = new Dwolla({
      serverURL: simulator.url,
      security: { clientID: "local-key", clientSecret: "wrong" },
    });
    await expect(stranger.root.get()).rejects.toThrow(/invalid_client/);
  });
});
