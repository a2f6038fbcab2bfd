import { describe, expect, it } from "vitest";
import {
  cutOff,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  failureOf,
  hal,
  hang,
  REAUTH_PATH,
  type Reply,
  reset,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const EXCHANGE = hal(200, { id: EXCHANGE_ID, status: "active" });
const ROUTE = `GET ${EXCHANGE_PATH}`;

describe("repeating a GET", () => {
  it.each<[string, Reply]>([
    ["a reset", reset],
    ["a 500", hal(500, { code: "ServerError" })],
    ["a 503", hal(503, {})],
    ["a body cut off", cutOff(200)],
  ])("succeeds on the second attempt after %s", async (_case, fault) => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, fault, EXCHANGE);
    await expect(client.getExchange(EXCHANGE_ID)).resolves.toMatchObject({ id: EXCHANGE_ID });
    expect(server.count(ROUTE)).toBe(2);
  });

  it("succeeds on the second attempt after headers that never came", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { headersTimeoutMs: 100 } });
    server.on(ROUTE, hang, EXCHANGE);
    await expect(client.getExchange(EXCHANGE_ID)).resolves.toMatchObject({ id: EXCHANGE_ID });
  });

  it("ends after three attempts with the last error", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, reset, reset, hal(502, {}));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      kind: "http",
      status: 502,
      effect: "not-applied",
    });
    expect(server.count(ROUTE)).toBe(3);
  });

  it.each([300, 400, 403, 404, 409, 429])("does not happen after %i", async (status) => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, hal(status, {}));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      kind: "http",
      status,
      effect: "not-applied",
    });
    expect(server.count(ROUTE)).toBe(1);
  });

  it("does not happen after an answer in the wrong shape", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, hal(200, { id: "not an id" }));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "response_shape" });
    expect(server.count(ROUTE)).toBe(1);
  });

  it("pauses for a random part of a doubling span", async () => {
    const pauses: number[] = [];
    const sleep = async (durationMs: number) => void pauses.push(durationMs);
    const { server, client } = await startFaultyDwolla({ sleep, random: () => 0.5 });
    server.on(ROUTE, hal(500, {}));
    await failureOf(client.getExchange(EXCHANGE_ID));
    expect(pauses).toEqual([100, 200]);
  });

  it("does not begin a pause that would outlast the total deadline", async () => {
    const { server, client } = await startFaultyDwolla({ random: () => 1, limits: { totalTimeoutMs: 150 } });
    server.on(ROUTE, hal(500, {}));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "http", status: 500 });
    expect(server.count(ROUTE)).toBe(1);
  });

  it("stops in the middle of a pause when the caller aborts", async () => {
    const { server, client } = await startFaultyDwolla({ sleep: undefined, random: () => 1 });
    server.on(ROUTE, hal(500, {}));
    const controller = new AbortController();
    const failure = failureOf(client.getExchange(EXCHANGE_ID, { signal: controller.signal }));
    await expect.poll(() => server.count(ROUTE)).toBe(1);
    controller.abort();
    expect(await failure).toMatchObject({ kind: "aborted", effect: "not-applied" });
    expect(server.count(ROUTE)).toBe(1);
  });

  it("follows no redirect and sends the token to no other host", async () => {
    const elsewhere = await startFaultyDwolla();
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, hal(302, {}, { location: `${elsewhere.server.url}${EXCHANGE_PATH}` }));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "http", status: 302 });
    expect(elsewhere.server.requests).toEqual([]);
  });
});

describe("aborting", () => {
  it("sends nothing when the signal has already fired", async () => {
    const { server, client } = await startFaultyDwolla();
    const error = await failureOf(client.getExchange(EXCHANGE_ID, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ kind: "aborted", effect: "not-applied" });
    expect(server.requests).toEqual([]);
  });

  it("leaves a POST that was already sent unknown", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(`POST ${REAUTH_PATH}`, hang);
    const controller = new AbortController();
    const failure = failureOf(
      client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }, { signal: controller.signal }),
    );
    await expect.poll(() => server.count(`POST ${REAUTH_PATH}`)).toBe(1);
    controller.abort();
    expect(await failure).toMatchObject({ kind: "aborted", effect: "unknown" });
  });
});

describe("closing", () => {
  it("lets the call under way end, refuses the next, and may be done twice", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on(ROUTE, (response, request) => setTimeout(() => EXCHANGE(response, request), 50));
    await client.checkCredentials().catch(() => {});
    const underWay = client.getExchange(EXCHANGE_ID);
    await Promise.all([client.close(), client.close()]);
    await expect(underWay).resolves.toMatchObject({ id: EXCHANGE_ID });
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "network", effect: "not-applied" });
  });
});
