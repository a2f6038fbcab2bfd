import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CustomerId, WebhookId, WebhookSubscriptionId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import { getCall, listActs, listAttempts, listCallers, listCalls } from "#features/dwolla-calls/data.ts";
import { dropOldCalls, MOST_KEPT_CALLS } from "#features/dwolla-calls/mutations.ts";
import { CALLS_PER_PAGE, type CallsAddress, placeOf } from "#features/dwolla-calls/schema.ts";
import { type CallCause, causing } from "#platform/call-cause.ts";
import { createDwollaCallLog } from "#platform/dwolla-call-log.ts";
import type { Prisma } from "#platform/prisma-client/client.ts";
import { insertCase } from "../support/broken-exchange.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  BALANCE_PATH,
  CUSTOMER_ID,
  created,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  FUNDING_SOURCE_ID,
  hal,
  REAUTH_PATH,
  reset,
  SESSION_ID,
  SESSION_PATH,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const DAY_MS = 86_400_000;
const agent = { ...staffActor("agent"), name: "Agent Example" };

let database: TestDatabase;
let ctx: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  const addresses = { appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" };
  await testContext({ ...addresses, actor: agent }).then(({ close }) => close());
  ctx = await testContext({ ...addresses, now: () => NOW });
});

afterEach(async () => {
  await ctx.db.dwollaCall.deleteMany();
});

afterAll(async () => {
  await ctx.close();
  await database.drop();
});

const cause = (changes: Partial<CallCause> = {}): CallCause => ({
  staffMemberId: agent.id,
  act: "exchange.checked",
  jobId: null,
  requestId: randomUUID(),
  concerns: { type: "exchange", id: EXCHANGE_ID },
  ...changes,
});

/** A Dwolla that does as it is told, and the real log of what was asked of it. */
async function startLoggedDwolla(keeps: "off" | "metadata" | "bodies") {
  const warnings: object[] = [];
  const warn = (facts: object) => void warnings.push(facts);
  const log = createDwollaCallLog({ db: ctx.db, keeps, process: "web", warn });
  const dwolla = await startFaultyDwolla({ onCall: log.add });
  const kept = async (count: number) => {
    await expect.poll(() => ctx.db.dwollaCall.count()).toBe(count);
    expect(warnings).toEqual([]);
    return ctx.db.dwollaCall.findMany({ orderBy: { id: "asc" } });
  };
  return { ...dwolla, kept };
}

