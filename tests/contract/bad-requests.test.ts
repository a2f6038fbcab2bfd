import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSimulator } from "../../simulator/server.ts";
import { simulatorControls } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, HAL_TYPE } from "./api-caller.ts";

const BODY_WITHIN_MS = 400;
/** What must come back in no answer, and be logged nowhere: vitest fails on any word to the console. */
const CANARY = "canary-of-the-body";
const MEGABYTE = 1024 * 1024;
const NOBODY = "00000000-0000-4000-8000-000000000000";

let running: Awaited<ReturnType<typeof startSimulator>>;
let api: ApiCaller;
let exchangeId: string;

beforeAll(async () => {
  running = await startSimulator({ customers: 60, seed: 1, port: 0, requestWithinMs: BODY_WITHIN_MS });
  api = await createApiCaller(running.url);
  ({ exchangeId } = await simulatorControls(running.url).makeCustomer({ partner: "Plaid" }));
});
afterAll(() => running.stop());

type Form = { path?: string; method?: string; headers?: Record<string, string>; body?: string };

/** As bytes on a connection of its own, so that nothing on our side tidies them up. */
async function answerTo(request: string, rest?: string): Promise<string> {
  const { hostname, port } = new URL(running.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => {});
  socket.write(request);
  if (rest !== undefined) socket.write(rest);
  await once(socket, "close");
  return answer;
}

function bytesOf({ path = "/webhook-subscriptions", method = "POST", headers = {}, body = "" }: Form): string {
  const all = {
    host: new URL(running.url).host,
    authorization: `Bearer ${api.token}`,
    accept: HAL_TYPE,
    "content-type": HAL_TYPE,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const nested = (depth: number) => `${'{"a":'.repeat(depth)}"${CANARY}"${"}".repeat(depth)}`;
const sessions = () => `/exchanges/${exchangeId}/exchange-sessions`;

const BAD: readonly [string, number, () => Form][] = [
  ["a body of another media type", 415, () => ({ headers: { "content-type": "text/xml" }, body: `<a>${CANARY}</a>` })],
  ["a file", 415, () => ({ headers: { "content-type": "multipart/form-data; boundary=x" }, body: CANARY })],
  ["a body without a media type", 415, () => ({ headers: { "content-type": "" }, body: CANARY })],
  ["a compressed body", 400, () => ({ headers: { "content-encoding": "gzip" }, body: "\x1f\x8b\x08" })],
  ["half an object", 400, () => ({ body: `{"url":"${CANARY}` })],
  ["bytes that are no text", 400, () => ({ body: "\u0000\u0001\u0002" })],
  ["an array", 400, () => ({ body: `["${CANARY}"]` })],
  ["null", 400, () => ({ body: "null" })],
  ["a number", 400, () => ({ body: "1e999" })],
  ["an empty body", 400, () => ({})],
  ["fields of other kinds", 400, () => ({ body: JSON.stringify({ url: { $ne: CANARY }, secret: [1] }) })],
  ["a prototype", 400, () => ({ body: `{"__proto__":{"url":"http://${CANARY}.test","secret":"s"}}` })],
  ["100,000 levels", 400, () => ({ body: nested(100_000) })],
  ["an array for a session", 400, () => ({ path: sessions(), body: "[[[]]]" })],
  ["links that are a list", 400, () => ({ path: sessions(), body: '{"_links":{"redirect-url":[]}}' })],
  ["more than a megabyte", 413, () => ({ body: JSON.stringify({ url: CANARY.repeat(MEGABYTE / 10) }) })],
  ["a length of two megabytes", 413, () => ({ headers: { "content-length": String(2 * MEGABYTE) } })],
  ["a length that is no number", 400, () => ({ headers: { "content-length": "-1" } })],
  ["two lengths", 400, () => ({ headers: { "transfer-encoding": "chunked" }, body: CANARY })],
  ["an unknown path", 404, () => ({ path: "/nothing-here" })],
  ["a method the resource has not", 405, () => ({ method: "PUT", path: `/exchanges/${NOBODY}`, body: "{}" })],
  ["PATCH", 405, () => ({ method: "PATCH", path: `/webhook-subscriptions/${NOBODY}`, body: "{}" })],
  ["TRACE", 405, () => ({ method: "TRACE", path: "/customers" })],
  ["a method nobody has", 400, () => ({ method: "FETCH", path: "/customers" })],
  ["a host that is no name", 400, () => ({ method: "GET", path: "/customers", headers: { host: "a b" } })],
  ["a host with a path", 400, () => ({ method: "GET", path: "/customers", headers: { host: "<b>/x" } })],
  ["no host", 400, () => ({ method: "GET", path: "/customers", headers: { host: "" } })],
  ["another protocol's authorization", 401, () => ({ headers: { authorization: `Digest ${CANARY}` } })],
  ["an Accept of anything", 406, () => ({ method: "GET", path: "/customers", headers: { accept: "*/*" } })],
  ["headers of 20 KB", 431, () => ({ headers: { "x-flood": "x".repeat(20_000) } })],
  [
    "3,000 headers",
    431,
    () => ({ headers: Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`x-${index}`, "y"])) }),
  ],
];

