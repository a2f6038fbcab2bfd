import { describe, expect, it } from "vitest";
import type { CallBudget, CallPriority } from "#dwolla/call-budget.ts";
import { EXCHANGE_ID, EXCHANGE_PATH, failureOf, hal, REAUTH_PATH, startFaultyDwolla } from "../support/fault-server.ts";

const EXCHANGE = hal(200, { id: EXCHANGE_ID, status: "active" });
const ROUTE = `GET ${EXCHANGE_PATH}`;
const IN_AN_HOUR = new Date(Date.now() + 3_600_000);

/** Writes down who asks; lets everybody go at once unless told otherwise. */
function openBudget(changes: Partial<CallBudget> = {}) {
  const asked: CallPriority[] = [];
  const told: Date[] = [];
  const budget: CallBudget = {
    take: (priority) => {
      asked.push(priority);
      return null;
    },
    resumesAt: () => null,
    rateLimited: (resumesAt) => void told.push(resumesAt),
    ...changes,
  };
  return { budget, asked, told };
}

describe("each call asks the budget", () => {
  it.each(["person", "proof", "sweep"] as const)("with the priority it was made with: %s", async (priority) => {
    const { budget, asked } = openBudget();
    const { server, client } = await startFaultyDwolla({ budget });
    server.on(ROUTE, EXCHANGE);
    await client.withPriority(priority).getExchange(EXCHANGE_ID);
    expect(asked).toEqual([priority]);
  });

  it("as a person, unless told otherwise", async () => {
    const { budget, asked } = openBudget();
    const { server, client } = await startFaultyDwolla({ budget });
    server.on(ROUTE, EXCHANGE);
    await client.getExchange(EXCHANGE_ID);
    expect(asked).toEqual(["person"]);
  });

  it("anew for every attempt", async () => {
    const { budget, asked } = openBudget();
    const { server, client } = await startFaultyDwolla({ budget });
    server.on(ROUTE, hal(500, {}), hal(503, {}), EXCHANGE);
    await client.withPriority("sweep").getExchange(EXCHANGE_ID);
    expect(asked).toEqual(["sweep", "sweep", "sweep"]);
  });
});

describe("a call whose turn has not come", () => {
  it("waits for it without using its own time up", async () => {
    const turn = new Promise<void>((resolve) => setTimeout(resolve, 400));
    const { budget } = openBudget({ take: () => turn });
    const { server, client } = await startFaultyDwolla({ budget, limits: { totalTimeoutMs: 300 } });
    server.on(ROUTE, EXCHANGE);
    expect(await client.getExchange(EXCHANGE_ID)).toMatchObject({ status: "active" });
  });

  it("is not made when its caller leaves, and says so", async () => {
    const stop = new AbortController();
    const { budget } = openBudget({
      take: (_priority, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    });
    const { server, client } = await startFaultyDwolla({ budget });
    const call = failureOf(client.withPriority("sweep").listExchangePartners({ signal: stop.signal }));
    stop.abort();
    expect(await call).toMatchObject({ kind: "aborted", effect: "not-applied" });
    expect(server.requests).toEqual([]);
  });
});

describe("a rate limit", () => {
  it("that another process was told of keeps every call back, a person's too", async () => {
    const { budget } = openBudget({ resumesAt: () => IN_AN_HOUR });
    const { server, client } = await startFaultyDwolla({ budget });
    for (const call of [
      client.getExchange(EXCHANGE_ID),
      client.withPriority("sweep").getExchange(EXCHANGE_ID),
      client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }),
    ]) {
      expect(await failureOf(call)).toMatchObject({ kind: "circuit_open", resumesAt: IN_AN_HOUR });
    }
    expect(server.requests).toEqual([]);
  });

  it("that this process is told of is told to the others, and a POST is not made again", async () => {
    const { budget, told } = openBudget();
    const { server, client } = await startFaultyDwolla({ budget });
    server.on(`POST ${REAUTH_PATH}`, hal(429, {}));
    const failure = await failureOf(client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }));
    expect(failure).toMatchObject({ kind: "http", status: 429, resumesAt: told[0] });
    expect(server.count(`POST ${REAUTH_PATH}`)).toBe(1);
  });
});
