import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { ExchangeId } from "#domain/ids.ts";
import { createDwollaClient } from "#dwolla/client.ts";
import {
  bytes,
  CUSTOMER_ID,
  created,
  cutOff,
  EXCHANGE_ID,
  failureOf,
  hal,
  hang,
  REAUTH_PATH,
  REQUEST_ID,
  type Reply,
  reset,
  SESSION_ID,
  SESSION_PATH,
  startFaultServer,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const POST = `POST ${REAUTH_PATH}`;
const INPUT = { idempotencyKey: "11111111-2222-4333-8444-555555555555" };

describe("creating a re-auth session", () => {
  it("gives the id in the Location and the request id", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(POST, created({ location: `${server.url}${SESSION_PATH}` }));
    expect(await client.createReauthSession(EXCHANGE_ID, INPUT)).toEqual({
      sessionId: SESSION_ID,
      requestId: REQUEST_ID,
    });
    expect(server.requests.at(-1)).toMatchObject({
      body: "{}",
      headers: {
        authorization: "Bearer token-1",
        accept: "application/vnd.dwolla.v1.hal+json",
        "content-type": "application/vnd.dwolla.v1.hal+json",
        "idempotency-key": INPUT.idempotencyKey,
      },
    });
  });

  it("sends the redirect address in Dwolla's link form", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(POST, created({ location: `${server.url}${SESSION_PATH}` }));
    await client.createReauthSession(EXCHANGE_ID, { ...INPUT, redirectUrl: "com.example.app123" });
    expect(server.requests.at(-1)?.body).toBe('{"_links":{"redirect-url":{"href":"com.example.app123"}}}');
  });

  it.each<[string, Reply]>([
    ["400", hal(400, { code: "ValidationError", message: "Invalid request parameters" })],
    ["401 about the token", hal(401, { code: "InvalidAccessToken" })],
    ["401 about scopes", hal(401, { code: "InvalidScope" })],
    ["403", hal(403, { code: "forbidden" })],
    ["404", hal(404, { code: "NotFound" })],
    ["405", hal(405, { code: "MethodNotAllowed" })],
    ["406", hal(406, { code: "InvalidVersion" })],
    ["429", hal(429, { code: "Too Many Requests" })],
  ])("is not applied after %s", async (status, reply) => {
    const { server, client } = await startFaultyDwolla();
    server.on(POST, reply);
    const error = await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT));
    expect(error).toMatchObject({
      kind: "http",
      effect: "not-applied",
      status: Number.parseInt(status, 10),
      requestId: REQUEST_ID,
    });
  });

  it.each<[string, Reply]>([
    ["409", hal(409, {})],
    ["410", hal(410, {})],
    ["418", hal(418, {})],
    ["422", hal(422, {})],
    ["500", hal(500, { code: "ServerError" })],
    [
      "502 with an HTML page",
      (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html>"),
    ],
    ["503", hal(503, {})],
    ["504", hal(504, {})],
    ["200 in place of 201", hal(200, {})],
    ["202", hal(202, {})],
    ["301", hal(301, {}, { location: "https://evil.example/" })],
    ["302", hal(302, {}, { location: "https://evil.example/" })],
    ["307", hal(307, {}, { location: "https://evil.example/" })],
    ["308", hal(308, {}, { location: "https://evil.example/" })],
  ])("is unknown after %s, and is sent once", async (_case, reply) => {
    const { server, client } = await startFaultyDwolla();
    server.on(POST, reply);
    expect(await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT))).toMatchObject({
      kind: "http",
      effect: "unknown",
    });
    expect(server.count(POST)).toBe(1);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ["without a Location", {}],
    ["with an empty Location", { location: "" }],
    ["with a relative Location", { location: SESSION_PATH }],
    ["with a foreign Location", { location: `https://evil.example${SESSION_PATH}` }],
    ["with the Location of something else", { location: `http://127.0.0.1/customers/${CUSTOMER_ID}` }],
    ["with two Locations", { location: [SESSION_PATH, SESSION_PATH] }],
  ])("is unknown after a 201 %s, and is sent once", async (_case, headers) => {
    const { server, client } = await startFaultyDwolla();
    server.on(POST, created(headers));
    const error = await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT));
    expect(error).toMatchObject({ kind: "response_shape", effect: "unknown", status: 201, requestId: REQUEST_ID });
    expect(server.count(POST)).toBe(1);
  });

  it.each<[string, Reply, string]>([
    ["a reset", reset, "network"],
    ["bytes that are not HTTP", (response) => void response.socket?.end("SSH-2.0-OpenSSH\r\n\r\n"), "network"],
    ["an end before the headers", (response) => void response.socket?.end(), "network"],
    ["a 201 cut off in its body", cutOff(201), "network"],
    ["silence", hang, "timeout"],
    ["a body without end", bytes(Buffer.alloc(300 * 1024, " ")), "response_shape"],
  ])("is unknown after %s, and is sent once", async (_case, reply, kind) => {
    const { server, client } = await startFaultyDwolla({ limits: { totalTimeoutMs: 400 } });
    server.on(POST, reply);
    expect(await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT))).toMatchObject({ kind, effect: "unknown" });
    expect(server.count(POST)).toBe(1);
  });

  it("is not applied when the token can't be had, and is not sent", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("POST /token", hal(500, {}), hal(401, { error: "invalid_client" }), reset);
    for (const kind of ["http", "http", "network"]) {
      const error = await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT));
      expect(error).toMatchObject({ kind, effect: "not-applied", pathTemplate: "/token" });
    }
    expect(server.count(POST)).toBe(0);
  });

  it("is not applied when nobody listens at the address", async () => {
    const server = await startFaultServer();
    await server.stop();
    const client = createDwollaClient({ baseUrl: server.url, key: "k", secret: "s" });
    const error = await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT));
    expect(error).toMatchObject({ kind: "network", reason: "ECONNREFUSED", effect: "not-applied" });
    await client.close();
  });

  it("is not applied when the TLS handshake never ends", async () => {
    const silent = createServer((socket) => void socket.resume()).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const limits = { connectTimeoutMs: 200, totalTimeoutMs: 5_000 };
    const client = createDwollaClient({ baseUrl: `https://127.0.0.1:${port}`, key: "k", secret: "s", limits });
    const error = await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT));
    expect(error).toMatchObject({ kind: "timeout", deadline: "connect", effect: "not-applied" });
    await client.close();
    silent.close();
    await once(silent, "close");
  });

  it("is sent once even after a 401 about the token, and the next press has a fresh one", async () => {
    const { server, client } = await startFaultyDwolla();
    const location = `${server.url}${SESSION_PATH}`;
    server.on(POST, hal(401, { code: "ExpiredAccessToken" }), created({ location }));
    expect(await failureOf(client.createReauthSession(EXCHANGE_ID, INPUT))).toMatchObject({
      status: 401,
      effect: "not-applied",
    });
    const posts = () =>
      server.requests.filter(({ path }) => path === REAUTH_PATH).map(({ headers }) => headers.authorization);
    expect(posts()).toEqual(["Bearer token-1"]);
    await client.createReauthSession(EXCHANGE_ID, INPUT);
    expect(posts()).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it.each(["", "not-a-uuid", "../customers", "%2e%2e%2f", `${EXCHANGE_ID}/..`, EXCHANGE_ID.toUpperCase()])(
    "sends nothing for the id %j",
    async (id) => {
      const { server, client } = await startFaultyDwolla();
      expect(await failureOf(client.createReauthSession(id as ExchangeId, INPUT))).toBeInstanceOf(TypeError);
      expect(server.requests).toEqual([]);
    },
  );

  it.each(["", "a b", "a\r\nX-Injected: 1", "é", "k".repeat(256)])(
    "sends nothing for the idempotency key %j",
    async (idempotencyKey) => {
      const { server, client } = await startFaultyDwolla();
      expect(await failureOf(client.createReauthSession(EXCHANGE_ID, { idempotencyKey }))).toBeInstanceOf(TypeError);
      expect(server.requests).toEqual([]);
    },
  );
});
