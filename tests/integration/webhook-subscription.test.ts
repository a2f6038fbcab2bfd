import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import type { WebhookSubscriptionId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import { getSubscriptions } from "#features/webhook-subscriptions/data.ts";
import {
  createWebhookSubscription,
  deleteWebhookSubscription,
  pauseWebhookSubscription,
  requestRedelivery,
  resumeWebhookSubscription,
} from "#features/webhook-subscriptions/mutations.ts";
import type { Context } from "#platform/context.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { WEBHOOK_SECRET } from "../support/webhook-endpoint.ts";

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext<StaffActor>;
/** Of our subscription, for the acts that need one. */
let subscriptionId: string;

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 20 })]);
  ctx = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: simulator.url,
    actor: staffActor("engineer"),
    settings: { webhookSecrets: [new Secret(WEBHOOK_SECRET), new Secret("the one before")] },
    dwolla: { limits: { totalTimeoutMs: 2_000 } },
  });
});

afterEach(async () => {
  await ctx?.close();
  await Promise.all([database?.drop(), simulator?.stop()]);
});

const act = (run: typeof pauseWebhookSubscription) => (acting: Context) =>
  run({ ctx: acting, input: { subscriptionId } });

const makeOurs = async () => {
  const { webhookUrl: url } = ctx.settings;
  subscriptionId = await ctx.dwolla.createWebhookSubscription({ url, secret: new Secret(WEBHOOK_SECRET) });
};
const makePaused = async () => {
  await makeOurs();
  await ctx.dwolla.pauseWebhookSubscription(subscriptionId as WebhookSubscriptionId, true);
};

/** Each act with what it is about and what it leaves at Dwolla, so that the same guarantees are asked of all. */
const ACTS = [
  {
    name: "createWebhookSubscription",
    action: "webhook_subscription.created",
    before: async () => undefined,
    run: (acting: Context) => createWebhookSubscription({ ctx: acting }),
    details: {},
    stateBefore: [],
    stateAfter: ["listening"],
    route: { method: "POST", path: "/webhook-subscriptions" },
  },
  {
    name: "pauseWebhookSubscription",
    action: "webhook_subscription.paused",
    before: makeOurs,
    run: act(pauseWebhookSubscription),
    details: {},
    stateBefore: ["listening"],
    stateAfter: ["paused"],
    route: { method: "POST", path: "/webhook-subscriptions/*" },
  },
  {
    name: "resumeWebhookSubscription",
    action: "webhook_subscription.resumed",
    before: makePaused,
    run: act(resumeWebhookSubscription),
    details: {},
    stateBefore: ["paused"],
    stateAfter: ["listening"],
    route: { method: "POST", path: "/webhook-subscriptions/*" },
  },
  {
    name: "deleteWebhookSubscription",
    action: "webhook_subscription.deleted",
    before: makeOurs,
    run: act(deleteWebhookSubscription),
    details: {},
    stateBefore: ["listening"],
    stateAfter: [],
    route: { method: "DELETE", path: "/webhook-subscriptions/*" },
  },
  {
    name: "requestRedelivery",
    action: "webhook_subscription.redelivery_requested",
    before: makeOurs,
    run: act(requestRedelivery),
    details: { neverSent: 0, failed: 0, remaining: 0, sawAll: true },
    stateBefore: ["listening"],
    stateAfter: ["listening"],
    route: null,
  },
] as const;

describe.each(ACTS)("$name", ({ name, action, before, run, details, stateBefore, stateAfter }) => {
  beforeEach(() => before());

  it("does it, with the intent on record before and the outcome after", async () => {
    expect(await run(ctx)).toMatchObject({ ok: true });
    expect(await states()).toEqual(stateAfter);
    const rows = await auditRows(database.auditorUrl);
    expect(rows).toMatchObject([
      { action, outcome: "pending", actor_id: ctx.actor.id, details: {} },
      { action, outcome: "succeeded", actor_id: ctx.actor.id, target_id: expect.any(String), details },
    ]);
    expect(new Set(rows.map(({ operation_id }) => operation_id)).size).toBe(1);
    expect(JSON.stringify(rows)).not.toContain(WEBHOOK_SECRET);
  });

  it.each(["agent", "lead", "compliance", "admin"] as const)("refuses a %s, without asking Dwolla", async (role) => {
    await simulator.clearRequests();
    await expect(run({ ...ctx, actor: await addPerson(staffActor(role)) })).rejects.toBeInstanceOf(ForbiddenError);
    expect(await simulator.requests({ path: "/webhook" })).toEqual([]);
    expect(await auditRows(database.auditorUrl)).toEqual([]);
  });

  it("asks nothing of Dwolla when its intent cannot be put on record", async () => {
    await simulator.clearRequests();
    await expect(run({ ...ctx, origin: { ...ctx.origin, requestId: "" } })).rejects.toThrow();
    expect(await simulator.requests({ path: "/webhook" })).toEqual([]);
  });

  it("happens once when it is asked for three times at once, and each attempt is on record", async () => {
    const answers = await Promise.all([run(ctx), run(ctx), run(ctx)]);
    if (name !== "requestRedelivery") expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await states()).toEqual(stateAfter);
    const outcomes = (await auditRows(database.auditorUrl)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "pending")).toHaveLength(3);
    expect(outcomes).toHaveLength(6);
  });

  it("says that nothing was changed while Dwolla is down", async () => {
    await simulator.outage("down");
    expect(await run(ctx)).toMatchObject({ ok: false, reason: "unreachable" });
    await simulator.outage("none");
    expect(await states()).toEqual(stateBefore);
    expect((await auditRows(database.auditorUrl)).at(-1)).toMatchObject({ action, outcome: "failed" });
  });
});

