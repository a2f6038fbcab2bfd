import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookListener } from "../support/webhook-listener.ts";
import { createApiCaller } from "./api-caller.ts";

const REAUTH_REQUIRED = "customer_exchange_reauth_required";

let simulator: TestSimulator;
let listener: Awaited<ReturnType<typeof startWebhookListener>>;
let exchangeId: string;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 20 });
  listener = await startWebhookListener();
});
afterAll(async () => {
  await simulator.stop();
  await listener.stop();
});
beforeEach(async () => {
  ({ exchangeId } = await simulator.makeCustomer({ partner: "Plaid" }));
  const api = await createApiCaller(simulator.url);
  await api.post("/webhook-subscriptions", { url: listener.address, secret: "a shared secret" });
});
afterEach(async () => {
  await simulator.reset();
  listener.received.length = 0;
});

const warn = (options?: { webhook: boolean }) => simulator.break(exchangeId, "pending-disconnect", options);
const topics = () => listener.received.map((body) => JSON.parse(body).topic);
/** What was made before this has gone out by the time this has. */
async function everythingSent(): Promise<void> {
  await simulator.mischief({});
  const { customerId } = await simulator.makeCustomer({ partner: "MX" });
  const seen = () => listener.received.some((body) => body.includes(customerId));
  await expect.poll(seen).toBe(true);
}

test("an announcement without its webhook is listed among the events, and its webhook is made and lost", async () => {
  await warn({ webhook: false });
  await everythingSent();
  const { events, webhooks } = await simulator.exchange(exchangeId);
  expect(events).toMatchObject([{ topic: REAUTH_REQUIRED }]);
  expect(webhooks).toMatchObject([{ eventId: events[0]?.id, isLost: true, attempts: [] }]);
  expect(topics()).not.toContain(REAUTH_REQUIRED);
});

test("a delayed webhook is sent when its time has come", async () => {
  await simulator.mischief({ delaySeconds: 600 });
  await warn();
  await everythingSent();
  expect(topics()).not.toContain(REAUTH_REQUIRED);
  await simulator.advanceClock(600);
  await expect.poll(topics).toContain(REAUTH_REQUIRED);
});

test("webhooks of a topic are held, and sent when they are let go", async () => {
  await simulator.mischief({ hold: [REAUTH_REQUIRED] });
  await warn();
  await everythingSent();
  expect((await simulator.exchange(exchangeId)).webhooks).toMatchObject([{ isHeld: true, attempts: [] }]);
  await simulator.advanceClock(86_400);
  expect(topics()).not.toContain(REAUTH_REQUIRED);
  expect(await simulator.releaseWebhooks({ resourceId: exchangeId })).toHaveLength(1);
  await expect.poll(topics).toContain(REAUTH_REQUIRED);
  expect(await simulator.releaseWebhooks({ resourceId: exchangeId })).toEqual([]);
});

test("a webhook that waits for its time can be held, too, and a star holds every topic", async () => {
  await simulator.mischief({ delaySeconds: 600 });
  await warn();
  await simulator.holdWebhooks({ topic: REAUTH_REQUIRED });
  await simulator.advanceClock(600);
  await simulator.mischief({ hold: ["*"] });
  await simulator.event({
    topic: "customer_updated",
    customerId: exchangeId,
    resource: { path: "customers", id: exchangeId },
  });
  await everythingSent();
  const { webhooks } = await simulator.exchange(exchangeId);
  expect(webhooks).toMatchObject([
    { topic: REAUTH_REQUIRED, isHeld: true, attempts: [] },
    { topic: "customer_updated", isHeld: true, attempts: [] },
  ]);
});

test("a delivered webhook is sent again any number of times, with the same id, byte for byte", async () => {
  await warn();
  await expect.poll(() => listener.received).toHaveLength(1);
  const [webhook] = (await simulator.exchange(exchangeId)).webhooks;
  await simulator.sendWebhooks({ id: webhook?.id ?? "", times: 25 });
  await expect.poll(() => listener.received).toHaveLength(26);
  expect(new Set(listener.received).size).toBe(1);
  expect(JSON.parse(listener.received[0] ?? "").id).toBe(webhook?.eventId);
});

test("a choice that fits no webhook is refused", async () => {
  await expect(simulator.sendWebhooks({ topic: "customer_never_heard_of" })).rejects.toThrow("No webhook fits.");
});
