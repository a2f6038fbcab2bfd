import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, HAL_TYPE, idOf, send } from "./api-caller.ts";

type Control = { method: string; path: string; body?: Record<string, unknown> };

const NOBODY = "00000000-0000-4000-8000-000000000000";
/** What must come back in no answer. */
const CANARY = "canary-of-the-body";
const JSON_TYPE = "application/json";

/** What no operation and no control can take for its body, whatever it wants. */
const BROKEN: readonly [string, number, string, string][] = [
  ["half an object", 400, JSON_TYPE, `{"as":"${CANARY}`],
  ["bytes that are no text", 400, JSON_TYPE, "\u0000\u0001\u0002"],
  ["another media type", 415, "text/xml", `<a>${CANARY}</a>`],
  ["two megabytes", 413, JSON_TYPE, JSON.stringify({ as: CANARY.repeat(120_000) })],
];
/** JSON that is no body of any of them. */
const ODD: readonly string[] = [
  "[]",
  `["${CANARY}"]`,
  "null",
  `"${CANARY}"`,
  "1e999",
  "true",
  `{"__proto__":{"${CANARY}":1}}`,
  `{"constructor":{"prototype":{"as":"${CANARY}"}}}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
];
/** In the place of what a control wants. */
const WRONG_VALUES: readonly unknown[] = [null, true, -1, 1.5, 1e308, "", CANARY, [], [[]], {}, { $ne: 1 }];

let simulator: TestSimulator;
let api: ApiCaller;
let controls: Control[];
/** Paths of things that are there, by the pattern of the operation. */
let posts: string[];

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 60 });
  api = await createApiCaller(simulator.url);
  const { customerId, exchangeId, fundingSourceId } = await simulator.makeCustomer({ partner: "Plaid" });
  const made = await api.post("/webhook-subscriptions", { url: "http://127.0.0.1:9/", secret: "s" });
  posts = [
    "/customers",
    `/customers/${customerId}/exchanges`,
    `/customers/${customerId}/exchange-sessions`,
    `/customers/${customerId}/funding-sources`,
    `/funding-sources/${fundingSourceId}`,
    `/exchanges/${exchangeId}/exchange-sessions`,
    "/webhook-subscriptions",
    `/webhook-subscriptions/${idOf(made.headers.get("location"))}`,
  ];
  controls = (await (await fetch(`${simulator.url}/__simulator`)).json()).controls;
});
afterAll(() => simulator.stop());

const control = (method: string, path: string, body?: string, type = JSON_TYPE) =>
  send(new URL(path, simulator.url), {
    method,
    headers: { "content-type": type },
    ...(body !== undefined && { body }),
  });
const pathOf = (path: string) => path.replaceAll("{id}", NOBODY);
/** A scenario that is not refused becomes a file: those have a test of their own. */
const writing = () => controls.filter(({ method }) => method === "POST");

describe("a body that cannot be read is refused, and not repeated,", () => {
  test.each(BROKEN)("by every operation of Dwolla and every control: %s", async (_name, status, type, body) => {
    for (const path of posts) {
      const answer = await api.call("POST", path, { "content-type": type === JSON_TYPE ? HAL_TYPE : type }, body);
      expect([answer.status, answer.body.code], path).toEqual([status, "BadRequest"]);
      expect(answer.text).not.toContain(CANARY);
    }
    for (const { method, path } of writing()) {
      const answer = await control(method, pathOf(path), body, type);
      expect([answer.status, answer.body.code], path).toEqual([status, "BadRequest"]);
      expect(answer.text).not.toContain(CANARY);
    }
  });
});

test.each(ODD)(
  "JSON of another kind has no effect on any operation of Dwolla, and is a documented error: %.60s",
  async (body) => {
    for (const path of posts) {
      const answer = await api.call("POST", path, { "content-type": HAL_TYPE }, body);
      // A re-auth session needs no body: Dwolla documents none.
      const mayPass = path.startsWith("/exchanges/") && body.startsWith("{");
      if (mayPass && answer.status === 201) continue;
      expect(answer.status, `${path} ${answer.text}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${path} ${answer.text}`).toBeLessThan(500);
      expect(answer.body, path).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      expect(answer.text).not.toContain(CANARY);
    }
  },
);

test("a control that wants a body refuses every other kind of JSON, and names what it wants", async () => {
  for (const { method, path, body: example } of writing()) {
    if (!example) continue;
    for (const body of ODD) {
      const answer = await control(method, pathOf(path), body);
      // To sign in, or to leave, needs none.
      const refusals = body === "null" ? ["InvalidControl", "NotFound"] : ["InvalidControl"];
      expect(refusals, `${path} ${answer.status} ${body.slice(0, 60)}`).toContain(answer.body.code);
      expect(answer.text.length).toBeLessThan(1_000);
    }
  }
});

test("a control with one wrong value, or one name too many, is refused or means what it says, and nothing breaks", async () => {
  for (const { method, path, body: example = {} } of writing()) {
    for (const name of Object.keys(example)) {
      for (const value of WRONG_VALUES) {
        const answer = await control(method, pathOf(path), JSON.stringify({ ...example, [name]: value }));
        expect(answer.status, `${path} ${name} ${JSON.stringify(value)} ${answer.text}`).toBeLessThan(500);
      }
    }
    if (Object.keys(example).length === 0) continue;
    const tooMany = JSON.stringify({ ...example, [CANARY.repeat(50)]: 1 });
    const answer = await control(method, pathOf(path), tooMany);
    expect([answer.status, answer.text.length < 1_000], path).toEqual([400, true]);
    await simulator.reset();
  }
});

test("a control of what is not there, or by a wrong id or method, is 4xx in Dwolla's form", async () => {
  for (const { method, path, body } of controls.filter(({ path }) => path.includes("{id}"))) {
    for (const id of [NOBODY, "__proto__", "%00", "..%2F..%2Ftruth", "x".repeat(5_000), "%zz"]) {
      const address = path.replaceAll("{id}", id);
      const answer = await control(
        method,
        address,
        method === "GET" || method === "DELETE" ? undefined : JSON.stringify(body ?? {}),
      );
      expect([400, 404], `${method} ${address.slice(0, 90)} ${answer.text.slice(0, 200)}`).toContain(answer.status);
      expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
  }
  expect((await control("PATCH", "/__simulator/clock", "{}")).status).toBe(405);
  expect((await control("GET", "/__simulator/nothing")).status).toBe(404);
});

test("a scenario by a bad name, or that is no object, is refused and leaves no file", async () => {
  const path = (name: string) => `/__simulator/scenarios/${name}`;
  for (const name of ["..%2F..%2Fpackage", "%00", "__proto__", "A", "a".repeat(81), "a.json"])
    expect((await control("PUT", path(name), "{}")).status, name).toBe(404);
  for (const body of ["[]", "null", "1", `"${CANARY}"`, "{", JSON.stringify({ steps: "x".repeat(300_000) })])
    expect((await control("PUT", path("refused-one"), body)).status, body.slice(0, 60)).toBe(400);
  expect((await control("GET", "/__simulator/scenarios")).text).not.toContain("refused-one");
});

test.each(["since=yesterday", "limit=x", "limit=1&limit=2", "resourceId=1", "__proto__=1", "search[]=1", "colour=red"])(
  "a query that a control does not know is refused or has no effect: %s",
  async (query) => {
    for (const { path } of controls.filter(({ method }) => method === "GET")) {
      const { status } = await control("GET", `${pathOf(path).split("?")[0]}?${query}`);
      expect([200, 400, 404], `${path} ${query}`).toContain(status);
    }
  },
);

test("a planned answer whose headers would break the connection is refused when it is planned", async () => {
  for (const header of ["content-length", "Transfer-Encoding", "connection", "trailer", "upgrade"]) {
    const fault = { kind: "status", status: 503, headers: { [header]: "5" } } as const;
    await expect(simulator.fault({ path: "/customers", fault }), header).rejects.toThrow("InvalidControl");
  }
});

test("what was refused is remembered without its body", async () => {
  await simulator.reset();
  await control("POST", "/__simulator/clock", JSON.stringify({ advanceSeconds: CANARY }));
  const { text } = await control("GET", "/__simulator/journal");
  expect(text).toContain("/clock");
  expect(text).not.toContain(CANARY);
});

test("after all that it serves as before", async () => {
  await simulator.reset();
  expect((await api.get("/customers?limit=1")).body.total).toBe(60);
  expect(({} as Record<string, unknown>)[CANARY]).toBeUndefined();
});
