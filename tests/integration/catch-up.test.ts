import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { WebhookId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import { startCatchUp } from "#features/catch-ups/mutations.ts";
import { announceChange, listenToChanges } from "#platform/changes.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET, type WebhookEndpoint } from "../support/webhook-endpoint.ts";

const WARNED_AT_ONCE = 12;

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;
let endpoint: WebhookEndpoint;

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 120 })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
  endpoint = await startWebhookEndpoint(ctx);
  await sweepAll({ appUrl: database.appUrl, ctx });
  await catchUp();
  await ctx.dwolla.createWebhookSubscription({ url: endpoint.url, secret: new Secret(WEBHOOK_SECRET) });
});

afterEach(async () => {
  await endpoint.stop();
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

describe("the first catch-up", () => {
  test("puts every warning of the last 30 days on the list, and only keeps the rest", async () => {
    const truth = await simulator.truth();
    expect(truth.warned.length).toBeGreaterThan(0);
    expect(await openCases()).toEqual([...truth.broken, ...truth.warned].map(({ exchangeId }) => exchangeId).sort());
    const kept = await ctx.db.dwollaEvent.findMany({ where: { topic: { not: REAUTH_REQUIRED } } });
    expect(kept.length).toBeGreaterThan(0);
    expect(new Set(kept.map(({ effect }) => effect))).toEqual(new Set(["backlog"]));
  });
});

describe("of many webhooks", () => {
  test.each([0, 1, 5, WARNED_AT_ONCE])(
    "%i that were lost are found as exactly so many, and nothing is missed",
    async (lost) => {
      const before = await openCases();
      await simulator.mischief({ lose: lost, duplicateShare: 0.3, reorder: true });
      const warned = await warnMany(WARNED_AT_ONCE);
      await expect.poll(delivered, { timeout: 10_000 }).toBe(WARNED_AT_ONCE - lost);
      await catchUp();
      const missed = await ctx.db.dwollaEvent.count({ where: { receivedAt: null, readAt: { not: null }, ...FRESH } });
      expect(missed).toBe(lost);
      expect(await ctx.db.catchUp.findFirst({ orderBy: { startedAt: "desc" } })).toMatchObject({
        state: "finished",
        eventsMissed: lost,
      });
      expect(await openCases()).toEqual([...before, ...warned].sort());
    },
  );

  test("one that comes late, after the catch-up, has no second effect and is seen to be late", async () => {
    await simulator.mischief({ lose: 1 });
    const [exchangeId] = await warnMany(1);
    await catchUp();
    const [lost] = (await simulator.webhooks()).filter(({ isLost }) => isLost);
    await ctx.dwolla.retryWebhook(lost?.id as WebhookId);
    await expect.poll(delivered).toBe(1);
    await runJobs({ appUrl: database.appUrl, ctx });
    const [event] = await ctx.db.dwollaEvent.findMany({ where: FRESH });
    expect(event?.receivedAt?.getTime()).toBeGreaterThan(event?.readAt?.getTime() ?? 0);
    expect(await ctx.db.signal.count({ where: { exchangeId: exchangeId ?? "", kind: "event" } })).toBe(1);
    expect(await ctx.db.repairCase.count({ where: { exchangeId: exchangeId ?? "" } })).toBe(1);
  });
});

describe("a catch-up", () => {
  test("after a first one that found no event takes what is lost for lost, and reads what it is about", async () => {
    await ctx.db.catchUp.updateMany({ data: { newestEventAt: null } });
    const { customerId } = await ctx.db.exchange.findFirstOrThrow({ where: { health: "healthy" } });
    await simulator.mischief({ lose: 1 });
    const resource = { path: "funding-sources", id: "11111111-1111-4111-8111-111111111111" } as const;
    await simulator.event({ topic: "customer_funding_source_updated", customerId, resource });
    await catchUp();
    expect(await ctx.db.dwollaEvent.findFirst({ where: FRESH })).toMatchObject({ effect: "read", receivedAt: null });
  });

  test("that was cut off goes on where it was", async () => {
    await warnMany(3);
    const { catchUpId } = await startCatchUp({ ctx });
    const cutOff = {
      ...ctx,
      dwolla: { ...ctx.dwolla, listEvents: () => Promise.reject(new Error("the process ended")) },
    };
    await runJobs({ appUrl: database.appUrl, ctx: cutOff });
    expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({ state: "running" });
    await makeJobsDue();
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({ state: "finished" });
  });

  test("waits out an outage without giving up", async () => {
    const { catchUpId } = await startCatchUp({ ctx });
    await simulator.outage("down");
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({ state: "running" });
    await simulator.outage("none");
    await makeJobsDue();
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({ state: "finished" });
  });

  test("that Dwolla refuses ends with its reason, and open pages hear of it", async () => {
    const { catchUpId } = await startCatchUp({ ctx });
    const changes = listenToChanges({ url: database.appUrl, warn: () => undefined });
    const heard: string[] = [];
    changes.subscribe((topic) => heard.push(topic));
    await vi.waitFor(async () => {
      await announceChange(ctx.db, "dwolla");
      expect(heard).toContain("dwolla");
    });
    await simulator.fault({ method: "GET", path: "/events", times: 1, fault: { kind: "status", status: 403 } });
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.catchUp.findUnique({ where: { id: catchUpId } })).toMatchObject({
      state: "failed",
      failure: "refused",
    });
    await vi.waitFor(() => expect(heard).toContain("desk"));
    await changes.stop();
  });

  test("reads no further than to where the last one was, and is never there twice", async () => {
    await simulator.clearRequests();
    const [first, second] = await Promise.all([startCatchUp({ ctx }), startCatchUp({ ctx })]);
    expect(second.catchUpId).toBe(first.catchUpId);
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await simulator.requests({ path: "/events" })).toHaveLength(1);
  });
});

