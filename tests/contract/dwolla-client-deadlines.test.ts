import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import {
  BALANCE_PATH,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  FUNDING_SOURCE_ID,
  failureOf,
  hal,
  hang,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const ROUTE = `GET ${EXCHANGE_PATH}`;

describe("deadlines", () => {
  it("end the wait for headers", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { headersTimeoutMs: 100 } });
    server.on(ROUTE, hang);
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "timeout", deadline: "headers" });
    expect(server.count(ROUTE)).toBe(3);
  });

  it("end the wait for the next piece of a body", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { bodyTimeoutMs: 100 } });
    server.on(ROUTE, (response) => void response.writeHead(200, { "content-type": "application/json" }).write("{"));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      kind: "timeout",
      deadline: "body",
      status: 200,
    });
  });

  it("end a body that drips for ever, without another attempt", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { totalTimeoutMs: 300 } });
    server.on(ROUTE, (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    const startedAt = performance.now();
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "timeout", deadline: "total" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(server.count(ROUTE)).toBe(1);
  });

  it("cover all attempts of a call together", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { totalTimeoutMs: 300 } });
    server.on(ROUTE, (response) => void setTimeout(() => response.socket?.destroy(), 100), hang);
    const startedAt = performance.now();
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "timeout", deadline: "total" });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    expect(performance.now() - startedAt).toBeLessThan(390);
    expect(server.count(ROUTE)).toBe(2);
  });

  it("also end calls that wait for a free connection, which are then never sent", async () => {
    const { server, client } = await startFaultyDwolla({ limits: { maxConnections: 1, totalTimeoutMs: 300 } });
    server.on("GET /", hal(200, { _links: {} }));
    await client.checkCredentials();
    server.on(ROUTE, hang);
    const underWay = failureOf(client.getExchange(EXCHANGE_ID));
    const queued = failureOf(client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }));
    expect(await queued).toMatchObject({ kind: "timeout", deadline: "total", effect: "not-applied" });
    expect(await underWay).toMatchObject({ kind: "timeout" });
    await client.checkCredentials();
    expect(server.requests.filter(({ method, path }) => method === "POST" && path !== "/token")).toEqual([]);
  });
});

describe("timers", () => {
  it("are gone with their calls, so that they hold no process open", async () => {
    const { server, client } = await startFaultyDwolla();
    server.on("GET /", hal(200, { _links: {} }));
    const countTimers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const before = countTimers();
    await Promise.all(Array.from({ length: 50 }, () => client.checkCredentials()));
    expect(countTimers()).toBeLessThan(before + 10);
  });
});

describe("body cap", () => {
  const announced = (size: number) => (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": size }).write(" ");
  };
  const undeclared = (size: number) => (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/json" });
    for (let sent = 0; sent < size; sent += 65_536) response.write(Buffer.alloc(65_536, " "));
    response.end();
  };

  it.each([
    ["announces", announced(1024 * 1024)],
    ["turns out to have", undeclared(1024 * 1024)],
  ])("refuses an answer that %s more than 256 KB, once", async (_case, reply) => {
    const { server, client } = await startFaultyDwolla();
    server.on(`GET ${BALANCE_PATH}`, reply);
    const error = await failureOf(client.checkBalance(FUNDING_SOURCE_ID));
    expect(error).toMatchObject({ kind: "response_shape", problem: "its body is larger than 262144 bytes" });
    expect(server.count(`GET ${BALANCE_PATH}`)).toBe(1);
  });

  it("leaves room for a full page of customers", async () => {
    const { server, client } = await startFaultyDwolla();
    const customers = Array.from({ length: 200 }, (_, index) => ({
      id: `c0000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
      _links: { padding: "x".repeat(3_000) },
    }));
    server.on("GET /customers", hal(200, { _embedded: { customers }, total: 200 }));
    expect((await client.listCustomers({ limit: 200, offset: 0 })).customers).toHaveLength(200);
  });
});