describe.each(ACTS.flatMap((each) => (each.route ? [each] : [])))(
  "$name",
  ({ action, before, run, stateAfter, route }) => {
    it("calls an answer that was lost neither success nor failure", async () => {
      await before();
      await simulator.fault({ ...route, fault: { kind: "reset", afterEffect: true } });
      expect(await run(ctx)).toMatchObject({ ok: false, reason: "lost" });
      expect((await auditRows(database.auditorUrl)).at(-1)).toMatchObject({ action, outcome: "unknown" });
      expect(await states()).toEqual(stateAfter);
    });
  },
);

describe("creating", () => {
  it("gives Dwolla our address and the newest secret, and works as a job too", async () => {
    expect(await createWebhookSubscription({ ctx: { ...ctx, actor: systemActor("command line") } })).toMatchObject({
      ok: true,
      subscriptionId: expect.any(String),
    });
    expect(await ctx.dwolla.listWebhookSubscriptions()).toMatchObject([{ url: ctx.settings.webhookUrl }]);
    expect(await auditRows(database.auditorUrl)).toMatchObject([
      { actor_id: "command line", target_id: null },
      { actor_id: "command line", target_id: expect.any(String) },
    ]);
  });

  it("refuses a second one for this address, also when Dwolla writes the address in another way", async () => {
    await ctx.dwolla.createWebhookSubscription({
      url: ctx.settings.webhookUrl.replace("/api/", "/api/./"),
      secret: new Secret(WEBHOOK_SECRET),
    });
    expect(await createWebhookSubscription({ ctx })).toEqual({ ok: false, reason: "exists" });
    expect((await auditRows(database.auditorUrl)).at(-1)).toMatchObject({
      outcome: "denied",
      details: { refusedBy: "exists" },
    });
  });

  it("refuses without a secret", async () => {
    const settings = { ...ctx.settings, webhookSecrets: [] };
    expect(await createWebhookSubscription({ ctx: { ...ctx, settings } })).toEqual({ ok: false, reason: "no_secret" });
    expect(await states()).toEqual([]);
  });

  it("passes on that Dwolla allows no more of them", async () => {
    for (let made = 0; made < 10; made += 1)
      await ctx.dwolla.createWebhookSubscription({ url: "https://other.example.test/", secret: new Secret("other") });
    expect(await createWebhookSubscription({ ctx })).toMatchObject({
      ok: false,
      reason: "refused",
      status: 400,
      code: "MaxNumberOfResources",
    });
  });
});

describe("a subscription of somebody else", () => {
  test.each([
    ["paused", pauseWebhookSubscription],
    ["resumed", resumeWebhookSubscription],
    ["deleted", deleteWebhookSubscription],
    ["asked for redelivery", requestRedelivery],
  ])("is not %s", async (_what, run) => {
    const url = "https://other.example.test/hooks/secret-in-the-path";
    const id = await ctx.dwolla.createWebhookSubscription({ url, secret: new Secret("other") });
    const refusal = { ok: false, reason: "not_ours" };
    expect(await run({ ctx, input: { subscriptionId: id } })).toEqual(refusal);
    expect(await run({ ctx, input: { subscriptionId: randomUUID() } })).toEqual(refusal);
    expect(await ctx.dwolla.listWebhookSubscriptions()).toMatchObject([{ id, paused: false }]);
  });

  test("is shown by its host alone", async () => {
    const url = "https://user:password@other.example.test/hooks/secret-in-the-path?token=secret";
    await ctx.dwolla.createWebhookSubscription({ url, secret: new Secret("other") });
    await makeOurs();
    const answer = await getSubscriptions(ctx.dwolla, ctx.settings.webhookUrl);
    expect(answer).toMatchObject({
      ours: [{ id: subscriptionId, address: ctx.settings.webhookUrl, isPaused: false }],
      others: [{ address: "https://other.example.test" }],
    });
    expect(JSON.stringify(answer)).not.toMatch(/secret|password|token/);
  });
});

describe("the state of the subscription", () => {
  it("is asked of Dwolla once for many who look, and anew after a change", async () => {
    await makeOurs();
    await simulator.clearRequests();
    const look = () => getSubscriptions(ctx.dwolla, ctx.settings.webhookUrl);
    await Promise.all([look(), look(), look()]);
    expect(await simulator.requests({ path: "/webhook-subscriptions" })).toHaveLength(1);
    await pauseWebhookSubscription({ ctx, input: { subscriptionId } });
    expect(await look()).toMatchObject({ ours: [{ isPaused: true }] });
  });

  it("is not known, rather than missing, while Dwolla does not answer", async () => {
    await simulator.outage("down");
    expect(await getSubscriptions(ctx.dwolla, ctx.settings.webhookUrl)).toMatchObject({ isAnswered: false });
  });
});

/** Of our subscriptions, as Dwolla says now. */
async function states(): Promise<string[]> {
  const all = await ctx.dwolla.listWebhookSubscriptions();
  return all.map(({ paused }) => (paused ? "paused" : "listening"));
}

async function addPerson(person: StaffActor): Promise<StaffActor> {
  const { id, name, email, role } = person;
  await ctx.db.staffMember.create({ data: { id, name, email, role, createdAt: new Date() } });
  return person;
}
