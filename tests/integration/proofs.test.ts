import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import type { ExchangeId } from "#domain/ids.ts";
import type { Role } from "#domain/permissions.ts";
import { closeUnproven, recordClaim } from "#features/claims/mutations.ts";
import { startProof } from "#features/proofs/mutations.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const MINUTE = 60;
const DAY = 86_400;
const PROBES_AFTER_REVEAL = 26;

let database: TestDatabase;
let simulator: TestSimulator;
let worker: TestContext;
let agent: TestContext<StaffActor>;
let aheadMs = 0;

beforeEach(async () => {
  aheadMs = 0;
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 150 })]);
  worker = await testContext({ ...addresses(), now });
  agent = await signIn("agent");
  await sweepAll({ appUrl: database.appUrl, ctx: worker });
});

afterEach(async () => {
  await Promise.all([worker.close(), agent.close()]);
  await Promise.all([database.drop(), simulator.stop()]);
});

describe("after a reveal", () => {
  test("the customer finishes, and the case is proven with its evidence, without anybody pressing anything", async () => {
    const { exchangeId, sessionId, dwollaSessionId } = await revealedSession();
    await elapse(2 * MINUTE);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "session_created", closedAt: null });
    await simulator.completeSession(dwollaSessionId);
    await elapse(2 * MINUTE);
    const repair = await caseOf(exchangeId);
    expect(repair).toMatchObject({ state: "verified" });
    const evidence = await worker.db.signal.findUniqueOrThrow({ where: { id: repair.provenById ?? "" } });
    expect(evidence).toMatchObject({ source: "proof", kind: "balance_check", value: "answered" });
    expect(evidence.upstreamRequestId).not.toBeNull();
    expect(await proofOf(exchangeId)).toMatchObject({ state: "proven", nextProbeAt: null });
    const trail = await auditRows(database.auditorUrl, { action: "repair_case.verified" });
    expect(trail).toMatchObject([{ operation_id: sessionId, outcome: "succeeded", actor_id: "test" }]);
  });

  test("the customer abandons: the bank is asked again and again, in the end no more, and the case stays open", async () => {
    const { exchangeId, dwollaSessionId } = await revealedSession();
    await simulator.abandonSession(dwollaSessionId);
    for (let probe = 0; probe < PROBES_AFTER_REVEAL; probe += 1) {
      const { nextProbeAt } = await proofOf(exchangeId);
      await elapse(((nextProbeAt?.getTime() ?? 0) - now().getTime()) / 1000 + 1);
    }
    expect(await caseOf(exchangeId)).toMatchObject({ state: "session_created", closedAt: null });
    const proof = await proofOf(exchangeId);
    expect(proof).toMatchObject({ state: "given_up", lastFinding: "still_broken", nextProbeAt: null });
    expect(proof.probes).toBe(PROBES_AFTER_REVEAL);
    const attempts = await worker.db.signal.count({ where: { exchangeId, source: "proof", kind: "exchange_status" } });
    expect(attempts).toBe(PROBES_AFTER_REVEAL);
    expect(aheadMs).toBeLessThan(30 * 3_600_000);
  });

  test("the link is removed meanwhile: the case is not repairable and nobody asks any more", async () => {
    const { exchangeId } = await revealedSession();
    await simulator.break(exchangeId, "removed");
    await elapse(MINUTE);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "not_repairable" });
    expect(await proofOf(exchangeId)).toMatchObject({ state: "given_up", lastFinding: "removed" });
    await simulator.clearRequests();
    await elapse(DAY);
    expect(await simulator.requests({ path: exchangeId })).toEqual([]);
  });

  test("one bank fails for days while Dwolla answers: each probe counts, in the end no more, and the case says why", async () => {
    const { exchangeId } = await revealedSession();
    const fault = { kind: "status", status: 500, code: "RequestTimeout" } as const;
    await simulator.fault({ path: "/funding-sources/*/balance", times: 100_000, fault });
    await elapse(MINUTE);
    expect(await proofOf(exchangeId)).toMatchObject({ state: "running", probes: 1, lastFinding: "no_answer" });
    for (let probe = 1; probe < PROBES_AFTER_REVEAL; probe += 1) {
      const { nextProbeAt } = await proofOf(exchangeId);
      await elapse(((nextProbeAt?.getTime() ?? 0) - now().getTime()) / 1000 + 1);
    }
    expect(await proofOf(exchangeId)).toMatchObject({ state: "given_up", probes: PROBES_AFTER_REVEAL });
    const attempts = await worker.db.signal.count({ where: { exchangeId, source: "proof", kind: "exchange_status" } });
    expect(attempts).toBe(PROBES_AFTER_REVEAL);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "session_created", closedAt: null });
  });

  test("Dwolla is away for an hour: the probe is repeated when it is back, and not counted", async () => {
    const { exchangeId, dwollaSessionId } = await revealedSession();
    await simulator.outage("down");
    for (let minute = 0; minute < 60; minute += 5) await elapse(5 * MINUTE);
    expect(await proofOf(exchangeId)).toMatchObject({ state: "running", probes: 0 });
    await simulator.outage("none");
    await simulator.repair(exchangeId);
    await elapse(MINUTE);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "verified" });
    expect(dwollaSessionId).not.toBe("");
  });
});

