import { afterEach, beforeEach, expect, test } from "vitest";
import type { WebhookSubscriptionId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import {
  createWebhookSubscription,
  pauseWebhookSubscription,
  requestRedelivery,
  resumeWebhookSubscription,
} from "#features/webhook-subscriptions/mutations.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET, type WebhookEndpoint } from "../support/webhook-endpoint.ts";

const ASKED_PER_PRESS = 100;
const AN_HOUR_MS = 3_600_000;

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;
let endpoint: WebhookEndpoint;
let input: { subscriptionId: string };

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 20 })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
  endpoint = await startWebhookEndpoint(ctx);
  ctx.settings.webhookUrl = endpoint.url;
  ctx.settings.webhookSecrets = [new Secret(WEBHOOK_SECRET)];
  const created = await createWebhookSubscription({ ctx });
  if (!created.ok) throw new Error(created.reason);
  input = { subscriptionId: created.subscriptionId };
});

afterEach(async () => {
  await endpoint.stop();
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

test("what was made during a pause is asked for after it, nothing else is, and all of it arrives", async () => {
  await happen(2);
  await expect.poll(arrived).toBe(2);
  await pauseWebhookSubscription({ ctx, input });
  const unsent = await happen(3);
  expect(await requestRedelivery({ ctx, input })).toEqual({ ok: false, reason: "is_paused" });
  await resumeWebhookSubscription({ ctx, input });
  await happen(1);
  await expect.poll(arrived).toBe(3);
  expect(await requestRedelivery({ ctx, input })).toEqual({
    ok: true,
    neverSent: 3,
    failed: 0,
    remaining: 0,
    sawAll: true,
  });
  await expect.poll(arrived).toBe(6);
  expect(await ctx.db.dwollaEvent.count({ where: { id: { in: unsent }, deliveries: 1 } })).toBe(3);
  expect(await ctx.db.dwollaEvent.count({ where: { deliveries: { gt: 1 } } })).toBe(0);
  expect(await requestRedelivery({ ctx, input })).toMatchObject({ ok: true, neverSent: 0, remaining: 0 });
});

test("one press asks for a bounded number, and the next one for the rest", async () => {
  await pauseWebhookSubscription({ ctx, input });
  await happen(ASKED_PER_PRESS + 20);
  await resumeWebhookSubscription({ ctx, input });
  expect(await requestRedelivery({ ctx, input })).toMatchObject({ neverSent: ASKED_PER_PRESS, remaining: 20 });
  await expect.poll(arrived).toBe(ASKED_PER_PRESS);
  expect(await requestRedelivery({ ctx, input })).toMatchObject({ neverSent: 20, remaining: 0 });
  await expect.poll(arrived).toBe(ASKED_PER_PRESS + 20);
});

test("one that we did not take is asked for when it cannot be under way any more", async () => {
  await endpoint.stop();
  await happen(1);
  await expect.poll(firstAttempts).toEqual([1]);
  expect(await requestRedelivery({ ctx, input })).toMatchObject({ ok: true, neverSent: 0, failed: 0, remaining: 0 });
  const later = { ...ctx, now: () => new Date(Date.now() + AN_HOUR_MS) };
  expect(await requestRedelivery({ ctx: later, input })).toMatchObject({ ok: true, neverSent: 0, failed: 1 });
  await expect.poll(firstAttempts).toEqual([2]);
});

test("when Dwolla will not go on, what was asked for stands and the rest is said to remain", async () => {
  await pauseWebhookSubscription({ ctx, input });
  await happen(4);
  await resumeWebhookSubscription({ ctx, input });
  const [, , third] = await ctx.dwolla.listWebhooks(input.subscriptionId as WebhookSubscriptionId, {
    limit: 10,
    offset: 0,
  });
  const path = `/webhooks/${third?.id}/retries`;
  await simulator.fault({ method: "POST", path, fault: { kind: "status", status: 400 } });
  expect(await requestRedelivery({ ctx, input })).toMatchObject({ ok: true, neverSent: 2, remaining: 2 });
});

/** Gives the ids of events that have just happened. */
async function happen(count: number): Promise<string[]> {
  const { customers } = await ctx.dwolla.listCustomers({ limit: 1, offset: 0 });
  const customerId = customers[0]?.id ?? "";
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const resource = { path: "customers", id: customerId } as const;
    ids.push(await simulator.event({ topic: "customer_suspended", customerId, resource }));
  }
  return ids;
}

function arrived(): Promise<number> {
  return ctx.db.dwollaEvent.count({ where: { receivedAt: { not: null } } });
}

async function firstAttempts(): Promise<number[]> {
  return (await simulator.webhooks()).map(({ attempts }) => attempts.length);
}