describe("the call log", () => {
  test("has every attempt with its cause, the token's own call too", async () => {
    const { server, client, kept } = await startLoggedDwolla("bodies");
    server.on(`GET ${EXCHANGE_PATH}`, reset, hal(200, { id: EXCHANGE_ID, status: "active" }));
    const why = cause();
    await causing(why, () => client.getExchange(EXCHANGE_ID));
    const [token, first, second] = await kept(3);
    for (const call of [token, first, second]) {
      expect(call).toMatchObject({
        process: "web",
        staffMemberId: agent.id,
        act: why.act,
        causeRequestId: why.requestId,
        concernsType: "exchange",
        concernsId: EXCHANGE_ID,
      });
    }
    expect(token).toMatchObject({
      pathTemplate: "/token",
      subjectId: null,
      sentBody: '{"grant_type":"client_credentials"}',
    });
    expect(first).toMatchObject({ attempt: 1, status: null, errorKind: "network", answeredBody: null });
    expect(second).toMatchObject({ attempt: 2, status: 200, subjectId: EXCHANGE_ID, callId: first?.callId });
    expect(second?.answeredBody).toBe(JSON.stringify({ id: EXCHANGE_ID, status: "active" }));
    expect((await listAttempts(ctx.db, first?.callId ?? "")).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("has the id of the session that a call made, and finds the call by it and by the press that it was made for", async () => {
    const { server, client, kept } = await startLoggedDwolla("metadata");
    server.on(`POST ${REAUTH_PATH}`, created({ location: `${server.url}${SESSION_PATH}` }));
    const why = cause({ act: "reauth_session.requested" });
    await causing(why, () => client.createReauthSession(EXCHANGE_ID, { idempotencyKey: randomUUID() }));
    const [token, post] = await kept(2);
    expect([token?.madeId, post?.madeId]).toEqual([null, SESSION_ID]);
    expect(await getCall(ctx.db, post?.id ?? 0n)).toMatchObject({ madeId: SESSION_ID });
    const found = async (q: string) => (await listCalls(ctx.db, { q }, NOW)).calls.map(({ id }) => id).sort();
    expect(await found(SESSION_ID)).toEqual([String(post?.id)]);
    expect(await found(why.requestId)).toEqual([token, post].map((call) => String(call?.id)).sort());
  });

  test("keeps no body where it is told not to, and nothing at all where it is off", async () => {
    const metadata = await startLoggedDwolla("metadata");
    metadata.server.on(`GET ${EXCHANGE_PATH}`, hal(200, { id: EXCHANGE_ID, status: "active" }));
    await metadata.client.getExchange(EXCHANGE_ID);
    for (const call of await metadata.kept(2))
      expect(call).toMatchObject({ sentBody: null, answeredBody: null, act: null });
    const off = await startLoggedDwolla("off");
    off.server.on(`GET ${EXCHANGE_PATH}`, hal(200, { id: EXCHANGE_ID, status: "active" }));
    await off.client.getExchange(EXCHANGE_ID);
    await metadata.client.getExchange(EXCHANGE_ID);
    await metadata.kept(3);
  });

  test("has no secret of any answer, nor what was sent, in any row or page", async () => {
    const { server, client, kept } = await startLoggedDwolla("bodies");
    const canary = "c4n4ry-7f3a9b";
    for (const [route, body] of Object.entries(answersFullOf(canary)))
      server.on(route, hal(route === "POST /token" ? 200 : 400, body), hal(200, body));
    server.on("POST /token", hal(200, { access_token: canary, expires_in: 3600, refresh_token: canary }));
    for (const ask of [...everyCall(client, canary), ...everyCall(client, canary)]) await ask().catch(() => undefined);
    const rows = await kept(server.requests.length);
    const pages = await Promise.all([
      listCalls(ctx.db, {}, NOW),
      ...rows.map(({ id }) => getCall(ctx.db, id)),
      listActs(ctx.db),
    ]);
    const told = JSON.stringify([rows, pages], (_name, value) => (typeof value === "bigint" ? String(value) : value));
    expect(told).toContain("/exchange-sessions/{id}");
    expect(told.match(/.{0,40}c4n4ry.{0,20}/g)).toBeNull();
  });
});

describe("the list of calls", () => {
  test("has every call once over its pages, forwards and back, also of one instant", async () => {
    const count = 2 * CALLS_PER_PAGE + 5;
    await keep(Array.from({ length: count }, () => ({ calledAt: NOW })));
    const page = (address: CallsAddress) => listCalls(ctx.db, address, NOW);
    const first = await page({});
    const second = await page({ after: endOf(first) });
    const third = await page({ after: endOf(second) });
    const shape = ({ calls, hasNewer, hasOlder, counted }: typeof first) => [calls.length, hasNewer, hasOlder, counted];
    expect([first, second, third].map(shape)).toEqual([
      [CALLS_PER_PAGE, false, true, count],
      [CALLS_PER_PAGE, true, true, count],
      [5, true, false, count],
    ]);
    expect(new Set([first, second, third].flatMap(({ calls }) => calls.map(({ id }) => id))).size).toBe(count);
    expect(await page({ before: startOf(third) })).toEqual(second);
    expect((await page({ before: startOf(second) })).calls).toEqual(first.calls);
    expect(await page({ after: "946684800001_1" })).toMatchObject({ calls: [], counted: count });
  });

  test("is filtered by how it ended, what was asked, who asked and when", async () => {
    await keep([
      { status: 200, pathTemplate: "/exchanges/{id}", act: "exchange.checked", staffMemberId: agent.id },
      { status: 404, method: "POST", process: "worker", act: "proof.probe", durationMs: 1_000 },
      { status: 503, process: "worker", act: "proof.probe" },
      { status: null, errorKind: "timeout", calledAt: new Date(NOW.getTime() - 2 * 60 * 60_000) },
      { status: 429, requestId: "1d000000-0000-4000-8000-00000000000a" },
    ]);
    const count = async (address: CallsAddress) => (await listCalls(ctx.db, address, NOW)).counted;
    expect(await count({ answer: "failed" })).toBe(4);
    expect(await count({ answer: "4xx" })).toBe(2);
    expect(await count({ answer: "429" })).toBe(1);
    expect(await count({ answer: "5xx" })).toBe(1);
    expect(await count({ answer: "none" })).toBe(1);
    expect(await count({ answer: "2xx", path: "/exchanges/{id}" })).toBe(1);
    expect(await count({ method: "POST" })).toBe(1);
    expect(await count({ process: "worker", act: "proof.probe" })).toBe(2);
    expect(await count({ person: agent.id })).toBe(1);
    expect(await count({ took: "1s" })).toBe(1);
    expect(await count({ took: "5s" })).toBe(0);
    expect(await count({ period: "1h" })).toBe(4);
    expect(await count({ until: new Date(NOW.getTime() - 60_000).toISOString() })).toBe(1);
    expect(await count({ from: NOW.toISOString() })).toBe(4);
    expect(await count({ q: "1d000000-0000-4000-8000-00000000000a" })).toBe(1);
    expect(await count({ q: randomUUID() })).toBe(0);
    expect(await listActs(ctx.db)).toEqual(["exchange.checked", "proof.probe"]);
    expect(await listCallers(ctx.db)).toEqual([{ id: agent.id, name: agent.name }]);
  });

  test("finds by the id of a link, its customer, its case and its session what was asked about it, and leads back", async () => {
    const broken = { exchangeId: randomUUID(), customerId: randomUUID(), partner: "Plaid", cause: "UpdateCredentials" };
    const { exchangeId, customerId, repairCaseId } = await insertCase(ctx.db, broken);
    const [sessionId, sourceId] = [randomUUID(), randomUUID()];
    const session = { exchangeId, repairCaseId, channel: "web", reason: "asked", requestedById: agent.id };
    await ctx.db.reauthSession.create({ data: { ...session, id: sessionId, requestedAt: NOW, state: "created" } });
    const source = { customerId, exchangeId, name: "Checking", type: "bank", status: "verified" };
    await ctx.db.fundingSource.create({ data: { ...source, id: sourceId } });
    await keep([
      { subjectId: exchangeId },
      { subjectId: sourceId },
      { concernsType: "reauth_session", concernsId: sessionId },
      { subjectId: customerId },
      { subjectId: randomUUID() },
    ]);
    const found = async (q: string) => (await listCalls(ctx.db, { q }, NOW)).calls.map(({ id }) => id).sort();
    const ids = (await ctx.db.dwollaCall.findMany({ orderBy: { id: "asc" } })).map(({ id }) => String(id));
    expect(await found(exchangeId)).toEqual(ids.slice(0, 3).sort());
    expect(await found(repairCaseId)).toEqual(ids.slice(0, 3).sort());
    expect(await found(customerId)).toEqual(ids.slice(0, 4).sort());
    expect(await found(sessionId)).toEqual(ids.slice(2, 3));
    for (const id of ids.slice(0, 3))
      expect(await getCall(ctx.db, BigInt(id))).toMatchObject({ exchangeId, customerId });
    expect(await getCall(ctx.db, BigInt(ids[4] ?? 0))).toMatchObject({ exchangeId: null, customerId: null });
  });
});

test("calls that are too old or too many are dropped, by two at once, and no other", async () => {
  const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
  await keep([{ calledAt: daysAgo(8) }, { calledAt: daysAgo(6) }]);
  await Promise.all([dropOldCalls({ ctx }), dropOldCalls({ ctx })]);
  const [young] = await ctx.db.dwollaCall.findMany();
  expect(await ctx.db.dwollaCall.count()).toBe(1);
  expect(young?.calledAt).toEqual(daysAgo(6));
  await keep([{ id: (young?.id ?? 0n) + BigInt(MOST_KEPT_CALLS), calledAt: NOW }]);
  await dropOldCalls({ ctx });
  expect(await ctx.db.dwollaCall.findMany()).toMatchObject([{ calledAt: NOW }]);
});

async function keep(calls: Partial<Prisma.DwollaCallCreateManyInput>[]): Promise<void> {
  const call = { calledAt: NOW, process: "web", attempt: 1, method: "GET", pathTemplate: "/", path: "/", query: "" };
  const data = calls.map((changes) => ({ ...call, status: 200, durationMs: 1, callId: randomUUID(), ...changes }));
  await ctx.db.dwollaCall.createMany({ data });
}

type Page = Awaited<ReturnType<typeof listCalls>>;

function startOf({ calls: [first] }: Page): string {
  return first ? placeOf(first) : "";
}

function endOf({ calls }: Page): string {
  return startOf({ calls: calls.slice(-1) } as Page);
}

/** An answer to everything that we ask, with a secret in each text and name where Dwolla could put one. */
function answersFullOf(canary: string): Record<string, object> {
  const link = { href: `https://bank.test/${canary}`, type: canary };
  const thing = {
    id: CUSTOMER_ID,
    status: canary,
    type: canary,
    name: canary,
    code: canary,
    message: canary,
    [canary]: canary,
  };
  const links = { self: link, customer: link, about: link, [canary]: link, "external-provider-session": link };
  const one = {
    ...thing,
    firstName: canary,
    email: canary,
    url: canary,
    secret: canary,
    created: canary,
    _links: links,
  };
  const lists = ["customers", "exchanges", "funding-sources", "exchange-partners", "events", "webhooks"];
  const embedded = Object.fromEntries([...lists, "webhook-subscriptions", "errors"].map((name) => [name, [one, one]]));
  const body = {
    ...one,
    externalProviderSessionToken: canary,
    total: 2,
    _embedded: embedded,
    error_description: canary,
  };
  const routes = ["GET /", `GET ${EXCHANGE_PATH}`, `GET ${SESSION_PATH}`, `GET ${BALANCE_PATH}`, `POST ${REAUTH_PATH}`];
  const others = [
    ...["GET /customers", `GET /customers/${CUSTOMER_ID}`, `GET /customers/${CUSTOMER_ID}/exchanges`],
    ...[`GET /customers/${CUSTOMER_ID}/funding-sources`, "GET /exchange-partners", "GET /events"],
    ...["GET /webhook-subscriptions", "POST /webhook-subscriptions", `POST /webhook-subscriptions/${CUSTOMER_ID}`],
    ...[`GET /webhook-subscriptions/${CUSTOMER_ID}/webhooks`, `POST /webhooks/${CUSTOMER_ID}/retries`],
  ];
  return Object.fromEntries([...routes, ...others].map((route) => [route, body]));
}

function everyCall(client: DwollaClient, canary: string): (() => Promise<unknown>)[] {
  const customerId = CUSTOMER_ID as CustomerId;
  const subscriptionId = CUSTOMER_ID as string as WebhookSubscriptionId;
  return [
    () => client.checkCredentials(),
    () => client.listCustomers({ limit: 2, offset: 0, search: canary, email: canary }),
    () => client.getCustomer(customerId),
    () => client.listExchangesOfCustomer(customerId),
    () => client.listFundingSourcesOfCustomer(customerId, { removed: false }),
    () => client.getExchange(EXCHANGE_ID),
    () =>
      client.createReauthSession(EXCHANGE_ID, { idempotencyKey: canary, redirectUrl: `https://app.test/${canary}` }),
    () => client.getExchangeSession(SESSION_ID),
    () => client.listExchangePartners(),
    () => client.checkBalance(FUNDING_SOURCE_ID),
    () => client.listEvents({ limit: 2, offset: 0 }),
    () => client.listWebhookSubscriptions(),
    () => client.createWebhookSubscription({ url: `https://desk.test/${canary}`, secret: new Secret(canary) }),
    () => client.pauseWebhookSubscription(subscriptionId, true),
    () => client.listWebhooks(subscriptionId, { limit: 2, offset: 0 }),
    () => client.retryWebhook(CUSTOMER_ID as string as WebhookId),
  ];
}
