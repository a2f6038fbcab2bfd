import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getReauthSession } from "#features/reauth-sessions/data.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import type { FaultRequest } from "../../simulator/state/faults.ts";
import { press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

type Fault = FaultRequest["fault"];
type Expected = { state: "failed" | "unknown"; kind: string; status: number | null; code?: string };

const status = (code: number, afterEffect = false): Fault => ({ kind: "status", status: code, afterEffect });

/** Long enough for a busy machine to have sent the request, short enough to wait for. */
const IMPATIENT = { dwolla: { limits: { totalTimeoutMs: 1_500 } } };

describe("an attempt that Dwolla does not answer well", () => {
  it.each<[string, Fault, Expected]>([
    ["400", status(400), { state: "failed", kind: "http", status: 400, code: "ValidationError" }],
    ["401", status(401), { state: "failed", kind: "http", status: 401, code: "InvalidAccessToken" }],
    ["403", status(403), { state: "failed", kind: "http", status: 403, code: "Forbidden" }],
    ["404", status(404), { state: "failed", kind: "http", status: 404, code: "NotFound" }],
    ["409", status(409), { state: "unknown", kind: "http", status: 409 }],
    ["429", { kind: "rate-limit" }, { state: "failed", kind: "http", status: 429 }],
    ["500", status(500), { state: "unknown", kind: "http", status: 500, code: "ServerError" }],
    ["500 after it acted", status(500, true), { state: "unknown", kind: "http", status: 500 }],
    ["201 without a Location", { kind: "no-location" }, { state: "unknown", kind: "response_shape", status: 201 }],
    [
      "201 with a foreign Location",
      { kind: "foreign-location" },
      { state: "unknown", kind: "response_shape", status: 201 },
    ],
    ["a page of HTML", { kind: "not-json" }, { state: "unknown", kind: "response_shape", status: 201 }],
    ["an answer cut short", { kind: "truncate" }, { state: "unknown", kind: "network", status: 201 }],
    ["silence", { kind: "hang" }, { state: "unknown", kind: "timeout", status: null }],
    [
      "silence after it acted",
      { kind: "hang", afterEffect: true },
      { state: "unknown", kind: "timeout", status: null },
    ],
    ["a reset", { kind: "reset" }, { state: "unknown", kind: "network", status: null }],
    [
      "a reset after it acted",
      { kind: "reset", afterEffect: true },
      { state: "unknown", kind: "network", status: null },
    ],
  ])("is on record as what it is after %s, asked once, with nothing to reveal", async (_case, fault, expected) => {
    const ctx = await desk.signIn(fault.kind === "hang" ? IMPATIENT : {});
    const { exchangeId, repairCaseId } = await desk.takeExchange();
    const path = `/exchanges/${exchangeId}/exchange-sessions`;
    await desk.simulator.fault({ path, times: 10, fault });
    const input = press(exchangeId);

    const result = await createReauthSession({ ctx, input });

    const { state, kind } = expected;
    expect(result).toMatchObject({ ok: false, reason: state, sessionId: input.attemptId });
    const failure = { kind, status: expected.status, ...(expected.code && { code: expected.code }) };
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({ state, failure });
    if (state === "failed") expect(result).toMatchObject({ failure });
    expect(await desk.auditOf(exchangeId)).toMatchObject([
      { operation_id: input.attemptId, phase: "intent", outcome: "pending" },
      { operation_id: input.attemptId, phase: "outcome", outcome: state, upstream_status: expected.status },
    ]);
    const repairCase = await ctx.db.repairCase.findUniqueOrThrow({ where: { id: repairCaseId } });
    expect(repairCase.state).toBe("open");

    const reveal = await revealReauthSession({ ctx, input: { sessionId: input.attemptId } });
    expect(reveal).toEqual({ ok: false, reason: "not_created" });
    expect(await createReauthSession({ ctx, input })).toMatchObject({ ok: false, reason: state });
    expect(await desk.posts(exchangeId)).toBe(1);
  });

  it("is followed by one that succeeds, with a fresh token, when a 401 was the reason", async () => {
    const ctx = await desk.signIn();
    const { exchangeId } = await desk.takeExchange();
    await desk.simulator.fault({ path: `/exchanges/${exchangeId}/exchange-sessions`, fault: status(401) });
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ ok: false, reason: "failed" });
    expect(await createReauthSession({ ctx, input: press(exchangeId) })).toMatchObject({ ok: true });
    expect(await desk.posts(exchangeId)).toBe(2);
  });

  it("says until when Dwolla wants rest, and sends nothing before", async () => {
    const ctx = await desk.signIn();
    const [limited, waiting] = [await desk.takeExchange(), await desk.takeExchange()];
    const path = `/exchanges/${limited.exchangeId}/exchange-sessions`;
    await desk.simulator.fault({ path, times: 1, fault: { kind: "rate-limit" } });
    const first = await createReauthSession({ ctx, input: press(limited.exchangeId) });
    expect(first).toMatchObject({ reason: "failed", failure: { status: 429, resumesAt: expect.any(String) } });

    const input = press(waiting.exchangeId);
    const second = await createReauthSession({ ctx, input });

    expect(second).toEqual({ ok: false, reason: "slowed_down", resumesAt: expect.any(String) });
    expect(await desk.posts(waiting.exchangeId)).toBe(0);
    expect(await getReauthSession(ctx.db, input.attemptId)).toMatchObject({
      state: "failed",
      failure: { kind: "circuit_open", status: null, code: null },
    });
    expect(await desk.auditOf(waiting.exchangeId)).toMatchObject([{ outcome: "pending" }, { outcome: "failed" }]);
  });

  it("is failed, not unknown, when Dwolla cannot be reached at all", async () => {
    const ctx = await desk.signIn({ dwolla: { baseUrl: "http://127.0.0.1:1" } });
    const { exchangeId } = await desk.takeExchange();
    const result = await createReauthSession({ ctx, input: press(exchangeId) });
    expect(result).toMatchObject({ reason: "failed", failure: { kind: "network", status: null, code: null } });
  });
});
