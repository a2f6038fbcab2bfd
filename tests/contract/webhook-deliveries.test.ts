import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf } from "./api-caller.ts";

const SECRET = "a shared secret";
let simulator: TestSimulator;
let api: ApiCaller;
let receiver: Server;
let address: string;
let received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
let answerStatus = 200;
let healthyExchangeId: string;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 100 });
  healthyExchangeId = (await simulator.truth()).broken[0]?.exchangeId ?? "";
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(answerStatus).end("noted");
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/dwolla`;
});
afterAll(async () => {
  await simulator.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(async () => {
  api = await createApiCaller(simulator.url);
  answerStatus = 200;
});
afterEach(async () => {
  await simulator.reset();
  received = [];
});

const subscribe = async () =>
  idOf((await api.post("/webhook-subscriptions", { url: address, secret: SECRET })).headers.get("location"));
const webhooksOf = async (id: string) =>
  (await api.get(`/webhook-subscriptions/${id}/webhooks`)).body._embedded.webhooks;
const warn = () => simulator.break(healthyExchangeId, "warned");

describe("a warned exchange", () => {
  test("is announced by a POST signed over its raw body", async () => {
    await subscribe();
    await warn();
    await expect.poll(() => received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: Buffer.of() }] = received;
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=UTF-8",
      "user-agent": "dwolla-webhooks/1.0",
      "x-dwolla-topic": "customer_exchange_reauth_required",
      "x-request-signature-sha-256": signature,
    });
    const event = JSON.parse(body.toString());
    expect(event).toEqual((await api.get(`/events/${event.id}`)).body);
    expect(event).toMatchObject({ topic: "customer_exchange_reauth_required", resourceId: healthyExchangeId });
    expect(event._links.resource.href).toBe(`${simulator.url}/exchanges/${healthyExchangeId}`);
  });

  test("names the exchange by the host at which the subscriber knows us, whatever host a control was called at", async () => {
    await subscribe();
    const control = new URL(`/__simulator/exchanges/${healthyExchangeId}/break`, simulator.url);
    control.hostname = "localhost";
    const headers = { "content-type": "application/json" };
    expect((await fetch(control, { method: "POST", headers, body: '{"as":"warned"}' })).status).toBe(200);
    await expect.poll(() => received).toHaveLength(1);
    const { _links } = JSON.parse(received[0]?.body.toString() ?? "");
    expect(_links.resource.href).toBe(`${simulator.url}/exchanges/${healthyExchangeId}`);
  });

  test("leaves its attempts on record", async () => {
    answerStatus = 500;
    const id = await subscribe();
    await warn();
    await expect.poll(async () => (await webhooksOf(id))[0]?.attempts[0]?.response?.statusCode).toBe(500);
    const [webhook] = await webhooksOf(id);
    expect(webhook).toMatchObject({ subscriptionId: id, topic: "customer_exchange_reauth_required" });
    expect(webhook.attempts).toEqual([
      {
        id: expect.any(String),
        request: {
          timestamp: expect.any(String),
          url: address,
          headers: expect.any(Array),
          body: received[0]?.body.toString(),
        },
        response: { timestamp: expect.any(String), headers: expect.any(Array), statusCode: 500, body: "noted" },
      },
    ]);
    expect((await api.get(`/webhooks/${webhook.id}`)).body).toEqual(webhook);
  });

  test("is sent again, byte for byte, on a retry", async () => {
    const id = await subscribe();
    await warn();
    await expect.poll(() => received).toHaveLength(1);
    const [webhook] = await webhooksOf(id);
    const retry = await api.post(`/webhooks/${webhook.id}/retries`);
    expect([retry.status, retry.headers.get("location")]).toEqual([201, `${simulator.url}/webhooks/${webhook.id}`]);
    await expect.poll(() => received).toHaveLength(2);
    expect(received[1]?.body.equals(received[0]?.body ?? Buffer.of())).toBe(true);
    expect((await api.get(`/webhooks/${webhook.id}/retries`)).body.total).toBe(1);
  });

  test("is kept but not sent while the subscription is paused", async () => {
    const id = await subscribe();
    await api.post(`/webhook-subscriptions/${id}`, { paused: true });
    await warn();
    await api.post(`/webhook-subscriptions/${id}`, { paused: false });
    await warn();
    await expect
      .poll(async () => (await webhooksOf(id)).map(({ attempts }: { attempts: [] }) => attempts.length))
      .toEqual([0, 1]);
    expect(received).toHaveLength(1);
    const byResource = await api.get(`/webhook-subscriptions/${id}/webhooks?resourceId=${healthyExchangeId}&limit=1`);
    expect([byResource.body.total, byResource.body._embedded.webhooks.length]).toEqual([2, 1]);
    expect((await api.get(`/webhook-subscriptions/${id}/webhooks?endDate=2020-01-01`)).body.total).toBe(0);
  });
});

describe("a subscription is refused", () => {
  const url = "https://desk.example.test/hook";
  test.each([
    [{ url, secret: "x".repeat(129) }, "InvalidFormat", "/secret", "Secret must be 128 or fewer characters."],
    [{ url: "no address", secret: SECRET }, "InvalidFormat", "/url", "Url must be a valid url."],
    [{ url: "ftp://desk.example.test", secret: SECRET }, "InvalidFormat", "/url", "Url must be a valid url."],
    [{ url }, "Required", "/secret", "Secret required."],
    [{}, "Required", "/url", "Url required."],
  ])("when it is %j", async (body, code, path, message) => {
    const answer = await api.post("/webhook-subscriptions", body);
    expect([answer.status, answer.body.code]).toEqual([400, "ValidationError"]);
    expect(answer.body._embedded.errors).toEqual([{ code, path, message, _links: {} }]);
  });

  test("when there are ten", async () => {
    for (let count = 0; count < 10; count += 1)
      expect((await api.post("/webhook-subscriptions", { url, secret: SECRET })).status).toBe(201);
    const { status, body } = await api.post("/webhook-subscriptions", { url, secret: SECRET });
    expect([status, body]).toEqual([
      400,
      { code: "MaxNumberOfResources", message: "The maximum number of subscriptions has been reached." },
    ]);
  });

  test("when it is not there any more", async () => {
    const id = await subscribe();
    expect((await api.call("DELETE", `/webhook-subscriptions/${id}`)).body.id).toBe(id);
    expect((await api.get(`/webhook-subscriptions/${id}`)).status).toBe(404);
    expect((await api.call("DELETE", `/webhook-subscriptions/${id}`)).status).toBe(404);
  });
});
