import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Bodies } from "#dwolla/kept-body.ts";
import type { CallRecord } from "#dwolla/request.ts";
import {
  BALANCE_PATH,
  bytes,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  FUNDING_SOURCE_ID,
  failureOf,
  hal,
  REAUTH_PATH,
  REQUEST_ID,
  type Reply,
  reset,
  SESSION_ID,
  SESSION_PATH,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const SECRET = "canary-client-secret";
const ACCESS_TOKEN = "canary-access-token";
const SESSION_TOKEN = "link-sandbox-canary";
const EMAIL = "canary@example.test";

/** Everything an error or a record says in any of the ways in which it may end up in a log. */
function everythingSaid(value: unknown): string {
  const text = inspect(value, { depth: 20, showHidden: true, getters: true });
  return [
    text,
    String(value),
    JSON.stringify(value),
    value instanceof Error ? `${value.message}${value.stack}` : "",
  ].join("\n");
}

/** Not what a folder of this clone may be called. */
const CANARIES = /canary[-@]|sandbox-canary/;

describe("secrets", () => {
  it.each<[string, Reply]>([
    ["JSON that is cut off", bytes(`{"externalProviderSessionToken":"${SESSION_TOKEN}"`)],
    ["text", bytes(`${SESSION_TOKEN} ${ACCESS_TOKEN}`)],
    ["the wrong content type", bytes(SESSION_TOKEN, `text/${SESSION_TOKEN}`)],
    [
      "a wrong shape",
      hal(200, { externalProviderSessionToken: { [SESSION_TOKEN]: SESSION_TOKEN }, _links: { [SESSION_TOKEN]: 1 } }),
    ],
    [
      "an unsafe address",
      hal(200, { _links: { "external-provider-session": { href: `http://bank.example/${SESSION_TOKEN}` } } }),
    ],
    [
      "an error that quotes them",
      hal(400, { code: ACCESS_TOKEN, message: SESSION_TOKEN, _embedded: { errors: [{ path: SESSION_TOKEN }] } }),
    ],
    ["a server error that quotes them", hal(500, { code: "ServerError", message: `${ACCESS_TOKEN} ${SECRET}` })],
    ["bytes that are not HTTP", (response) => void response.socket?.end(`${SESSION_TOKEN}\r\n\r\n`)],
    [
      "a broken chunk",
      (response) =>
        void response.socket?.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${SESSION_TOKEN}\r\n`),
    ],
    ["a request id that is something else", hal(404, {}, { "x-request-id": `Bearer ${ACCESS_TOKEN}` })],
    ["a redirect", hal(302, {}, { location: `https://evil.example/${SESSION_TOKEN}` })],
    ["a reset", reset],
  ])("appear in no error and no record after %s", async (_case, reply) => {
    const { server, client, calls } = await startFaultyDwolla({ secret: SECRET });
    server.on("POST /token", hal(200, { access_token: ACCESS_TOKEN, expires_in: 3600 }));
    server.on(`GET ${SESSION_PATH}`, reply);
    server.on(`GET ${BALANCE_PATH}`, reply);
    server.on(`POST ${REAUTH_PATH}`, reply);
    const errors = [
      await failureOf(client.getExchangeSession(SESSION_ID)),
      await failureOf(client.checkBalance(FUNDING_SOURCE_ID)),
      await failureOf(client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" })),
    ];
    const bodies = calls.map((call) => call.bodies.keep());
    for (const said of [...errors, ...calls, ...bodies, client]) expect(everythingSaid(said)).not.toMatch(CANARIES);
  });

  it("appear in no error when the token endpoint quotes them", async () => {
    const { server, client } = await startFaultyDwolla({ secret: SECRET });
    const quoting = { error: SECRET, error_description: ACCESS_TOKEN };
    server.on(
      "POST /token",
      hal(401, quoting),
      hal(200, { access_token: `${ACCESS_TOKEN} \n` }),
      bytes(`${ACCESS_TOKEN}${SECRET}`),
    );
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(everythingSaid(await failureOf(client.checkCredentials()))).not.toMatch(CANARIES);
    }
  });

  it("appear in no record of a call that succeeds, nor does what was searched for", async () => {
    const { server, client, calls } = await startFaultyDwolla({ secret: SECRET });
    server.on("POST /token", hal(200, { access_token: ACCESS_TOKEN, expires_in: 3600 }));
    server.on("GET /customers", hal(200, { _embedded: { customers: [] }, total: 0 }));
    server.on(`GET ${SESSION_PATH}`, hal(200, { externalProviderSessionToken: SESSION_TOKEN, _links: {} }));
    await client.listCustomers({ limit: 1, offset: 0, search: EMAIL, email: EMAIL });
    const session = await client.getExchangeSession(SESSION_ID);
    expect(calls).toHaveLength(3);
    const bodies = calls.map((call) => call.bodies.keep());
    for (const said of [...calls, ...bodies, session, client]) expect(everythingSaid(said)).not.toMatch(CANARIES);
  });
});

describe("the record of calls", () => {
  it("has one entry for each HTTP attempt, the token's too", async () => {
    const at = new Date("2026-11-23T00:00:00Z");
    const { server, client, calls } = await startFaultyDwolla({ clock: () => at });
    server.on(`GET ${EXCHANGE_PATH}`, reset, hal(503, {}), hal(200, { id: EXCHANGE_ID }));
    await client.getExchange(EXCHANGE_ID);
    const entry = {
      at,
      callId: expect.any(String),
      attempt: 1,
      query: "",
      bodies: expect.any(Bodies),
      method: "GET",
      pathTemplate: "/exchanges/{id}",
      path: EXCHANGE_PATH,
      durationMs: expect.any(Number),
      madeId: null,
    };
    expect(calls).toEqual([
      {
        ...entry,
        method: "POST",
        pathTemplate: "/token",
        path: "/token",
        status: 200,
        requestId: REQUEST_ID,
        errorKind: null,
      },
      { ...entry, status: null, requestId: null, errorKind: "network" },
      { ...entry, attempt: 2, status: 503, requestId: REQUEST_ID, errorKind: null },
      { ...entry, attempt: 3, status: 200, requestId: REQUEST_ID, errorKind: null },
    ]);
    expect(new Set(calls.slice(1).map(({ callId }) => callId)).size).toBe(1);
  });

  it.each<[string, (record: CallRecord) => unknown]>([
    [
      "throws",
      () => {
        throw new Error("observer");
      },
    ],
    ["gives a promise that fails", () => Promise.reject(new Error("observer"))],
  ])("does not break a call when its observer %s", async (_case, onCall) => {
    const { server, client } = await startFaultyDwolla({ onCall });
    server.on(`GET ${EXCHANGE_PATH}`, hal(200, { id: EXCHANGE_ID }));
    await expect(client.getExchange(EXCHANGE_ID)).resolves.toMatchObject({ id: EXCHANGE_ID });
  });
});
