import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import type { ExchangeId } from "#domain/ids.ts";
import { checkExchange } from "#features/exchanges/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 120 })]);
  ctx = await agent();
  const worker = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
  await sweepAll({ appUrl: database.appUrl, ctx: worker });
  await worker.close();
});

afterEach(() => simulator.clearFaults());

afterAll(async () => {
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

describe("checking an exchange", () => {
  test("finds a fresh break, opens one case and tells before and after", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "UpdateCredentials");
    const result = await check(exchangeId);
    expect(result).toMatchObject({
      ok: true,
      status: "active",
      before: "healthy",
      after: "broken",
      cause: "UpdateCredentials",
      statusRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(result.ok && result.balances[0]).toMatchObject({
      answer: "update_credentials",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await casesOf(exchangeId)).toEqual(["open"]);
  });

  test("proves a repair and closes the case", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "UpdateCredentials");
    await check(exchangeId);
    await simulator.repair(exchangeId);
    expect(await check(exchangeId)).toMatchObject({ ok: true, before: "broken", after: "healthy", cause: null });
    expect(await casesOf(exchangeId)).toEqual(["verified"]);
  });

  test("stores what it saw each time, also when nothing changed", async () => {
    const exchangeId = await healthyExchange();
    const before = await ctx.db.signal.count({ where: { exchangeId, source: "check" } });
    await check(exchangeId);
    await check(exchangeId);
    const signals = await ctx.db.signal.findMany({ where: { exchangeId, source: "check" } });
    expect(signals.length - before).toBeGreaterThanOrEqual(4);
    expect(signals.every(({ upstreamRequestId }) => upstreamRequestId !== null)).toBe(true);
  });

  test("asks no bank where the partner allows no balance check", async () => {
    const { id } = await ctx.db.exchange.findFirstOrThrow({
      where: { partner: { name: "Finicity" }, status: "active" },
    });
    expect(await check(id)).toMatchObject({ ok: true, status: "active", balances: [] });
  });

  test("keeps one open case and both checks when two people press at once", async () => {
    const exchangeId = await healthyExchange();
    await simulator.break(exchangeId, "UpdateCredentials");
    const colleague = await agent();
    await Promise.all([check(exchangeId), check(exchangeId, colleague)]);
    await colleague.close();
    expect(await casesOf(exchangeId)).toEqual(["open"]);
    expect(await checksOnRecord(exchangeId)).toHaveLength(2);
    expect(await ctx.db.signal.count({ where: { exchangeId, source: "check", kind: "exchange_status" } })).toBe(2);
  });

  test("refuses a reviewer from compliance and asks nobody", async () => {
    const exchangeId = await healthyExchange();
    const reviewer = await agent("compliance");
    await simulator.clearRequests();
    await expect(check(exchangeId, reviewer)).rejects.toThrow(ForbiddenError);
    await reviewer.close();
    expect(await simulator.requests()).toEqual([]);
  });

  test("is on record with what it found, in the transaction that stores it", async () => {
    const exchangeId = await healthyExchange();
    await check(exchangeId);
    expect(await checksOnRecord(exchangeId)).toMatchObject([
      { outcome: "succeeded", actor_id: ctx.actor.type === "staff" ? ctx.actor.id : "", details: { after: "healthy" } },
    ]);
    const unrecordable = { ...ctx, origin: { ...ctx.origin, requestId: "" } };
    const before = await ctx.db.signal.count();
    await expect(check(exchangeId, unrecordable)).rejects.toThrow();
    expect(await ctx.db.signal.count()).toBe(before);
  });

  test("knows no exchange that was never seen", async () => {
    expect(await check(randomUUID())).toEqual({
      ok: false,
      reason: "unknown_exchange",
      resumesAt: null,
      requestId: null,
    });
  });
});

describe("a check that Dwolla does not answer", () => {
  test.each([
    { fault: { kind: "status", status: 503, code: "ServerError" }, reason: "unreachable" },
    { fault: { kind: "reset" }, reason: "unreachable" },
    { fault: { kind: "not-json" }, reason: "unreadable" },
    { fault: { kind: "status", status: 404, code: "NotFound" }, reason: "gone" },
    { fault: { kind: "status", status: 403, code: "Forbidden" }, reason: "refused" },
  ] as const)("changes nothing and says $reason ($fault.kind)", async ({ fault, reason }) => {
    const exchangeId = await healthyExchange();
    const before = await ctx.db.signal.count();
    await simulator.fault({ path: "/exchanges/*", times: 10, fault });
    expect(await check(exchangeId)).toMatchObject({ ok: false, reason, resumesAt: null });
    expect(await ctx.db.signal.count()).toBe(before);
    expect(await checksOnRecord(exchangeId)).toMatchObject([{ outcome: "failed", details: { reason } }]);
  });

  test("changes nothing when only the balance is out of reach", async () => {
    const exchangeId = await healthyExchange();
    const before = await ctx.db.signal.count();
    const fault = { kind: "status", status: 500, code: "ServerError" } as const;
    await simulator.fault({ path: "/funding-sources/*/balance", times: 10, fault });
    expect(await check(exchangeId)).toMatchObject({ ok: false, reason: "unreachable" });
    expect(await ctx.db.signal.count()).toBe(before);
  });

  test("says until when Dwolla's rate limit holds, and does not ask before", async () => {
    const exchangeId = await healthyExchange();
    const person = await agent();
    await simulator.fault({ path: "/exchanges/*", fault: { kind: "rate-limit" } });
    const first = await check(exchangeId, person);
    await simulator.clearRequests();
    const second = await check(exchangeId, person);
    await person.close();
    expect(first).toMatchObject({ ok: false, reason: "rate_limited", resumesAt: expect.any(String) });
    expect(second).toEqual({ ...first, requestId: null });
    expect(await simulator.requests()).toEqual([]);
  });
});

function agent(role: "agent" | "compliance" = "agent"): Promise<TestContext> {
  return testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor: staffActor(role) });
}

function check(exchangeId: string, by: Omit<TestContext, "close"> = ctx) {
  return checkExchange({ ctx: by, input: { exchangeId: exchangeId as ExchangeId } });
}

/** One that no other test has touched. */
async function healthyExchange(): Promise<string> {
  const { id } = await ctx.db.exchange.findFirstOrThrow({
    where: { health: "healthy", id: { notIn: used }, signals: { none: { source: "check" } } },
    orderBy: { id: "asc" },
  });
  used.push(id);
  return id;
}

const used: string[] = [];

async function casesOf(exchangeId: string): Promise<string[]> {
  const cases = await ctx.db.repairCase.findMany({ where: { exchangeId }, orderBy: { openedAt: "asc" } });
  return cases.map(({ state }) => state);
}

async function checksOnRecord(exchangeId: string) {
  const rows = await auditRows(database.auditorUrl, { action: "exchange.checked" });
  return rows.filter(({ target_id }) => target_id === exchangeId);
}
