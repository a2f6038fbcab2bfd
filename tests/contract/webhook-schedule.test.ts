import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf } from "./api-caller.ts";

const HOUR = 3_600;
/** Dwolla: eight retries within 72 hours, each counted from the first attempt. */
const RETRIES_AFTER = [HOUR / 4, ...[1, 3, 6, 12, 24, 48, 72].map((hours) => hours * HOUR)];
const BURST = 10;
const FAILURES_BEFORE_PAUSE = 400;

let simulator: TestSimulator;
let api: ApiCaller;
let receiver: Server;
let address: string;
let received: string[] = [];
let answerStatus = 200;
let isSilent = false;
let openAtOnce = 0;
let mostAtOnce = 0;
let customerId: string;
let exchangeId: string;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 60 });
  ({ customerId = "", exchangeId = "" } = (await simulator.truth()).broken[0] ?? {});
  receiver = createServer(async (request, response) => {
    openAtOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, openAtOnce);
    response.on("close", () => (openAtOnce -= 1));
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push(JSON.parse(body).id);
    if (!isSilent) response.writeHead(answerStatus, { location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks`;
});

afterAll(async () => {
  await simulator.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

beforeEach(async () => {
  // The clock moves by days; the token is to outlive that.
  await simulator.settings({ tokenLifetimeSeconds: 60 * 86_400 });
  api = await createApiCaller(simulator.url);
  [answerStatus, isSilent, mostAtOnce] = [200, false, 0];
});

afterEach(async () => {
  isSilent = false;
  await simulator.reset();
  receiver.closeAllConnections();
  received = [];
});

describe("a webhook that is not taken", () => {
  test.each([500, 404, 302])(
    "is sent again on Dwolla's schedule, eight times within 72 hours, after a %i",
    async (status) => {
      answerStatus = status;
      await subscribe();
      await announce();
      await expect.poll(attempts).toHaveLength(1);
      let passed = 0;
      for (const [retry, dueAfter] of RETRIES_AFTER.entries()) {
        await simulator.advanceClock(dueAfter - passed - 30);
        expect(await attempts()).toHaveLength(retry + 1);
        await simulator.advanceClock(40);
        passed = dueAfter + 10;
        await expect.poll(attempts).toHaveLength(retry + 2);
      }
      await settled();
      await simulator.advanceClock(1_000 * HOUR);
      expect(await attempts()).toHaveLength(9);
      expect((await simulator.webhooks())[0]?.nextAttemptAt).toBeNull();
      expect(new Set(received).size).toBe(1);
    },
  );

  test("is not sent again once it is", async () => {
    answerStatus = 500;
    await subscribe();
    await announce();
    await expect.poll(attempts).toHaveLength(1);
    await settled();
    answerStatus = 202;
    await simulator.advanceClock(HOUR / 4);
    await expect.poll(attempts).toHaveLength(2);
    await settled();
    await simulator.advanceClock(100 * HOUR);
    expect((await attempts()).map(({ status }) => status)).toEqual([500, 202]);
  });

  test("is not sent again to a subscription that was deleted", async () => {
    answerStatus = 500;
    const id = await subscribe();
    await announce();
    await expect.poll(attempts).toHaveLength(1);
    await settled();
    await api.call("DELETE", `/webhook-subscriptions/${id}`);
    await simulator.advanceClock(100 * HOUR);
    expect(await attempts()).toHaveLength(1);
  });

  test("waits while Dwolla is away, and is sent when it is back", async () => {
    answerStatus = 500;
    await subscribe();
    await announce();
    await expect.poll(attempts).toHaveLength(1);
    await settled();
    await simulator.outage("down");
    await simulator.advanceClock(2 * HOUR);
    expect(await attempts()).toHaveLength(1);
    await simulator.outage("none");
    await simulator.advanceClock(1);
    await expect.poll(attempts).toHaveLength(2);
  });
});

test("many webhooks at once come in bursts of ten", async () => {
  isSilent = true;
  await subscribe();
  for (let count = 0; count < 35; count += 1) await announce();
  await expect.poll(() => received.length).toBe(BURST);
  expect([openAtOnce, mostAtOnce]).toEqual([BURST, BURST]);
  isSilent = false;
  receiver.closeAllConnections();
  await expect.poll(() => new Set(received).size, { timeout: 5_000 }).toBe(35);
  expect(mostAtOnce).toBe(BURST);
});

describe("a subscription whose endpoint fails", () => {
  test("is paused after 400 failures in a row, when the last success is 24 hours ago, and not before", async () => {
    const id = await subscribe();
    answerStatus = 500;
    for (let count = 0; count < FAILURES_BEFORE_PAUSE; count += 1) await announce();
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(FAILURES_BEFORE_PAUSE);
    await settled();
    expect(await isPaused(id)).toBe(false);
    await simulator.advanceClock(24 * HOUR);
    await expect.poll(() => isPaused(id), { timeout: 15_000 }).toBe(true);
    await settled();
    const sent = received.length;
    await announce();
    await simulator.advanceClock(100 * HOUR);
    expect(received).toHaveLength(sent);
    const unsent = (await simulator.webhooks()).filter((webhook) => webhook.attempts.length === 0);
    expect(unsent).toHaveLength(1);
    // Not even later: whoever wants it asks for it.
    answerStatus = 200;
    await api.post(`/webhook-subscriptions/${id}`, { paused: false });
    await simulator.advanceClock(HOUR);
    expect(received).not.toContain(unsent[0]?.eventId);
    await api.post(`/webhooks/${unsent[0]?.id}/retries`);
    await expect.poll(() => received).toContain(unsent[0]?.eventId);
  });

  test("is not paused while one in between arrives", async () => {
    const id = await subscribe();
    await simulator.advanceClock(25 * HOUR);
    answerStatus = 500;
    for (let count = 0; count < FAILURES_BEFORE_PAUSE - 1; count += 1) await announce();
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(FAILURES_BEFORE_PAUSE - 1);
    await settled();
    answerStatus = 200;
    await announce();
    await settled();
    answerStatus = 500;
    await announce();
    await settled();
    expect(await isPaused(id)).toBe(false);
  });
});

describe("mischief", () => {
  test("loses exactly as many as it was told to, and none after", async () => {
    await subscribe();
    await simulator.mischief({ lose: 3 });
    for (let count = 0; count < 8; count += 1) await announce();
    await expect.poll(() => received.length).toBe(5);
    const webhooks = await simulator.webhooks();
    expect(webhooks.map(({ isLost }) => isLost)).toEqual([true, true, true, false, false, false, false, false]);
    await simulator.advanceClock(100 * HOUR);
    expect(received).toHaveLength(5);
  });

  test("doubles: the same event comes twice, byte for byte", async () => {
    await subscribe();
    await simulator.mischief({ duplicateShare: 1 });
    for (let count = 0; count < 5; count += 1) await announce();
    await expect.poll(() => received.length).toBe(10);
    expect(new Set(received).size).toBe(5);
  });

  test("reorders: all come, and not in the order they were made", async () => {
    isSilent = true;
    await subscribe();
    await simulator.mischief({ reorder: true });
    const made: string[] = [];
    for (let count = 0; count < 60; count += 1) made.push(await announce());
    isSilent = false;
    receiver.closeAllConnections();
    await expect.poll(() => new Set(received).size, { timeout: 5_000 }).toBe(60);
    expect(received).not.toEqual(made);
    expect(new Set(received)).toEqual(new Set(made));
  });

  test("is over with a reset", async () => {
    await simulator.mischief({ loseShare: 1 });
    await simulator.reset();
    api = await createApiCaller(simulator.url);
    await subscribe();
    await announce();
    await expect.poll(() => received.length).toBe(1);
  });
});

async function subscribe(): Promise<string> {
  const created = await api.post("/webhook-subscriptions", { url: address, secret: "a shared secret" });
  return idOf(created.headers.get("location"));
}

function announce(): Promise<string> {
  const resource = { path: "exchanges", id: exchangeId } as const;
  return simulator.event({ topic: "customer_exchange_reauth_required", customerId, resource });
}

/** Of the first webhook. */
async function attempts(): Promise<{ at: string; status: number | null }[]> {
  return (await simulator.webhooks())[0]?.attempts ?? [];
}

/** Every attempt has got its answer. */
async function settled(): Promise<void> {
  await expect
    .poll(async () => (await simulator.webhooks()).flatMap((webhook) => webhook.attempts.map(({ status }) => status)), {
      timeout: 15_000,
    })
    .not.toContain(null);
}

async function isPaused(id: string): Promise<boolean> {
  return (await api.get(`/webhook-subscriptions/${id}`)).body.paused;
}
