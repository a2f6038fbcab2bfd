import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, fetchToken, HAL_TYPE, send } from "./api-caller.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 120 });
  api = await createApiCaller(simulator.url);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

describe("POST /token", () => {
  test("gives a bearer token for Basic credentials, as plain JSON", async () => {
    const { status, headers, body } = await fetchToken(simulator.url);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(body).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: 3600 });
  });

  test("takes credentials in the form as well", async () => {
    const form = { client_id: "local-key", client_secret: "local-secret", grant_type: "client_credentials" };
    const { status, body } = await send(new URL("/token", simulator.url), {
      method: "POST",
      body: new URLSearchParams(form),
    });
    expect([status, body.token_type]).toEqual([200, "Bearer"]);
  });

  test("refuses wrong credentials in OAuth's form", async () => {
    const { status, body } = await fetchToken(simulator.url, "local-key:guess");
    expect([status, body]).toEqual([401, { error: "invalid_client" }]);
  });

  test("lets a token expire after the set lifetime, and earlier tokens live on beside a new one", async () => {
    await simulator.settings({ tokenLifetimeSeconds: 60 });
    const shortLived = await createApiCaller(simulator.url);
    expect((await shortLived.get("/")).status).toBe(200);
    expect((await api.get("/")).status).toBe(200);
    await simulator.advanceClock(61);
    const { status, body } = await shortLived.get("/");
    expect([status, body.code]).toEqual([401, "ExpiredAccessToken"]);
  });
});

describe("every answer", () => {
  test.each([
    ["200", "GET", "/customers?limit=1"],
    ["404", "GET", "/nothing-here"],
    ["405", "DELETE", "/customers"],
    ["400", "GET", "/customers?limit=0"],
  ])("with %s is HAL and has a request id of its own, which the log knows", async (_status, method, path) => {
    const { headers } = await api.call(method, path);
    expect(headers.get("content-type")).toMatch(HAL_TYPE);
    expect(headers.get("x-request-id")).toMatch(UUID);
    const [logged] = await simulator.requests({ path });
    expect(logged?.requestId).toBe(headers.get("x-request-id"));
  });

  test("links to the host that was asked", async () => {
    const otherName = simulator.url.replace("127.0.0.1", "localhost");
    const { body } = await api.get(`${otherName}/customers?limit=1`);
    expect(body._links.first.href).toBe(`${otherName}/customers?limit=1&offset=0`);
    expect(body._embedded.customers[0]._links.self.href.startsWith(otherName)).toBe(true);
  });
});

