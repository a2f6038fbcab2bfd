import { describe, expect, it } from "vitest";
import type { CustomerId } from "#domain/ids.ts";
import {
  BALANCE_PATH,
  bytes,
  CUSTOMER_ID,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  FUNDING_SOURCE_ID,
  failureOf,
  hal,
  PARTNER_ID,
  REQUEST_ID,
  SESSION_ID,
  SESSION_PATH,
  startFaultyDwolla,
} from "../support/fault-server.ts";

describe("customers", () => {
  it("come with the total, and the query is bounded and encoded", async () => {
    const { server, client } = await startFaultyDwolla();
    const wire = {
      id: CUSTOMER_ID,
      firstName: "Ada",
      type: "personal",
      status: "verified",
      created: "2026-01-02T03:04:05.000Z",
    };
    server.on("GET /customers", hal(200, { _links: {}, _embedded: { customers: [wire] }, total: 41 }));
    const page = await client.listCustomers({
      limit: 200,
      offset: 40,
      search: "a&b=c",
      email: "a+b@example.test",
      statuses: ["kba", "retry"],
    });
    expect(page).toEqual({
      total: 41,
      customers: [
        {
          id: CUSTOMER_ID,
          firstName: "Ada",
          lastName: null,
          businessName: null,
          email: null,
          type: "personal",
          status: "verified",
          createdAt: new Date("2026-01-02T03:04:05Z"),
        },
      ],
    });
    expect(server.requests.at(-1)?.path).toBe(
      "/customers?limit=200&offset=40&search=a%26b%3Dc&email=a%2Bb%40example.test&status=kba&status=retry",
    );
  });

  it.each([
    { limit: 0, offset: 0 },
    { limit: 201, offset: 0 },
    { limit: 1.5, offset: 0 },
    { limit: Number.NaN, offset: 0 },
    { limit: 1, offset: -1 },
    { limit: 1, offset: Number.POSITIVE_INFINITY },
  ])("are not asked for with %j", async (query) => {
    const { server, client } = await startFaultyDwolla();
    expect(await failureOf(client.listCustomers(query))).toBeInstanceOf(RangeError);
    expect(server.requests).toEqual([]);
  });

  it("are refused as a page without a total, which would end a crawl early", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /customers", hal(200, { _embedded: { customers: [{ id: CUSTOMER_ID }] } }));
    expect(await failureOf(client.listCustomers({ limit: 1, offset: 0 }))).toMatchObject({ problem: "total: missing" });
  });

  it("are refused when another one is answered than was asked for", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET /customers/${CUSTOMER_ID}`, hal(200, { id: EXCHANGE_ID }));
    expect(await failureOf(client.getCustomer(CUSTOMER_ID))).toMatchObject({ problem: "id: not the one asked for" });
  });

  it("are not asked for with an id that is no UUID", async () => {
    const { server, client } = await startFaultyDwolla();
    expect(await failureOf(client.getCustomer("../token" as CustomerId))).toBeInstanceOf(TypeError);
    expect(server.requests).toEqual([]);
  });
});

describe("exchanges", () => {
  it("carry partner and customer from links of our host, and the request id as evidence", async () => {
    const { server, client } = await startFaultyDwolla();
    const links = {
      customer: { href: `${server.url}/customers/${CUSTOMER_ID}` },
      "exchange-partner": { href: `${server.url}/exchange-partners/${PARTNER_ID}` },
    };
    server.on(
      `GET ${EXCHANGE_PATH}`,
      hal(200, { id: EXCHANGE_ID, status: "paused", created: "2026-01-02T03:04:05Z", _links: links }),
    );
    expect(await client.getExchange(EXCHANGE_ID)).toEqual({
      id: EXCHANGE_ID,
      customerId: CUSTOMER_ID,
      partnerId: PARTNER_ID,
      status: "paused",
      createdAt: new Date("2026-01-02T03:04:05Z"),
      requestId: REQUEST_ID,
    });
  });

  it("have no customer and no partner when the links are absent or lead elsewhere", async () => {
    const { server, client } = await startFaultyDwolla();
    const foreign = {
      "exchange-partner": { href: `https://evil.example/exchange-partners/${PARTNER_ID}` },
      customer: 7,
    };
    server.on(
      `GET ${EXCHANGE_PATH}`,
      hal(200, { id: EXCHANGE_ID, status: "active" }),
      hal(200, { id: EXCHANGE_ID, status: "active", _links: foreign }),
    );
    expect(await client.getExchange(EXCHANGE_ID)).toMatchObject({ customerId: null, partnerId: null });
    expect(await client.getExchange(EXCHANGE_ID)).toMatchObject({ customerId: null, partnerId: null });
  });

  it("of a customer belong to that customer", async () => {
    const { server, client } = await startFaultyDwolla();
    const items = [{ id: EXCHANGE_ID, status: "active" }, { id: PARTNER_ID }];
    server.on(`GET /customers/${CUSTOMER_ID}/exchanges`, hal(200, { _embedded: { exchanges: items }, total: 2 }));
    expect(await client.listExchangesOfCustomer(CUSTOMER_ID)).toMatchObject([
      { id: EXCHANGE_ID, customerId: CUSTOMER_ID, status: "active" },
      { id: PARTNER_ID, customerId: CUSTOMER_ID, status: "unknown" },
    ]);
  });
});

