import { describe, expect, it } from "vitest";
import {
  createManualClock,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  failureOf,
  hal,
  hang,
  type Reply,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const EXCHANGE = hal(200, { id: EXCHANGE_ID, status: "active" });
const ROUTE = `GET ${EXCHANGE_PATH}`;
const TOKEN = "POST /token";

describe("access token", () => {
  it("is asked for with Basic credentials and a form", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, EXCHANGE);
    await client.getExchange(EXCHANGE_ID);
    expect(server.requests[0]).toMatchObject({
      path: "/token",
      body: "grant_type=client_credentials",
      headers: {
        authorization: `Basic ${Buffer.from("test-key:test-secret").toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
    });
  });

  it("is fetched once for two hundred simultaneous callers", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, EXCHANGE);
    await Promise.all(Array.from({ length: 200 }, () => client.getExchange(EXCHANGE_ID)));
    expect(server.count(TOKEN)).toBe(1);
    expect(server.count(ROUTE)).toBe(200);
  });

  it("is renewed at 80 % of its life, not before", async () => {
    const { clock, advance } = createManualClock();
    const { server, client } = await startFaultyDwolla({ clock });
    server.on(ROUTE, EXCHANGE);
    await client.getExchange(EXCHANGE_ID);
    advance(3_600_000 * 0.8 - 1);
    await client.getExchange(EXCHANGE_ID);
    expect(server.count(TOKEN)).toBe(1);
    advance(1);
    await client.getExchange(EXCHANGE_ID);
    expect(server.count(TOKEN)).toBe(2);
    expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer token-2");
  });

  it("is replaced once, for all who met the same 401", async () => {
    const { server, client } = await startFaultyDwolla();
    const onlyToken2: Reply = (response, request) => {
      const isFresh = request.headers.authorization === "Bearer token-2";
      (isFresh ? EXCHANGE : hal(401, { code: "ExpiredAccessToken" }))(response, request);
    };
    server.on(ROUTE, onlyToken2);
    await Promise.all(Array.from({ length: 50 }, () => client.getExchange(EXCHANGE_ID)));
    expect(server.count(TOKEN)).toBe(2);
  });

  it("is fetched anew once when every answer is 401, and the 401 is thrown", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, hal(401, { code: "InvalidAccessToken" }));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      kind: "http",
      status: 401,
      code: "InvalidAccessToken",
    });
    expect(server.count(TOKEN)).toBe(2);
    expect(server.count(ROUTE)).toBe(2);
  });

  it.each(["InvalidScope", "invalidscopes", "InvalidAccountStatus", "InvalidApplicationStatus"])(
    "is kept after a 401 %s, which another token would not change",
    async (code) => {
      const { server, client } = await startFaultyDwolla();
      server.on(ROUTE, hal(401, { code }));
      await failureOf(client.getExchange(EXCHANGE_ID));
      expect(server.count(TOKEN)).toBe(1);
      expect(server.count(ROUTE)).toBe(1);
    },
  );

  it("is asked for again after a failure, by the next caller", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(
      TOKEN,
      hal(401, { error: "invalid_client" }),
      hal(200, { access_token: "late", token_type: "Bearer", expires_in: 3600 }),
    );
    server.on(ROUTE, EXCHANGE);
    const failures = await Promise.allSettled([client.getExchange(EXCHANGE_ID), client.getExchange(EXCHANGE_ID)]);
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(server.count(TOKEN)).toBe(1);
    await expect(client.getExchange(EXCHANGE_ID)).resolves.toMatchObject({ status: "active" });
  });

  it.each<[unknown, number]>([
    [0, 2],
    [-5, 2],
    ["0", 2],
    ["3600", 1],
    [undefined, 1],
    [null, 1],
    ["soon", 1],
    [{}, 1],
  ])("with a life of %j is fetched the right number of times by two calls", async (expiresIn, fetches) => {
    const { clock } = createManualClock();
    const { server, client } = await startFaultyDwolla({ clock });
    server.on(TOKEN, hal(200, { access_token: "t", token_type: "Bearer", expires_in: expiresIn }));
    server.on(ROUTE, EXCHANGE);
    await client.getExchange(EXCHANGE_ID);
    await client.getExchange(EXCHANGE_ID);
    expect(server.count(TOKEN)).toBe(fetches);
  });

  it("with an endless life is renewed within a day", async () => {
    const { clock, advance } = createManualClock();
    const { server, client } = await startFaultyDwolla({ clock });
    server.on(TOKEN, hal(200, { access_token: "t", token_type: "Bearer", expires_in: 1e15 }));
    server.on(ROUTE, EXCHANGE);
    await client.getExchange(EXCHANGE_ID);
    advance(24 * 3_600_000);
    await client.getExchange(EXCHANGE_ID);
    expect(server.count(TOKEN)).toBe(2);
  });

  it.each([
    { access_token: "a\r\nX-Injected: 1" },
    { access_token: "" },
    { access_token: 5 },
    { access_token: "ok", token_type: "MAC" },
    {},
  ])("is refused when the answer is %j, and nothing is sent with it", async (body) => {
    const { server, client } = await startFaultyDwolla();
    server.on(TOKEN, hal(200, { token_type: "Bearer", expires_in: 3600, ...body }));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      kind: "response_shape",
      pathTemplate: "/token",
    });
    expect(server.count(ROUTE)).toBe(0);
  });

  it("does not hold a caller past its own abort while others wait on", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { totalTimeoutMs: 500 } });
    server.on(TOKEN, hang);
    const controller = new AbortController();
    const aborted = failureOf(client.getExchange(EXCHANGE_ID, { signal: controller.signal }));
    const other = failureOf(client.getExchange(EXCHANGE_ID));
    await expect.poll(() => server.count(TOKEN)).toBe(1);
    controller.abort();
    expect(await aborted).toMatchObject({ kind: "aborted", effect: "not-applied" });
    expect(await other).toMatchObject({ kind: "timeout", deadline: "total", effect: "not-applied" });
  });
});
