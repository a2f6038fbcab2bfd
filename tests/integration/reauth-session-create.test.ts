import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import { getReauthSession, listReauthSessionsOfExchange } from "#features/reauth-sessions/data.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

describe("creating a re-auth session", () => {
  it("puts the intent and Dwolla's answer on record and moves the case", async () => {
    const ctx = await desk.signIn();
    const { exchangeId, customerId, repairCaseId } = await desk.takeExchange();
    const input = press(exchangeId, { channel: "ios", redirectAddress: "https://app.example.test/bank-return" });

    const result = await createReauthSession({ ctx, input });

    expect(result).toEqual({ ok: true, sessionId: input.attemptId, createdAt: expect.any(String) });
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({
      state: "created",
      channel: "ios",
      requestedBy: ctx.actor.name,
      reason: input.reason,
      ticket: "SUP-1",
      failure: null,
      revealedAt: null,
    });
    const { state } = await ctx.db.repairCase.findUniqueOrThrow({ where: { id: repairCaseId } });
    expect(state).toBe("session_created");
    const shared = { operation_id: input.attemptId, customer_id: customerId, actor_id: ctx.actor.id };
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      { ...shared, action: "reauth_session.requested", phase: "intent", outcome: "pending", reason: input.reason },
      { ...shared, action: "reauth_session.answered", phase: "outcome", outcome: "succeeded", upstream_status: 201 },
    ]);
  });

  it("sends the attempt's id as idempotency key", async () => {
    const ctx = await desk.signIn();
    const { exchangeId } = await desk.takeExchange();
    const input = press(exchangeId);
    await createReauthSession({ ctx, input });
    const [request] = await desk.simulator.requests({ method: "POST", path: `/exchanges/${exchangeId}` });
    expect(request?.idempotencyKey).toBe(input.attemptId);
  });

  it("refuses a role that was taken away after the request began, before anything is written", async () => {
    const ctx = await desk.signIn();
    const { exchangeId } = await desk.takeExchange();
    await ctx.db.staffMember.update({ where: { id: ctx.actor.id }, data: { role: "compliance" } });
    await expect(createReauthSession({ ctx, input: press(exchangeId) })).rejects.toThrow(ForbiddenError);
    expect(await desk.auditOf(exchangeId)).toEqual([]);
    expect(await desk.posts(exchangeId)).toBe(0);
  });

  it("refuses a person who was disabled after the request began", async () => {
    const ctx = await desk.signIn({ role: "lead" });
    const { exchangeId } = await desk.takeExchange();
    await ctx.db.staffMember.update({ where: { id: ctx.actor.id }, data: { disabledAt: new Date() } });
    await expect(createReauthSession({ ctx, input: press(exchangeId) })).rejects.toThrow(ForbiddenError);
    expect(await desk.posts(exchangeId)).toBe(0);
  });

  it("asks nothing of Dwolla when the intent cannot be put on record", async () => {
    const ctx = await desk.signIn();
    const { exchangeId } = await desk.takeExchange();
    await desk.owner.query(`ALTER TABLE audit.event ADD CONSTRAINT full_disk CHECK (target_id <> '${exchangeId}')`);
    await expect(createReauthSession({ ctx, input: press(exchangeId) })).rejects.toThrow();
    expect(await desk.posts(exchangeId)).toBe(0);
    expect(await listReauthSessionsOfExchange(ctx.db, exchangeId)).toEqual([]);
  });
});
