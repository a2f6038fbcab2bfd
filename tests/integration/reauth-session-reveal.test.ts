import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import { getReauthSession } from "#features/reauth-sessions/data.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import type { FaultRequest } from "../../simulator/state/faults.ts";
import { createManualClock } from "../support/fault-server.ts";
import { type AgentOptions, press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

async function createdSession(options: AgentOptions & { partner?: "Plaid" | "MX" } = {}) {
  const { clock, advance } = createManualClock();
  const ctx = await desk.signIn({ now: clock, ...options });
  const { exchangeId, customerId } = await desk.takeExchange(options.partner);
  const created = await createReauthSession({ ctx, input: press(exchangeId) });
  if (!created.ok) throw new Error(`no session was created: ${created.reason}`);
  const { dwollaSessionId } = await ctx.db.reauthSession.findUniqueOrThrow({ where: { id: created.sessionId } });
  const input = { sessionId: created.sessionId };
  const reveals = async () => (await desk.auditOf(exchangeId)).filter(({ phase }) => phase === "reveal");
  return { ctx, advance, exchangeId, customerId, input, reveals, path: `/exchange-sessions/${dwollaSessionId}` };
}

describe("revealing a re-auth session", () => {
  it.each(["Plaid", "MX"] as const)(
    "shows what %s gives, with its end, and puts the reveal on record",
    async (partner) => {
      const { ctx, input, customerId, reveals } = await createdSession({ partner });

      const result = await revealReauthSession({ ctx, input });

      const kind = partner === "Plaid" ? "token" : "address";
      expect(result).toEqual({
        ok: true,
        handover: { kind, value: expect.any(String) },
        expiresAt: "2026-11-23T00:30:00.000Z",
      });
      expect(await desk.simulator.secrets()).toContain(result.ok && result.handover.value);
      expect(await getReauthSession(ctx.db, input.sessionId)).toMatchObject({
        revealedBy: ctx.actor.name,
        revealedAt: "2026-11-23T00:00:00.000Z",
      });
      expect(await reveals()).toMatchObject([
        {
          operation_id: input.sessionId,
          action: "reauth_session.revealed",
          outcome: "succeeded",
          actor_id: ctx.actor.id,
          customer_id: customerId,
        },
      ]);
    },
  );

  it("happens once: the second person is told who had it and when", async () => {
    const { ctx, input, reveals } = await createdSession();
    await revealReauthSession({ ctx, input });
    const second = await desk.signIn({ now: ctx.now });
    const { name: by } = ctx.actor;
    const refusal = { ok: false, reason: "already_revealed", by, at: "2026-11-23T00:00:00.000Z" };
    expect(await revealReauthSession({ ctx: second, input })).toEqual(refusal);
    expect(await reveals()).toMatchObject([
      { outcome: "succeeded" },
      { outcome: "denied", actor_id: second.actor.id, details: { refusedBy: "already_revealed" } },
    ]);
  });

  it("gives ten simultaneous reveals by two people exactly one value", async () => {
    const { ctx, input, reveals } = await createdSession();
    const people = [ctx, await desk.signIn({ now: ctx.now })];
    const results = await Promise.all(
      Array.from({ length: 5 }, () => people)
        .flat()
        .map((person) => revealReauthSession({ ctx: person, input })),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    for (const result of results) if (!result.ok) expect(result).toMatchObject({ reason: "already_revealed" });
    expect((await reveals()).filter(({ outcome }) => outcome === "succeeded")).toHaveLength(1);
  });

  it("is refused after 30 minutes, without asking Dwolla", async () => {
    const { ctx, input, advance, path, reveals } = await createdSession();
    advance(30 * 60_000);
    expect(await revealReauthSession({ ctx, input })).toEqual({ ok: false, reason: "expired" });
    expect(await desk.simulator.requests({ path })).toEqual([]);
    expect(await reveals()).toMatchObject([{ outcome: "denied", details: { refusedBy: "expired" } }]);
  });

  it("is refused for a session that nobody made, and that is on record", async () => {
    const ctx = await desk.signIn();
    const sessionId = randomUUID();
    expect(await revealReauthSession({ ctx, input: { sessionId } })).toEqual({ ok: false, reason: "not_found" });
    expect(await desk.auditOf(sessionId)).toMatchObject([{ action: "reauth_session.revealed", outcome: "denied" }]);
  });

  it("is refused to a role that was taken away while Dwolla was asked, and stays unused", async () => {
    const { ctx, input, path, reveals } = await createdSession();
    await desk.simulator.fault({ path, fault: { kind: "delay", ms: 300 } });
    const reveal = revealReauthSession({ ctx, input });
    await vi.waitFor(async () => expect(await desk.simulator.requests({ path })).toHaveLength(1));
    await ctx.db.staffMember.update({ where: { id: ctx.actor.id }, data: { role: "compliance" } });
    await expect(reveal).rejects.toThrow(ForbiddenError);
    expect(await reveals()).toEqual([]);
    const lead = await desk.signIn({ role: "lead", now: ctx.now });
    expect(await revealReauthSession({ ctx: lead, input })).toMatchObject({ ok: true });
  });

  it("shows nothing when it cannot be put on record", async () => {
    const { ctx, input, exchangeId } = await createdSession();
    await desk.owner.query(
      `ALTER TABLE audit.event ADD CONSTRAINT full_disk CHECK (target_id <> '${exchangeId}' OR phase <> 'reveal')`,
    );
    await expect(revealReauthSession({ ctx, input })).rejects.toThrow();
    expect(await getReauthSession(ctx.db, input.sessionId)).toMatchObject({ revealedAt: null });
  });

  it.each<[string, string, FaultRequest["fault"], number | null]>([
    ["dwolla_refused", "404", { kind: "status", status: 404 }, 404],
    ["dwolla_unavailable", "500", { kind: "status", status: 500 }, 500],
    ["dwolla_unavailable", "429", { kind: "rate-limit" }, 429],
    ["dwolla_unavailable", "silence", { kind: "hang" }, null],
    ["dwolla_unavailable", "a page of HTML", { kind: "not-json" }, 200],
  ])("is %s after %s, on record as failed, and can be done later", async (reason, _case, fault, status) => {
    const { ctx, input, path, reveals } = await createdSession();
    await desk.simulator.fault({ path, method: "GET", times: 10, fault });
    const impatient = await desk.signIn({ now: ctx.now, dwolla: { limits: { totalTimeoutMs: 1_500 } } });

    expect(await revealReauthSession({ ctx: impatient, input })).toEqual({ ok: false, reason });
    expect(await reveals()).toMatchObject([{ outcome: "failed", upstream_status: status }]);

    await desk.simulator.clearFaults();
    expect(await revealReauthSession({ ctx, input })).toMatchObject({ ok: true });
  });
});
