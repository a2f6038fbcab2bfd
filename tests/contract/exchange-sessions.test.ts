import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf } from "./api-caller.ts";

const HALF_AN_HOUR = 1800;
let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 2000 });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
});

async function brokenExchange(partner: string): Promise<string> {
  const row = (await simulator.truth()).broken.find((each) => each.partner === partner);
  if (row === undefined) throw new Error(`The seed has no broken ${partner} exchange.`);
  return row.exchangeId;
}

async function sessionsPath(partner: string): Promise<string> {
  return `/exchanges/${await brokenExchange(partner)}/exchange-sessions`;
}

const isBroken = async (exchangeId: string) =>
  (await simulator.truth()).broken.some((each) => each.exchangeId === exchangeId);
const redirectTo = (href: unknown) => ({ _links: { "redirect-url": { href } } });

describe("a re-auth session", () => {
  test("is made with an empty answer and its address", async () => {
    const { status, text, headers } = await api.post(await sessionsPath("Plaid"));
    expect([status, text]).toEqual([201, ""]);
    expect(headers.get("location")).toMatch(new RegExp(`^${simulator.url}/exchange-sessions/[0-9a-f-]{36}$`));
  });

  test("of Plaid gives a token and nothing that names the customer or the exchange", async () => {
    const exchangeId = await brokenExchange("Plaid");
    const { headers } = await api.post(`/exchanges/${exchangeId}/exchange-sessions`);
    const { body, text } = await api.get(headers.get("location") ?? "");
    expect(Object.keys(body).sort()).toEqual(["_links", "created", "externalProviderSessionToken"]);
    expect(Object.keys(body._links).sort()).toEqual(["exchange-partner", "self"]);
    expect(body._links.self["resource-type"]).toBe("exchange-sessions");
    expect(text).not.toContain(exchangeId);
  });

  test("of MX gives an address of type text/html", async () => {
    const { headers } = await api.post(await sessionsPath("MX"));
    const { body } = await api.get(headers.get("location") ?? "");
    expect(Object.keys(body).sort()).toEqual(["_links", "created"]);
    expect(body._links["external-provider-session"]).toMatchObject({ type: "text/html" });
  });

  test.each(["Finicity", "Flinks"])("of %s is forbidden", async (partner) => {
    const { status, body } = await api.post(await sessionsPath(partner));
    expect([status, body]).toEqual([
      403,
      { code: "forbidden", message: "Not authorized to create re-authentication exchange session." },
    ]);
  });

  test("of a removed exchange is not found", async () => {
    const exchangeId = await brokenExchange("Plaid");
    await simulator.break(exchangeId, "removed");
    expect((await api.post(`/exchanges/${exchangeId}/exchange-sessions`)).status).toBe(404);
  });

  test("is in the list of secrets with its token or its address", async () => {
    const plaid = await api.post(await sessionsPath("Plaid"));
    const mx = await api.post(await sessionsPath("MX"));
    const token = (await api.get(plaid.headers.get("location") ?? "")).body.externalProviderSessionToken;
    const address = (await api.get(mx.headers.get("location") ?? "")).body._links["external-provider-session"].href;
    expect(await simulator.secrets()).toEqual(expect.arrayContaining([token, address, idOf(address)]));
    await simulator.reset();
    expect(await simulator.secrets()).toContain(token);
    expect(await simulator.accessTokens()).toContain(api.token);
  });
});

describe("the redirect address", () => {
  test.each(["https://app.example.test/bank-return", "com.example.app"])("may be the configured %s", async (href) => {
    expect((await api.post(await sessionsPath("Plaid"), redirectTo(href))).status).toBe(201);
  });

  test.each([
    [
      "https://app.example.test/bank-return/",
      "The provided redirect URL must exactly match one of the configured URLs for the account",
    ],
    [
      "http://app.example.test/bank-return",
      "The provided redirect URL must exactly match one of the configured URLs for the account",
    ],
    ["com.example.other", "The provided redirect URL must exactly match one of the configured URLs for the account"],
    ["https://", "/_links/redirect-url/href is invalid"],
    ["javascript:alert(1)", "/_links/redirect-url/href is invalid"],
    ["app", "/_links/redirect-url/href is invalid"],
    ["", "/_links/redirect-url/href is invalid"],
    [7, "/_links/redirect-url/href is invalid"],
  ])("may not be %j", async (href, message) => {
    const { status, body } = await api.post(await sessionsPath("Plaid"), redirectTo(href));
    expect([status, body]).toEqual([400, { code: "ValidationError", message }]);
  });

  test("is checked against the addresses that were set", async () => {
    await simulator.settings({ redirectAddresses: ["org.example.bank"] });
    expect((await api.post(await sessionsPath("Plaid"), redirectTo("org.example.bank"))).status).toBe(201);
    expect((await api.post(await sessionsPath("Plaid"), redirectTo("com.example.app"))).status).toBe(400);
  });

  test.each([[[]], ["text"], [null]])("needs a body that is an object, not %j", async (body) => {
    const answer = await api.post(await sessionsPath("Plaid"), body);
    expect([answer.status, answer.body.message]).toEqual([400, "Invalid request parameters"]);
  });
});