const IDS = [
  "not-an-id",
  "%00",
  "%2F",
  `${NOBODY}%2Fexchanges`,
  "..%2Fevents",
  "%zz",
  "%E0%A4%A",
  "__proto__",
  "x".repeat(5_000),
  "%F0%9F%92%A9",
  "'%20OR%201=1--",
];
const QUERIES = ["limit=%zz", "limit=1&limit=2", "limit[]=1", "limit=1e9", "offset=99999999999999999999", "limit=%00"];

describe("a bad request is refused and not repeated in the answer", () => {
  test.each(BAD)("%s", async (_name, status, form) => {
    const answer = await answerTo(bytesOf(form()));
    expect(statusOf(answer), answer.slice(0, 200)).toBe(status);
    expect(answer).not.toContain(CANARY);
  });

  test.each(IDS)("of the id %s", async (id) => {
    for (const collection of ["customers", "exchanges", "exchange-sessions", "funding-sources", "events", "webhooks"]) {
      const path = `/${collection}/${id}`;
      expect(statusOf(await answerTo(bytesOf({ method: "GET", path }))), path.slice(0, 60)).toBe(404);
    }
    expect(statusOf(await answerTo(bytesOf({ path: `/exchanges/${id}/exchange-sessions`, body: "{}" })))).toBe(404);
  });

  test.each(QUERIES)("of the query %s", async (query) => {
    for (const path of ["/customers", "/events"]) {
      const status = statusOf(await answerTo(bytesOf({ method: "GET", path: `${path}?${query}` })));
      expect([200, 400], `${path}?${query}`).toContain(status);
    }
  });
});

test("a body that comes too slowly is not waited for", async () => {
  const began = bytesOf({ headers: { "content-length": "1000" }, body: `{"url":"${CANARY}` });
  const answer = await answerTo(began);
  expect([0, 408]).toContain(statusOf(answer));
  expect(answer).not.toContain(CANARY);
});

test("a body that trickles in is not waited for, nor is that of a control", async () => {
  for (const path of ["/webhook-subscriptions", "/__simulator/clock"]) {
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname);
    const headers = { "content-length": "100000", "content-type": "application/json" };
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("error", () => {});
    socket.write(bytesOf({ path, headers, body: "{" }));
    const trickle = setInterval(() => socket.write(" "), BODY_WITHIN_MS / 8);
    await once(socket, "close");
    clearInterval(trickle);
    expect([0, 408], path).toContain(statusOf(answer));
  }
});

test("headers that never end are not waited for", async () => {
  expect([0, 408]).toContain(statusOf(await answerTo("GET /customers HTTP/1.1\r\nhost: x\r\nx-slow: 1\r\n")));
});

test("what is no HTTP at all is refused", async () => {
  expect([0, 400]).toContain(statusOf(await answerTo("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")));
});

test("a fault with headers that cannot be sent is refused when it is planned", async () => {
  const fault = { kind: "status", status: 503, headers: { "no header": "a\r\nb" } };
  const body = JSON.stringify({ path: "/customers", fault });
  const headers = { "content-type": "application/json" };
  const planned = await fetch(`${running.url}/__simulator/faults`, { method: "POST", headers, body });
  expect(planned.status).toBe(400);
});

test("after all that it serves as before", async () => {
  expect((await api.get("/customers?limit=1")).body.total).toBe(61);
});