describe("a request is refused", () => {
  test.each([
    ["without a token", {}, 401, "InvalidCredentials"],
    ["with another scheme", { authorization: "Basic abc" }, 401, "InvalidCredentials"],
    ["with an unknown token", { authorization: "Bearer nobody" }, 401, "InvalidAccessToken"],
  ])("%s", async (_name, headers, status, code) => {
    const answer = await send(new URL("/customers", simulator.url), { headers: { accept: HAL_TYPE, ...headers } });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test("without Dwolla's media type in Accept", async () => {
    const { status, body } = await api.get("/customers", { accept: "application/json" });
    expect([status, body.code]).toEqual([406, "InvalidVersion"]);
  });

  test("when the resource has no such method", async () => {
    const { status, body, headers } = await api.call("DELETE", "/exchange-partners");
    expect([status, body.code, headers.get("allow")]).toEqual([405, "MethodNotAllowed", "GET"]);
  });

  test("when its body is not JSON", async () => {
    const { status, body } = await api.call("POST", "/webhook-subscriptions", { "content-type": HAL_TYPE }, "{url:");
    expect([status, body.code]).toEqual([400, "BadRequest"]);
  });

  test.each(["limit=0", "limit=201", "limit=abc", "offset=-1", "limit=1.5"])(
    "with ?%s, in an embedded error",
    async (query) => {
      const { status, body } = await api.get(`/customers?${query}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: "ValidationError",
        _embedded: { errors: [{ code: "Invalid", path: `/${query.split("=")[0]}`, _links: {} }] },
      });
    },
  );

  test.each(["not-an-id", "%00", "00000000-0000-4000-8000-000000000000", "../truth"])(
    "for the customer %s",
    async (id) => {
      expect((await api.get(`/customers/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );

  test("for an id that belongs to another kind of thing", async () => {
    const [partner] = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
    expect((await api.get(`/customers/${partner.id}`)).status).toBe(404);
    expect((await api.get(`/exchanges/${partner.id}`)).status).toBe(404);
  });
});

describe("GET /customers", () => {
  test("pages by its own links over every customer once, in the order of creation", async () => {
    const seen: { id: string; created: string }[] = [];
    for (let path: string | undefined = "/customers"; path !== undefined; ) {
      const { body } = await api.get(path);
      expect(body._embedded.customers.length).toBeLessThanOrEqual(25);
      seen.push(...body._embedded.customers);
      path = body._links.next?.href;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(120);
    expect(seen.map(({ created }) => created)).toEqual(seen.map(({ created }) => created).sort());
  });

  test("links first, last, prev and next, and keeps the filters in them", async () => {
    const { body } = await api.get("/customers?status=verified&limit=10&offset=10");
    expect(body._links.first.href).toContain("status=verified&limit=10&offset=0");
    expect(body._links.prev.href).toBe(body._links.first.href);
    expect(body._links.next.href).toContain("status=verified&limit=10&offset=20");
    expect(Number(new URL(body._links.last.href).searchParams.get("offset"))).toBe(
      Math.floor((body.total - 1) / 10) * 10,
    );
  });

  test("filters by several statuses, by exact e-mail and by part of a name", async () => {
    const { body } = await api.get("/customers?status=suspended&status=verified&limit=200");
    const statuses = new Set(body._embedded.customers.map(({ status }: { status: string }) => status));
    expect(statuses).toEqual(new Set(["suspended", "verified"]));
    const [customer] = body._embedded.customers;
    const byEmail = (await api.get(`/customers?email=${encodeURIComponent(customer.email)}`)).body;
    expect([byEmail.total, byEmail._embedded.customers[0].id]).toEqual([1, customer.id]);
    const byName = (await api.get(`/customers?search=${encodeURIComponent(customer.lastName.toUpperCase())}&limit=200`))
      .body;
    expect(byName._embedded.customers.map(({ id }: { id: string }) => id)).toContain(customer.id);
    expect((await api.get("/customers?search=nobody-has-this-name")).body).toMatchObject({
      total: 0,
      _embedded: { customers: [] },
    });
  });

  test("answers an offset beyond the end with an empty page", async () => {
    const { status, body } = await api.get("/customers?offset=5000");
    expect([status, body.total, body._embedded.customers]).toEqual([200, 120, []]);
  });
});

test("GET /exchanges does not show the exchanges of customers", async () => {
  expect((await api.get("/exchanges")).body).toMatchObject({ total: 0, _embedded: { exchanges: [] } });
});

describe("the request log", () => {
  test("holds method, path, status, key and time of each request, and none of its own controls", async () => {
    await simulator.truth();
    const { broken } = await simulator.truth();
    const path = `/exchanges/${broken[0]?.exchangeId}/exchange-sessions`;
    await api.post(path, {}, { "idempotency-key": "press-1" });
    await api.get("/customers?limit=1");
    expect(await simulator.requests()).toEqual([
      {
        method: "POST",
        path,
        status: 201,
        idempotencyKey: "press-1",
        at: expect.any(String),
        requestId: expect.stringMatching(UUID),
      },
      expect.objectContaining({ method: "GET", path: "/customers?limit=1", status: 200, idempotencyKey: null }),
    ]);
    expect(await simulator.requests({ method: "post" })).toHaveLength(1);
    expect(await simulator.requests({ path: "/customers" })).toHaveLength(1);
    await simulator.clearRequests();
    expect(await simulator.requests()).toEqual([]);
  });
});

describe("the guide to the controls", () => {
  test("names only controls that exist", async () => {
    const guide = (await send(new URL("/__simulator", simulator.url), {})).body;
    expect(guide.controls.length).toBeGreaterThan(10);
    for (const { method, path, body } of guide.controls) {
      const init = body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const answer = await send(new URL(path.replace("{id}", "some-id"), simulator.url), { method, ...init });
      expect([200, 201, 404], `${method} ${path}`).toContain(answer.status);
      expect(answer.text).not.toContain('The requested resource was not found."');
    }
  });
});