describe("an idempotency key", () => {
  test("gives the same session again for the same body, for 24 hours", async () => {
    const path = await sessionsPath("Plaid");
    const press = () => api.post(path, {}, { "idempotency-key": "one-press" });
    const first = await press();
    const repeat = await press();
    expect([repeat.status, repeat.headers.get("location")]).toEqual([201, first.headers.get("location")]);
    await simulator.advanceClock(24 * 3600);
    api = await createApiCaller(simulator.url);
    expect((await press()).headers.get("location")).not.toBe(first.headers.get("location"));
  });

  test("conflicts while the first request still runs", async () => {
    const path = await sessionsPath("Plaid");
    await simulator.fault({ path, fault: { kind: "hang", afterEffect: false } });
    const leave = new AbortController();
    const headers = {
      authorization: `Bearer ${api.token}`,
      accept: "application/vnd.dwolla.v1.hal+json",
      "idempotency-key": "busy",
    };
    const hanging = fetch(`${simulator.url}${path}`, { method: "POST", headers, signal: leave.signal }).catch(
      () => "left",
    );
    await expect.poll(() => simulator.requests({ path })).toHaveLength(1);
    const { status, body } = await api.post(path, undefined, { "idempotency-key": "busy" });
    expect([status, body.code]).toEqual([409, "Conflict"]);
    leave.abort();
    expect(await hanging).toBe("left");
  });

  test("conflicts with another body", async () => {
    const path = await sessionsPath("Plaid");
    await api.post(path, {}, { "idempotency-key": "reused" });
    expect((await api.post(path, redirectTo("com.example.app"), { "idempotency-key": "reused" })).status).toBe(409);
  });

  test("is free again after a connection that broke before anything happened", async () => {
    const path = await sessionsPath("Plaid");
    await simulator.fault({ path, fault: { kind: "reset" } });
    const press = () => api.post(path, {}, { "idempotency-key": "broken-line" });
    await expect(press()).rejects.toThrow("fetch failed");
    expect((await press()).status).toBe(201);
  });

  test("stays free after a refusal", async () => {
    const path = await sessionsPath("Plaid");
    expect((await api.post(path, redirectTo("app"), { "idempotency-key": "second-try" })).status).toBe(400);
    expect((await api.post(path, {}, { "idempotency-key": "second-try" })).status).toBe(201);
  });
});

describe("the customer at the bank", () => {
  test.each(["Plaid", "MX"])("repairs an exchange of %s by signing in", async (partner) => {
    const exchangeId = await brokenExchange(partner);
    const { headers } = await api.post(`/exchanges/${exchangeId}/exchange-sessions`);
    await simulator.completeSession(idOf(headers.get("location")));
    expect(await isBroken(exchangeId)).toBe(false);
    expect((await api.get(`/exchanges/${exchangeId}`)).body.status).toBe("active");
  });

  test("changes nothing by leaving, and a session serves once", async () => {
    const exchangeId = await brokenExchange("Plaid");
    const { headers } = await api.post(`/exchanges/${exchangeId}/exchange-sessions`);
    const sessionId = idOf(headers.get("location"));
    await simulator.abandonSession(sessionId);
    expect(await isBroken(exchangeId)).toBe(true);
    await expect(simulator.completeSession(sessionId)).rejects.toThrow("already abandoned");
  });

  test("comes too late after half an hour", async () => {
    const { headers } = await api.post(await sessionsPath("Plaid"));
    await simulator.advanceClock(HALF_AN_HOUR);
    await expect(simulator.completeSession(idOf(headers.get("location")))).rejects.toThrow("expired");
  });
});

describe("breaking on purpose", () => {
  test("is refused where nothing could show it", async () => {
    const finicity = await brokenExchange("Finicity");
    await expect(simulator.break(finicity, "UpdateCredentials")).rejects.toThrow("allows no balance checks");
    await expect(simulator.break("00000000-0000-4000-8000-000000000000", "removed")).rejects.toThrow("404");
  });

  test("makes a warned exchange an event that comes first", async () => {
    const exchangeId = await brokenExchange("Plaid");
    await simulator.break(exchangeId, "warned");
    const { body } = await api.get("/events?limit=1");
    expect(body._embedded.events[0]).toMatchObject({
      topic: "customer_exchange_reauth_required",
      resourceId: exchangeId,
    });
  });
});
