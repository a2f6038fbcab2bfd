import { randomUUID } from "node:crypto";
import type { ExchangeId } from "#domain/ids.ts";
import { Secret } from "#domain/secret.ts";
import type { Examples } from "./audit-policy.ts";
import { insertCase } from "./broken-exchange.ts";
import { staffActor, type TestContext } from "./context.ts";
import type { TestSimulator } from "./simulator.ts";

/** Makes what the examples of the audit policies need: straight in the database, and at the simulated Dwolla. */
export async function policyExamples(ctx: TestContext, simulator: TestSimulator): Promise<Examples> {
  const { db, dwolla, settings } = ctx;
  const broken = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid");
  const requester = await addColleague();

  async function addColleague(disabledAt: Date | null = null): Promise<string> {
    const { id, name, email, role } = staffActor("agent");
    await db.staffMember.create({ data: { id, name, email, role, disabledAt, createdAt: new Date() } });
    return id;
  }

  // One after the other, because the first of them makes the partner.
  let taken: Promise<unknown> = Promise.resolve();
  function takeExchange(): ReturnType<typeof insertCase> {
    const row = broken.shift();
    if (!row) throw new Error("the simulated world has no more broken exchanges");
    const next = taken.then(() => insertCase(db, row));
    taken = next;
    return next;
  }

  return {
    customer: async () => (await takeExchange()).customerId,
    brokenExchange: async () => (await takeExchange()).exchangeId,
    async unprovableExchange() {
      const { exchangeId, repairCaseId } = await takeExchange();
      const at = new Date();
      await db.repairCase.update({ where: { id: repairCaseId }, data: { state: "claimed" } });
      await db.proof.create({
        data: {
          id: randomUUID(),
          exchangeId,
          repairCaseId,
          trigger: "claim",
          state: "not_possible",
          startedAt: at,
          endedAt: at,
        },
      });
      return exchangeId;
    },
    async createdSession() {
      const { exchangeId, repairCaseId } = await takeExchange();
      const { sessionId } = await dwolla.createReauthSession(exchangeId as ExchangeId, {
        idempotencyKey: randomUUID(),
      });
      const [id, at] = [randomUUID(), new Date()];
      const answer = { state: "created", answeredAt: at, dwollaSessionId: sessionId } as const;
      const request = { channel: "web", reason: "The customer called.", requestedById: requester, requestedAt: at };
      await db.reauthSession.create({ data: { id, exchangeId, repairCaseId, ...request, ...answer } });
      return id;
    },
    async sweep(state) {
      const live = { state: { in: ["running", "paused"] } } as const;
      await db.sweep.updateMany({
        where: { ...live, state: { in: [...live.state.in] } },
        data: { state: "cancelled" },
      });
      const id = randomUUID();
      if (state !== "none") await db.sweep.create({ data: { id, mode: "list", state, startedAt: new Date() } });
      return id;
    },
    async noCatchUp() {
      await db.catchUp.updateMany({ where: { state: "running" }, data: { state: "failed", failure: "unexpected" } });
    },
    colleague: (state) => addColleague(state === "disabled" ? new Date() : null),
    async dwollaEvent() {
      const [id, createdAt] = [randomUUID(), new Date()];
      const event = { topic: "transfer_completed", effect: "no_reading" };
      await db.dwollaEvent.create({ data: { id, createdAt, receivedAt: createdAt, processedAt: createdAt, ...event } });
      return id;
    },
    async subscription(state) {
      for (const { id } of await dwolla.listWebhookSubscriptions()) await dwolla.deleteWebhookSubscription(id);
      if (state === "none") return "";
      const secret = new Secret("a secret of the audit policies, long enough");
      const id = await dwolla.createWebhookSubscription({ url: settings.webhookUrl, secret });
      if (state === "paused") await dwolla.pauseWebhookSubscription(id, true);
      return id;
    },
  };
}