test("a link that works again without any session of ours closes its case, and leaves no line of a session's story", async () => {
  const exchangeId = await brokenExchange();
  await simulator.repair(exchangeId);
  await sweepAll({ appUrl: database.appUrl, ctx: worker });
  expect(await caseOf(exchangeId)).toMatchObject({ state: "verified" });
  expect(await auditRows(database.auditorUrl, { action: "repair_case.verified" })).toEqual([]);
});

test.each([
  [29, true],
  [31, false],
])("a link that breaks again after %i days is a repeat: %s", async (days, isRepeat) => {
  const exchangeId = await brokenExchange();
  await simulator.repair(exchangeId);
  await sweepAll({ appUrl: database.appUrl, ctx: worker });
  const first = await caseOf(exchangeId);
  await elapse(days * DAY);
  await simulator.break(exchangeId, "UpdateCredentials");
  await sweepAll({ appUrl: database.appUrl, ctx: worker });
  const second = await caseOf(exchangeId);
  expect(second).toMatchObject({ state: "open", repeatOfId: isRepeat ? first.id : null });
});

test("two probes of one proof at once count as one", async () => {
  const exchangeId = await brokenExchange();
  await worker.db.$transaction((tx) => startProof(tx, { exchangeId, trigger: "claim", now: now() }));
  const { id } = await proofOf(exchangeId);
  await worker.db.$executeRaw`
    SELECT graphile_worker.add_job('proof.probe', json_build_object('proofId', ${id}::text))`;
  await runJobs({ appUrl: database.appUrl, ctx: worker });
  expect(await proofOf(exchangeId)).toMatchObject({ probes: 1, state: "running" });
});

describe("what the customer says", () => {
  test("makes the case wait for proof, begins one, and is on record in the same transaction", async () => {
    const { exchangeId } = await revealedSession();
    expect(await claim(exchangeId)).toEqual({ ok: true });
    expect(await caseOf(exchangeId)).toMatchObject({ state: "claimed", closedAt: null });
    expect(await proofOf(exchangeId)).toMatchObject({ trigger: "claim", state: "running" });
    expect(await auditRows(database.auditorUrl, { action: "repair_case.claimed" })).toMatchObject([
      { outcome: "succeeded", target_id: exchangeId, details: { word: "finished" } },
    ]);
    const unrecordable = { ...agent, origin: { ...agent.origin, requestId: "" } };
    await expect(claim(exchangeId, "fails", unrecordable)).rejects.toThrow();
    expect(await caseOf(exchangeId)).toMatchObject({ state: "claimed" });
  });

  test("closes nothing while the bank refuses, and takes the case back when it turns out wrong", async () => {
    const { exchangeId } = await revealedSession();
    await claim(exchangeId);
    await elapse(DAY);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "claimed", closedAt: null });
    await claim(exchangeId, "fails");
    expect(await caseOf(exchangeId)).toMatchObject({ state: "session_created" });
  });

  test("said by two at once is kept twice and makes one proof", async () => {
    const { exchangeId } = await revealedSession();
    const colleague = await signIn("lead");
    await Promise.all([claim(exchangeId), claim(exchangeId, "finished", colleague)]);
    await colleague.close();
    expect(await worker.db.signal.count({ where: { exchangeId, kind: "customer_claim" } })).toBe(2);
    expect(await worker.db.proof.count({ where: { exchangeId, state: "running" } })).toBe(1);
  });

  test("is not for compliance to say, and needs an open case", async () => {
    const { exchangeId } = await revealedSession();
    const reviewer = await signIn("compliance");
    await expect(claim(exchangeId, "finished", reviewer)).rejects.toThrow(ForbiddenError);
    await reviewer.close();
    expect(await claim(randomUUID())).toEqual({ ok: false, reason: "no_open_case" });
  });

  test("settles a warning only together with a proof that is newer", async () => {
    const exchangeId = await healthyExchange("Plaid");
    await warn(exchangeId);
    expect(await caseOf(exchangeId)).toMatchObject({ cause: "customer_exchange_reauth_required" });
    await elapse(2 * DAY);
    expect(await caseOf(exchangeId)).toMatchObject({ closedAt: null });
    await claim(exchangeId);
    await elapse(MINUTE);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "verified" });
  });
});

