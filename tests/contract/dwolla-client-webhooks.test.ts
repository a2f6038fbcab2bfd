import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { WebhookId, WebhookSubscriptionId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import { createDwollaClient, type DwollaClient } from "#dwolla/client.ts";
import { failureOf } from "../support/fault-server.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const SECRET = new Secret("a secret that only Dwolla and the desk know");
const NOBODY = "00000000-0000-4000-8000-000000000000";

let simulator: TestSimulator;
let dwolla: DwollaClient;
let receiver: Server;
let url: string;
let received = 0;
let answer: number;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 60 });
  dwolla = createDwollaClient({
    baseUrl: simulator.url,
    key: "local-key",
    secret: "local-secret",
    sleep: async () => {},
  });
  receiver = createServer((_request, response) => {
    received += 1;
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  answer = 200;
});

afterEach(async () => {
  await simulator.reset();
  received = 0;
  answer = 200;
});

afterAll(async () => {
  await Promise.all([dwolla.close(), simulator.stop()]);
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

describe("a subscription", () => {
  test("is there from its creation to its deletion, paused or not", async () => {
    const id = await dwolla.createWebhookSubscription({ url, secret: SECRET });
    const made = { id, url, paused: false, createdAt: expect.any(Date) };
    expect(await dwolla.listWebhookSubscriptions()).toEqual([made]);
    expect(await dwolla.pauseWebhookSubscription(id, true)).toEqual({ ...made, paused: true });
    expect(await dwolla.listWebhookSubscriptions()).toEqual([{ ...made, paused: true }]);
    expect(await dwolla.pauseWebhookSubscription(id, false)).toEqual(made);
    await dwolla.deleteWebhookSubscription(id);
    expect(await dwolla.listWebhookSubscriptions()).toEqual([]);
  });

  test("that is not there is refused as such", async () => {
    const id = NOBODY as WebhookSubscriptionId;
    const calls = [
      () => dwolla.pauseWebhookSubscription(id, true),
      () => dwolla.deleteWebhookSubscription(id),
      () => dwolla.listWebhooks(id, { limit: 10, offset: 0 }),
      () => dwolla.retryWebhook(NOBODY as WebhookId),
    ];
    for (const call of calls)
      expect(await failureOf(call())).toMatchObject({ kind: "http", status: 404, effect: "not-applied" });
  });

  test("too many is refused with Dwolla's code, and the secret is in no error", async () => {
    for (let made = 0; made < 10; made += 1) await dwolla.createWebhookSubscription({ url, secret: SECRET });
    const error = await failureOf(dwolla.createWebhookSubscription({ url, secret: SECRET }));
    expect(error).toMatchObject({ kind: "http", status: 400, code: "MaxNumberOfResources", effect: "not-applied" });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain(SECRET.reveal());
  });
});

describe("webhooks of a subscription", () => {
  test("are listed over their pages with what came of each", async () => {
    const id = await dwolla.createWebhookSubscription({ url, secret: SECRET });
    const delivered = await happen();
    await expect.poll(() => received).toBe(1);
    answer = 500;
    const failed = await happen();
    await expect.poll(async () => (await listAll(id)).get(failed)?.lastAttemptAt).toEqual(expect.any(Date));
    await dwolla.pauseWebhookSubscription(id, true);
    const unsent = await happen();
    const webhooks = await listAll(id);
    expect(webhooks.size).toBe(3);
    expect(webhooks.get(delivered)).toMatchObject({ attempts: 1, hasArrived: true });
    expect(webhooks.get(failed)).toMatchObject({ attempts: 1, hasArrived: false });
    expect(webhooks.get(unsent)).toMatchObject({ attempts: 0, hasArrived: false, lastAttemptAt: null });
  });

  test("are sent once more on request, the failed ones and the unsent", async () => {
    const id = await dwolla.createWebhookSubscription({ url, secret: SECRET });
    await simulator.mischief({ lose: 1 });
    const eventId = await happen();
    const webhook = (await listAll(id)).get(eventId);
    expect(received).toBe(0);
    await dwolla.retryWebhook(webhook?.id as WebhookId);
    await expect.poll(() => received).toBe(1);
    await expect.poll(async () => (await listAll(id)).get(eventId)).toMatchObject({ attempts: 1, hasArrived: true });
  });
});

/** Gives the id of an event that has just happened. */
function happen(): Promise<string> {
  const customerId = randomUUID();
  return simulator.event({ topic: "customer_suspended", customerId, resource: { path: "customers", id: customerId } });
}

/** By event, one to a page. */
async function listAll(id: WebhookSubscriptionId) {
  const webhooks = [];
  for (let offset = 0; ; offset += 1) {
    const page = await dwolla.listWebhooks(id, { limit: 1, offset });
    if (page.length === 0) return new Map(webhooks.map((webhook) => [webhook.eventId as string, webhook]));
    webhooks.push(...page);
  }
}
