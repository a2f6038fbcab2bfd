import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import type { CreateReauthSessionInput } from "#features/reauth-sessions/schema.ts";
import { createManualClock } from "../support/fault-server.ts";
import { press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

describe("what never reaches Dwolla", () => {
  it.each<[string, "Plaid" | "MX" | "Finicity", Partial<CreateReauthSessionInput>]>([
    ["redirect_not_allowed", "Plaid", { channel: "ios", redirectAddress: "https://evil.example/" }],
    ["redirect_not_allowed", "Plaid", { channel: "ios", redirectAddress: "com.example.app" }],
    ["redirect_not_allowed", "Plaid", { channel: "android", redirectAddress: "https://app.example.test/bank-return" }],
    ["redirect_not_allowed", "Plaid", { channel: "android", redirectAddress: null }],
    ["redirect_not_allowed", "MX", { channel: "web", redirectAddress: "https://app.example.test/bank-return" }],
    ["channel_not_offered", "MX", { channel: "ios", redirectAddress: "https://app.example.test/bank-return" }],
    ["partner_has_no_sessions", "Finicity", {}],
  ])("is refused as %s for %s %o, on record with its reason", async (reason, partner, changes) => {
    const ctx = await desk.signIn();
    const { exchangeId, customerId } = await desk.takeExchange(partner);
    const input = press(exchangeId, changes);

    expect(await createReauthSession({ ctx, input })).toEqual({ ok: false, reason });

    expect(await desk.posts(exchangeId)).toBe(0);
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      {
        action: "reauth_session.requested",
        phase: "single",
        outcome: "denied",
        actor_id: ctx.actor.id,
        customer_id: customerId,
        reason: input.reason,
        ticket: "SUP-1",
        details: { channel: input.channel, refusedBy: reason },
      },
    ]);
  });

  it("is an exchange without an open case", async () => {
    const ctx = await desk.signIn();
    const { exchangeId, repairCaseId } = await desk.takeExchange();
    await ctx.db.repairCase.update({
      where: { id: repairCaseId },
      data: { state: "verified", closedAt: new Date() },
    });
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toEqual({ ok: false, reason: "no_open_case" });
    expect(await desk.posts(exchangeId)).toBe(0);
  });

  it("is an exchange that the desk does not know", async () => {
    const ctx = await desk.signIn();
    const exchangeId = randomUUID();
    const result = await createReauthSession({ ctx, input: press(exchangeId) });
    expect(result).toEqual({ ok: false, reason: "exchange_not_found" });
    expect(await desk.auditOf(exchangeId)).toMatchObject([{ outcome: "denied", customer_id: null }]);
  });
});

describe("the cooldown", () => {
  it("names who made the last session, when, and until when it holds; then it is over", async () => {
    const { clock, advance } = createManualClock();
    const settings = { reauthCooldownSeconds: 60 };
    const [first, second] = await Promise.all([
      desk.signIn({ settings, now: clock }),
      desk.signIn({ settings, now: clock }),
    ]);
    const { exchangeId } = await desk.takeExchange();
    await createReauthSession({ ctx: first, input: press(exchangeId) });

    advance(59_999);
    expect(await createReauthSession({ ctx: second, input: press(exchangeId) })).toEqual({
      ok: false,
      reason: "cooling_down",
      by: first.actor.name,
      since: "2026-11-23T00:00:00.000Z",
      until: "2026-11-23T00:01:00.000Z",
    });
    expect(await desk.posts(exchangeId)).toBe(1);

    advance(1);
    expect(await createReauthSession({ ctx: second, input: press(exchangeId) })).toMatchObject({ ok: true });
    expect(await desk.posts(exchangeId)).toBe(2);
  });

  it("does not follow an attempt that Dwolla refused", async () => {
    const ctx = await desk.signIn();
    const { exchangeId } = await desk.takeExchange();
    const path = `/exchanges/${exchangeId}/exchange-sessions`;
    await desk.simulator.fault({ path, fault: { kind: "status", status: 403 } });
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ reason: "failed" });
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ ok: true });
  });
});