describe("a warning of one of several links, of which nobody knows whose accounts are whose", () => {
  test("is settled by the customer's word and a probe in which no account was refused", async () => {
    const exchangeId = await oneOfSeveral();
    await warn(exchangeId);
    await elapse(DAY);
    expect(await caseOf(exchangeId)).toMatchObject({ closedAt: null });
    await openSession(exchangeId);
    await claim(exchangeId);
    await elapse(MINUTE);
    expect(await caseOf(exchangeId)).toMatchObject({ state: "verified" });
  });

  test("is settled when the end did not come, not before, and not while an account is refused", async () => {
    const exchangeId = await oneOfSeveral();
    await warn(exchangeId);
    await simulator.repair(exchangeId);
    await elapse(6 * DAY);
    await sweepAll({ appUrl: database.appUrl, ctx: worker });
    expect(await caseOf(exchangeId)).toMatchObject({ cause: "customer_exchange_reauth_required", closedAt: null });
    await elapse(2 * DAY);
    await sweepAll({ appUrl: database.appUrl, ctx: worker });
    expect(await caseOf(exchangeId)).toMatchObject({ state: "verified" });
    const proof = await worker.db.signal.findMany({ where: { exchangeId, value: "none_refused" } });
    expect(proof).toMatchObject([{ kind: "balance_check", fundingSourceId: null }]);
    const other = await oneOfSeveral();
    await warn(other);
    await elapse(8 * DAY);
    await sweepAll({ appUrl: database.appUrl, ctx: worker });
    expect(await caseOf(other)).toMatchObject({ cause: "UpdateCredentials", closedAt: null });
  });
});

describe("a case that nothing can prove", () => {
  test("closes on the customer's word only, stays marked as claimed, and is not opened again by the same warning", async () => {
    const exchangeId = await healthyExchange("Plaid");
    await simulator.fault({ path: "/funding-sources/*/balance", times: 1_000, fault: NOT_ENABLED });
    await warn(exchangeId);
    expect(await close(exchangeId)).toEqual({ ok: false, reason: "not_claimed" });
    await openSession(exchangeId);
    expect(await claim(exchangeId)).toEqual({ ok: true });
    expect(await close(exchangeId)).toEqual({ ok: false, reason: "can_be_proven" });
    await elapse(MINUTE);
    expect(await proofOf(exchangeId)).toMatchObject({ state: "not_possible" });
    expect(await close(exchangeId)).toEqual({ ok: true });
    expect(await caseOf(exchangeId)).toMatchObject({ state: "claimed", closedAt: expect.any(Date) });
    await sweepAll({ appUrl: database.appUrl, ctx: worker });
    expect(await worker.db.repairCase.count({ where: { exchangeId, closedAt: null } })).toBe(0);
    const trail = await auditRows(database.auditorUrl, { action: "repair_case.closed_unproven" });
    expect(trail.map(({ outcome }) => outcome)).toEqual(["denied", "denied", "succeeded"]);
  });

  test("is not closed by compliance", async () => {
    const reviewer = await signIn("compliance");
    await expect(close(await brokenExchange(), reviewer)).rejects.toThrow(ForbiddenError);
    await reviewer.close();
  });
});

