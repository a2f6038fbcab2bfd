import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startWebhookListener } from "../support/webhook-listener.ts";
import { type ApiCaller, createApiCaller, idOf } from "./api-caller.ts";

/** As 10,000 in a simulator that runs for people. */
const KEPT = 20;
const MOST = KEPT + KEPT / 10;
const MADE = 5 * KEPT;

let simulator: TestSimulator;
let listener: Awaited<ReturnType<typeof startWebhookListener>>;
let api: ApiCaller;
let subscriptionId: string;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 20, webhooksKept: KEPT });
  listener = await startWebhookListener();
  api = await createApiCaller(simulator.url);
  const made = await api.post("/webhook-subscriptions", { url: listener.address, secret: "a shared secret" });
  subscriptionId = idOf(made.headers.get("location"));
});
afterAll(async () => {
  await simulator.stop();
  await listener.stop();
});

const idAt = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, "0")}`;
/** One webhook about a customer of this place; delivered before this resolves, unless mischief is on. */
async function tell(place: number, topic = "customer_updated"): Promise<void> {
  const id = idAt(place);
  await simulator.event({ topic, customerId: id, resource: { path: "customers", id } });
}

async function settled(): Promise<void> {
  await expect.poll(async () => (await simulator.listWebhooks({ is: "under-way" })).total).toBe(0);
}

test("however many are made, the log holds the newest and those of which something is still to come or never came", async () => {
  await tell(1, "delivered_first");
  await settled();
  const [first] = (await simulator.listWebhooks({ topic: "delivered_first" })).webhooks;
  await simulator.mischief({ hold: ["held"] });
  await tell(2, "held");
  await simulator.mischief({ lose: 1 });
  await tell(3, "lost");
  await simulator.mischief({ delaySeconds: 600 });
  await tell(4, "delayed");
  await simulator.mischief({});
  for (let made = 0; made < MADE; made += 1) {
    await tell(100 + made);
    await settled();
  }
  const log = await simulator.listWebhooks({});
  expect(log.webhooks.slice(0, 3).map(({ topic }) => topic)).toEqual(["held", "lost", "delayed"]);
  expect(log.total).toBeLessThanOrEqual(MOST + 3);
  expect(log.dropped).toBe(MADE + 4 - log.total);
  expect(log.webhooks.at(-1)?.resourceId).toBe(idAt(100 + MADE - 1));
  expect((await api.get(`/webhooks/${first?.id}`)).status).toBe(404);
  expect((await api.get(`/webhook-subscriptions/${subscriptionId}/webhooks`)).body.total).toBe(log.total);

  await simulator.releaseWebhooks({ topic: "held" });
  await simulator.sendWebhooks({ topic: "lost" });
  await simulator.advanceClock(600);
  await expect
    .poll(() => listener.received.map((body) => JSON.parse(body).topic))
    .toEqual(expect.arrayContaining(["held", "lost", "delayed"]));
});

test("whoever asks for one link, or whether anything is under way, is not given the rest of the log", async () => {
  await settled();
  expect((await simulator.listWebhooks({ resourceId: idAt(2) })).webhooks).toMatchObject([{ topic: "held" }]);
  expect((await simulator.listWebhooks({ is: "under-way", limit: "1" })).webhooks).toEqual([]);
  const { webhooks, total } = await simulator.listWebhooks({ topic: "customer_updated", limit: "5" });
  const newest = Array.from({ length: 5 }, (_, place) => idAt(100 + MADE - 5 + place));
  expect(webhooks.map(({ resourceId }) => resourceId)).toEqual(newest);
  expect(total).toBeGreaterThan(5);
});

test("a subscription that is gone keeps nothing on record for ever", async () => {
  const other = idOf(
    (await api.post("/webhook-subscriptions", { url: listener.address, secret: "another" })).headers.get("location"),
  );
  await simulator.mischief({ lose: 2 });
  await tell(5, "lost_to_both");
  expect((await simulator.listWebhooks({ topic: "lost_to_both" })).total).toBe(2);
  await api.call("DELETE", `/webhook-subscriptions/${other}`);
  for (let made = 0; made < 2 * KEPT; made += 1) {
    await tell(500 + made);
    await settled();
  }
  expect((await simulator.listWebhooks({ topic: "lost_to_both" })).total).toBe(1);
});

test("more than are sent at once, or a limit that is none, are refused", async () => {
  await expect(simulator.sendWebhooks({ topic: "customer_updated", times: 1_000 })).rejects.toThrow("At most 10000");
  const bad: Record<string, string>[] = [{ limit: "0" }, { limit: "10001" }, { limit: "x" }, { is: "no" }, { a: "b" }];
  for (const filter of bad) {
    await expect(simulator.listWebhooks(filter)).rejects.toThrow("InvalidControl");
  }
});