describe("exchange partners and funding sources", () => {
  it("keep names that are not documented", async () => {
    const { server, client } = await startFaultyDwolla();
    const partners = [{ id: PARTNER_ID, name: "Visa", status: "active" }];
    server.on("GET /exchange-partners", hal(200, { _embedded: { "exchange-partners": partners }, total: 1 }));
    expect(await client.listExchangePartners()).toEqual(partners);
  });

  it("say which funding sources were removed, and can leave them out", async () => {
    const { server, client } = await startFaultyDwolla();
    const wire = { id: FUNDING_SOURCE_ID, type: "bank", status: "verified", name: "Checking", removed: true };
    server.on(`GET /customers/${CUSTOMER_ID}/funding-sources`, hal(200, { _embedded: { "funding-sources": [wire] } }));
    const [source] = await client.listFundingSourcesOfCustomer(CUSTOMER_ID);
    expect(source).toMatchObject({ id: FUNDING_SOURCE_ID, isRemoved: true, bankName: null });
    await client.listFundingSourcesOfCustomer(CUSTOMER_ID, { removed: false });
    expect(server.requests.map(({ path }) => path).slice(-2)).toEqual([
      `/customers/${CUSTOMER_ID}/funding-sources`,
      `/customers/${CUSTOMER_ID}/funding-sources?removed=false`,
    ]);
  });
});