const NOT_ENABLED = {
  kind: "status",
  status: 403,
  code: "Forbidden",
  message: "Balance Check not enabled for this account.",
} as const;

function addresses() {
  return { appUrl: database.appUrl, simulatorUrl: simulator.url };
}

function now(): Date {
  return new Date(Date.now() + aheadMs);
}

function signIn(role: Role): Promise<TestContext<StaffActor>> {
  return testContext({ ...addresses(), actor: staffActor(role), now, settings: { reauthCooldownSeconds: 0 } });
}

/** Time passes for Dwolla, for us, and for the jobs that wait; then all that is due happens. */
async function elapse(seconds: number): Promise<void> {
  aheadMs += seconds * 1000;
  await simulator.advanceClock(seconds);
  await worker.db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at <= now() + ${aheadMs} * interval '1 millisecond'`;
  await runJobs({ appUrl: database.appUrl, ctx: worker });
}

async function brokenExchange(): Promise<ExchangeId> {
  const repair = await worker.db.repairCase.findFirstOrThrow({
    where: { closedAt: null, cause: "UpdateCredentials", exchange: { partner: { name: "Plaid" } } },
  });
  return repair.exchangeId as ExchangeId;
}

async function healthyExchange(partner: string): Promise<ExchangeId> {
  const { id } = await worker.db.exchange.findFirstOrThrow({
    where: { health: "healthy", partner: { name: partner } },
  });
  return id as ExchangeId;
}

/** A link of Plaid that never was in trouble, as none of its customer was. */
async function oneOfSeveral(): Promise<ExchangeId> {
  const live = { status: "active", health: "unknown", partner: { name: "Plaid" } } as const;
  const { id } = await worker.db.exchange.findFirstOrThrow({
    where: { ...live, repairCases: { none: {} }, customer: { fundingSources: { every: { exchangeId: null } } } },
    orderBy: { id: "asc" },
  });
  return id as ExchangeId;
}

async function openSession(exchangeId: string): Promise<string> {
  const result = await createReauthSession({
    ctx: agent,
    input: {
      attemptId: randomUUID(),
      exchangeId,
      channel: "web",
      redirectAddress: null,
      reason: "the customer called",
      ticket: null,
    },
  });
  if (!result.ok) throw new Error(`no session: ${result.reason}`);
  return result.sessionId;
}

async function revealedSession() {
  const exchangeId = await brokenExchange();
  const sessionId = await openSession(exchangeId);
  const revealed = await revealReauthSession({ ctx: agent, input: { sessionId } });
  expect(revealed.ok).toBe(true);
  const { dwollaSessionId } = await worker.db.reauthSession.findUniqueOrThrow({ where: { id: sessionId } });
  return { exchangeId, sessionId, dwollaSessionId: dwollaSessionId ?? "" };
}

/** As the job of a webhook's event does it. */
async function warn(exchangeId: ExchangeId): Promise<void> {
  await simulator.break(exchangeId, "warned");
  const { customerId } = await worker.db.exchange.findUniqueOrThrow({ where: { id: exchangeId } });
  await worker.db.dwollaEvent.create({
    data: {
      id: randomUUID(),
      topic: "customer_exchange_reauth_required",
      createdAt: now(),
      resourceKind: "exchanges",
      resourceId: exchangeId,
      customerId,
      receivedAt: now(),
    },
  });
  await worker.db.$executeRaw`
    SELECT graphile_worker.add_job('dwolla_event.process', json_build_object('eventId', id)) FROM "DwollaEvent"
    WHERE "processedAt" IS NULL`;
  await runJobs({ appUrl: database.appUrl, ctx: worker });
}

function claim(exchangeId: string, word: "finished" | "fails" = "finished", ctx = agent) {
  return recordClaim({ ctx, input: { exchangeId: exchangeId as ExchangeId, word } });
}

function close(exchangeId: ExchangeId, ctx = agent) {
  return closeUnproven({ ctx, input: { exchangeId } });
}

function caseOf(exchangeId: string) {
  return worker.db.repairCase.findFirstOrThrow({ where: { exchangeId }, orderBy: { openedAt: "desc" } });
}

function proofOf(exchangeId: string) {
  return worker.db.proof.findFirstOrThrow({ where: { exchangeId }, orderBy: { startedAt: "desc" } });
}