describe("an event", () => {
  test("of an exchange that no sweep has seen yet brings the customer, the link and the case", async () => {
    await simulator.addCustomers(40);
    const { warned } = await simulator.truth();
    const known = new Set((await ctx.db.exchange.findMany()).map(({ id }) => id));
    const fresh = warned.find(({ exchangeId }) => !known.has(exchangeId)) ?? (await anyNewExchange(known));
    await simulator.break(fresh.exchangeId, "warned");
    await expect.poll(delivered).toBe(1);
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.exchange.findUnique({ where: { id: fresh.exchangeId } })).toMatchObject({
      health: "reauth_required",
      customerId: fresh.customerId,
    });
    expect(await openCases()).toContain(fresh.exchangeId);
  });

  test("about funding sources makes them be read again", async () => {
    const { customerId } = await ctx.db.exchange.findFirstOrThrow({ where: { health: "healthy" } });
    await ctx.db.fundingSource.updateMany({ where: { customerId }, data: { name: "outdated" } });
    const resource = { path: "funding-sources", id: "11111111-1111-4111-8111-111111111111" } as const;
    await simulator.event({ topic: "customer_funding_source_updated", customerId, resource });
    await expect.poll(delivered).toBe(1);
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.fundingSource.count({ where: { customerId, name: "outdated" } })).toBe(0);
    expect(await ctx.db.dwollaEvent.findFirst({ where: FRESH })).toMatchObject({ effect: "read" });
  });

  test("about a customer who is gone at Dwolla removes the links, and closes their cases as not repairable", async () => {
    const [broken] = (await simulator.truth()).broken;
    const { customerId = "", exchangeId = "" } = broken ?? {};
    await simulator.removeCustomer(customerId);
    const resource = { path: "customers", id: customerId } as const;
    await simulator.event({ topic: "customer_deactivated", customerId, resource });
    await expect.poll(delivered).toBe(1);
    await runJobs({ appUrl: database.appUrl, ctx });
    const links = await ctx.db.exchange.findMany({ where: { customerId } });
    expect(new Set(links.map(({ health }) => health))).toEqual(new Set(["removed"]));
    expect(await ctx.db.repairCase.findFirst({ where: { exchangeId } })).toMatchObject({ state: "not_repairable" });
    expect(await ctx.db.dwollaEvent.findFirst({ where: FRESH })).toMatchObject({ effect: "resource_gone" });
  });

  test("that comes while our credentials are refused waits, and is not lost", async () => {
    await simulator.addCustomers(40);
    const known = new Set((await ctx.db.exchange.findMany()).map(({ id }) => id));
    const fresh = await anyNewExchange(known);
    const fault = { kind: "status", status: 401, code: "InvalidAccessToken" } as const;
    await simulator.fault({ path: "/customers/*", times: 2, fault });
    await simulator.break(fresh.exchangeId, "warned");
    await expect.poll(delivered).toBe(1);
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await ctx.db.dwollaEvent.findFirst({ where: FRESH })).toMatchObject({ effect: null, processedAt: null });
    await makeJobsDue();
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await openCases()).toContain(fresh.exchangeId);
  });

  test("waits while Dwolla is away, and a warning is on the list nevertheless", async () => {
    const [exchangeId] = await warnMany(1);
    await expect.poll(delivered).toBe(1);
    await simulator.outage("down");
    await runJobs({ appUrl: database.appUrl, ctx });
    expect(await openCases()).toContain(exchangeId);
    const proof = await ctx.db.proof.findFirstOrThrow({ where: { exchangeId: exchangeId ?? "", state: "running" } });
    expect(proof.probes).toBe(0);
  });
});

/** Of after the first catch-up. */
const FRESH = { createdAt: { gt: new Date(Date.now() - 600_000) } };

async function catchUp(): Promise<void> {
  await startCatchUp({ ctx });
  await runJobs({ appUrl: database.appUrl, ctx });
}

async function warnMany(count: number): Promise<string[]> {
  const where = { health: "healthy", partner: { name: "Plaid" } } as const;
  const healthy = await ctx.db.exchange.findMany({ where, take: count, orderBy: { id: "asc" } });
  for (const { id } of healthy) await simulator.break(id, "warned");
  return healthy.map(({ id }) => id);
}

async function anyNewExchange(known: Set<string>) {
  const { customers } = await ctx.dwolla.listCustomers({ limit: 200, offset: 120 });
  for (const { id: customerId } of customers) {
    const [exchange] = await ctx.dwolla.listExchangesOfCustomer(customerId);
    if (exchange && exchange.status === "active" && !known.has(exchange.id))
      return { customerId, exchangeId: exchange.id };
  }
  throw new Error("nobody new has a link");
}

function delivered(): Promise<number> {
  return ctx.db.dwollaEvent.count({ where: { receivedAt: { not: null } } });
}

async function openCases(): Promise<string[]> {
  const cases = await ctx.db.repairCase.findMany({ where: { closedAt: null } });
  return cases.map(({ exchangeId }) => exchangeId).sort();
}

async function makeJobsDue(): Promise<void> {
  await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
}