describe("a balance check", () => {
  const about = (href: unknown) => ({ code: "UpdateCredentials", message: "…", _links: { about: { href } } });
  const unsupported = (message: string) => ({ code: "UnsupportedOperation", message });

  it.each([
    [
      200,
      { available: { value: "5.00", currency: "USD" }, lastUpdated: "2026-01-02T03:04:05Z" },
      {
        kind: "answered",
        available: { value: "5.00", currency: "USD" },
        lastUpdatedAt: new Date("2026-01-02T03:04:05Z"),
      },
    ],
    [200, { closing: { value: "5.00", currency: "USD" } }, { kind: "answered", available: null, lastUpdatedAt: null }],
    [202, { status: "processing" }, { kind: "processing" }],
    [202, {}, { kind: "processing" }],
    [
      400,
      about(`https://evil.example/exchanges/${EXCHANGE_ID}/exchange-sessions`),
      { kind: "update_credentials", exchangeId: null },
    ],
    [400, about(5), { kind: "update_credentials", exchangeId: null }],
    [400, { code: "updatecredentials" }, { kind: "update_credentials", exchangeId: null }],
    [
      400,
      unsupported("Retrieving the balance is not supported for this type of funding source."),
      { kind: "unsupported", why: "funding_source" },
    ],
    [
      400,
      unsupported("Balance Check is not supported by your exchange partner."),
      { kind: "unsupported", why: "exchange_partner" },
    ],
    [400, unsupported("No."), { kind: "unsupported", why: "not_said" }],
    [403, { code: "forbidden", message: "Balance Check not enabled for this account." }, { kind: "not_enabled" }],
  ])("answered %i %j gives %j", async (status, body, result) => {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET ${BALANCE_PATH}`, hal(status, body));
    expect(await client.checkBalance(FUNDING_SOURCE_ID)).toEqual({ ...result, status, requestId: REQUEST_ID });
  });

  it("names the exchange that UpdateCredentials is about", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET ${BALANCE_PATH}`, hal(400, about(`${server.url}/exchanges/${EXCHANGE_ID}/exchange-sessions`)));
    expect(await client.checkBalance(FUNDING_SOURCE_ID)).toMatchObject({
      kind: "update_credentials",
      exchangeId: EXCHANGE_ID,
    });
  });

  it.each([
    [400, { code: "ValidationError" }, "http"],
    [403, { code: "InvalidIpAddress" }, "http"],
    [404, { code: "NotFound" }, "http"],
    [500, { code: "RequestTimeout" }, "http"],
    [200, {}, "response_shape"],
    [200, { available: "5.00" }, "response_shape"],
  ])("answered %i %j proves nothing and is thrown", async (status, body, kind) => {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET ${BALANCE_PATH}`, hal(status, body));
    expect(await failureOf(client.checkBalance(FUNDING_SOURCE_ID))).toMatchObject({ kind, status });
  });
});

describe("an exchange session", () => {
  async function read(body: (url: string) => object) {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET ${SESSION_PATH}`, hal(200, { created: "2026-01-02T03:04:05Z", _links: {}, ...body(server.url) }));
    return client.getExchangeSession(SESSION_ID);
  }
  const address = (href: unknown) => ({ _links: { "external-provider-session": { href } } });

  it("hands over a token that only reveal() gives", async () => {
    const { handover, createdAt } = await read(() => ({ externalProviderSessionToken: "link-sandbox-1" }));
    if (handover.kind !== "token") throw new Error(handover.kind);
    expect(handover.token.reveal()).toBe("link-sandbox-1");
    expect(JSON.stringify(handover)).not.toContain("link-sandbox-1");
    expect(createdAt).toEqual(new Date("2026-01-02T03:04:05Z"));
  });

  it("hands over an address that is https, or at the simulator's own host", async () => {
    const bank = await read(() => address("https://int-widgets.moneydesktop.com/md/connect/1"));
    const local = await read((url) => address(`${url}/__simulator/bank/1`));
    if (bank.handover.kind !== "address" || local.handover.kind !== "address") throw new Error("no address");
    expect(bank.handover.address.reveal()).toBe("https://int-widgets.moneydesktop.com/md/connect/1");
    expect(local.handover.address.reveal()).toMatch(/\/__simulator\/bank\/1$/);
  });

  it("hands over nothing when there is neither", async () => {
    expect(
      await read((url) => ({ _links: { "exchange-partner": { href: `${url}/exchange-partners/${PARTNER_ID}` } } })),
    ).toMatchObject({
      handover: { kind: "none" },
      partnerId: PARTNER_ID,
    });
  });

  it.each(["javascript:alert(1)", "http://bank.example/", "data:text/html,x", "", 5])(
    "is refused with the address %j",
    async (href) => {
      expect(await failureOf(read(() => address(href)))).toMatchObject({ kind: "response_shape" });
    },
  );

  it("is refused when its token is not text", async () => {
    expect(await failureOf(read(() => ({ externalProviderSessionToken: 42 })))).toMatchObject({
      kind: "response_shape",
    });
  });
});

describe("credentials check", () => {
  it("resolves when the root answers", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /", hal(200, { _links: { customers: { href: `${server.url}/customers` } } }));
    expect(await client.checkCredentials()).toEqual({ requestId: REQUEST_ID });
  });

  it("fails when the credentials are refused, and when something else than Dwolla answers", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /", bytes("<html>Welcome</html>", "text/html"));
    expect(await failureOf(client.checkCredentials())).toMatchObject({ kind: "response_shape" });
    const refused = await startFaultyDwolla();
    refused.server.on("POST /token", hal(401, { error: "invalid_client" }));
    expect(await failureOf(refused.client.checkCredentials())).toMatchObject({
      kind: "http",
      status: 401,
      code: "invalid_client",
    });
  });
});
