import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { Secret } from "#domain/secret.ts";
import { sendTestWebhook } from "#features/test-webhooks/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { insertCase } from "../support/broken-exchange.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET, type WebhookEndpoint } from "../support/webhook-endpoint.ts";

const TOPIC = "customer_funding_source_updated";

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext<StaffActor>;
let endpoint: WebhookEndpoint;

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 40 })]);
  const actor = staffActor("engineer");
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor });
  endpoint = await startWebhookEndpoint(ctx);
  await ctx.dwolla.createWebhookSubscription({ url: endpoint.url, secret: new Secret(WEBHOOK_SECRET) });
});

afterAll(async () => {
  await endpoint.stop();
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

test("a test webhook comes by the same way as every other, and is on record from the intent to its arrival", async () => {
  expect(await sendTestWebhook({ ctx, input: { topic: TOPIC, exchangeId: null } })).toEqual({
    ok: false,
    reason: "refused",
    says: expect.stringContaining("no such bank link"),
  });
  const [broken] = (await simulator.truth()).broken;
  if (!broken) throw new Error("the world holds no broken link");
  const { exchangeId, customerId } = await insertCase(ctx.db, broken);
  const sent = await sendTestWebhook({ ctx, input: { topic: TOPIC, exchangeId: null } });
  if (!sent.ok) throw new Error(sent.reason);
  expect(sent.afterMs).toEqual(expect.any(Number));
  const event = await ctx.db.dwollaEvent.findUniqueOrThrow({ where: { id: sent.eventId } });
  expect(event).toMatchObject({ topic: TOPIC, customerId, deliveries: 1, arrivals: [event.receivedAt] });
  const about = { topic: TOPIC };
  const { eventId } = sent;
  expect(await auditRows(database.auditorUrl, { action: "simulator.webhook_sent" })).toMatchObject([
    { outcome: "pending", target_id: null, details: about },
    { outcome: "failed", target_id: null, details: { ...about, failureKind: "refused" } },
    { outcome: "pending", target_id: exchangeId, details: about },
    { outcome: "succeeded", target_id: exchangeId, details: { ...about, eventId, arrived: true } },
  ]);
});
