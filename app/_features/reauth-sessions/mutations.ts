import { setTimeout as pause } from "node:timers/promises";
import type { StaffActor } from "#domain/actor.ts";
import type { ExchangeId } from "#domain/ids.ts";
import { refusalOfRequest } from "#domain/reauth-session.ts";
import { statesBefore } from "#domain/repair-case.ts";
import { type DwollaError, isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { ReauthSession } from "#platform/prisma-client/client.ts";
import { getObstacle } from "./data.ts";
import type { CreateReauthSessionInput, CreateReauthSessionResult } from "./schema.ts";

/** With the client's deadline of 10 s it ends before the reaper comes, so that a living process says itself what came of its call. */
const RECORDING_PATIENCE_MS = 30_000;
const RECORDING_PAUSE_MS = 250;
/** After this, the process that asked Dwolla is taken for dead. */
const PENDING_LIMIT_MS = 60_000;
const REAPED_AT_ONCE = 100;

/**
 * Asks Dwolla for a re-auth session. The intent is committed before the call, and what came of it before anything is
 * returned: every attempt is on record, and no success is shown that is not.
 * A repeat of the same attempt gets what the first became; Dwolla hears of it once, also when many arrive together.
 * @throws before the call only, when nothing was done: ForbiddenError, or what the database said.
 */
export async function createReauthSession({
  ctx,
  input,
}: {
  ctx: Context<StaffActor>;
  input: CreateReauthSessionInput;
}): Promise<CreateReauthSessionResult> {
  const opening = await ctx.db.$transaction((tx) => openAttempt(tx, ctx, input));
  if ("result" in opening) return opening.result;
  const { answer, resumesAt } = await askDwolla(ctx, input);
  const session = { ...opening.session, ...answer };
  const isOnRecord = await keepTrying(ctx, () => ctx.db.$transaction((tx) => recordAnswer(tx, ctx, session, answer)));
  return isOnRecord
    ? resultOf(session, ctx.actor.name, resumesAt)
    : { ok: false, reason: "unknown", sessionId: session.id };
}

type OpenSession = Pick<ReauthSession, "id" | "exchangeId" | "repairCaseId" | "requestedAt"> & { customerId: string };

/** The columns that an answer of Dwolla fills, or its loss. */
type Answer = { state: "created" | "failed" | "unknown" } & Pick<
  ReauthSession,
  "answeredAt" | "dwollaSessionId" | "failureKind" | "upstreamStatus" | "upstreamCode" | "upstreamRequestId"
>;

/** Lets at most one attempt for an exchange through: presses follow one another on the lock of its open case. */
async function openAttempt(
  tx: Transaction,
  ctx: Context<StaffActor>,
  input: CreateReauthSessionInput,
): Promise<{ session: OpenSession } | { result: CreateReauthSessionResult }> {
  await confirmActor(tx, ctx, "reauth_session:create");
  const exchange = await tx.exchange.findUnique({ where: { id: input.exchangeId }, include: { partner: true } });
  const repairCaseId = await lockOpenCase(tx, input.exchangeId);
  const refuse = async (result: Refusal) => {
    await recordRefusedAttempt(tx, ctx, input, { reason: result.reason, customerId: exchange?.customerId ?? null });
    return { result };
  };

  const earlier = await tx.reauthSession.findUnique({ where: { id: input.attemptId } });
  const isSamePress = earlier?.exchangeId === input.exchangeId && earlier.requestedById === ctx.actor.id;
  if (isSamePress) return { result: resultOf(earlier, ctx.actor.name) };
  if (earlier) return refuse({ ok: false, reason: "attempt_conflict" });
  if (!exchange) return refuse({ ok: false, reason: "exchange_not_found" });
  if (!repairCaseId) return refuse({ ok: false, reason: "no_open_case" });
  const refusal = refusalOfRequest({
    ...input,
    partnerName: exchange.partner.name,
    allowedRedirects: ctx.settings.reauthRedirects,
  });
  if (refusal) return refuse({ ok: false, reason: refusal });
  const obstacle = await getObstacle(tx, { ...ctx.settings, exchangeId: input.exchangeId, now: ctx.now() });
  if (obstacle) return refuse({ ok: false, ...obstacle });
  const session = await insertIntent(tx, ctx, input, { repairCaseId, customerId: exchange.customerId });
  return session ? { session } : refuse({ ok: false, reason: "attempt_conflict" });
}

type Refusal = Extract<CreateReauthSessionResult, { ok: false }>;

async function lockOpenCase(tx: Transaction, exchangeId: string): Promise<string | undefined> {
  const cases = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "RepairCase" WHERE "exchangeId" = ${exchangeId}::uuid AND "closedAt" IS NULL FOR UPDATE`;
  return cases[0]?.id;
}

/** Null when the same id was taken by a simultaneous press on another exchange, which another lock lets through. */
async function insertIntent(
  tx: Transaction,
  ctx: Context<StaffActor>,
  { attemptId, exchangeId, channel, redirectAddress, reason, ticket }: CreateReauthSessionInput,
  { repairCaseId, customerId }: { repairCaseId: string; customerId: string },
): Promise<OpenSession | null> {
  const session = { id: attemptId, exchangeId, repairCaseId, requestedAt: ctx.now() };
  const { count } = await tx.reauthSession.createMany({
    data: [{ ...session, channel, redirectAddress, reason, ticket, requestedById: ctx.actor.id }],
    skipDuplicates: true,
  });
  if (count === 0) return null;
  await recordAuditEvent(tx, ctx, {
    ...auditSubject({ ...session, customerId }),
    action: "reauth_session.requested",
    phase: "intent",
    outcome: "pending",
    reason,
    ticket,
    details: { channel },
  });
  return { ...session, customerId };
}

async function recordRefusedAttempt(
  tx: Transaction,
  ctx: Context,
  { exchangeId, reason, ticket, channel }: CreateReauthSessionInput,
  refusal: { reason: Refusal["reason"]; customerId: string | null },
): Promise<void> {
  await recordAuditEvent(tx, ctx, {
    action: "reauth_session.requested",
    outcome: "denied",
    target: { type: "exchange", id: exchangeId },
    customerId: refusal.customerId,
    reason,
    ticket,
    details: { channel, refusedBy: refusal.reason },
  });
}

/** Everything about an attempt hangs together by its id, and is found by its exchange and customer. */
function auditSubject({ id, exchangeId, customerId }: Omit<OpenSession, "repairCaseId" | "requestedAt">) {
  return { operationId: id, target: { type: "exchange", id: exchangeId }, customerId } satisfies Partial<AuditEntry>;
}

async function askDwolla(
  ctx: Context,
  { attemptId, exchangeId, redirectAddress }: CreateReauthSessionInput,
): Promise<{ answer: Answer; resumesAt?: Date | null }> {
  try {
    const { sessionId, requestId } = await ctx.dwolla.createReauthSession(exchangeId as ExchangeId, {
      redirectUrl: redirectAddress ?? undefined,
      idempotencyKey: attemptId,
    });
    const upstream = { upstreamStatus: 201, upstreamCode: null, upstreamRequestId: requestId };
    const answer = { dwollaSessionId: sessionId, failureKind: null, ...upstream };
    return { answer: { state: "created", answeredAt: ctx.now(), ...answer } };
  } catch (error) {
    const answeredAt = ctx.now();
    // Not the client's error: what it had done by then cannot be told, so nothing may be promised.
    if (!isDwollaError(error)) return { answer: { ...LOST, answeredAt, failureKind: "unexpected" } };
    return { answer: { ...answerOfError(error), answeredAt }, resumesAt: resumesAtOf(error) };
  }
}

const LOST = {
  state: "unknown",
  dwollaSessionId: null,
  upstreamStatus: null,
  upstreamCode: null,
  upstreamRequestId: null,
} as const;

function answerOfError(error: DwollaError): Omit<Answer, "answeredAt"> {
  return {
    state: error.effect === "not-applied" ? "failed" : "unknown",
    dwollaSessionId: null,
    failureKind: error.kind,
    upstreamStatus: error.status,
    upstreamCode: error.kind === "http" ? error.code : null,
    upstreamRequestId: error.requestId,
  };
}

/** Rides out a database that is away for a moment. False when it stayed away; the reaper then says what is left to say. */
async function keepTrying(ctx: Context, work: () => Promise<void>): Promise<boolean> {
  const giveUpAt = ctx.now().getTime() + RECORDING_PATIENCE_MS;
  for (;;) {
    try {
      await work();
      return true;
    } catch (error) {
      ctx.warn(
        { reason: error instanceof Error ? error.name : "unknown" },
        "an answer of Dwolla could not be recorded yet",
      );
      if (ctx.now().getTime() >= giveUpAt) return false;
      await pause(RECORDING_PAUSE_MS);
    }
  }
}

/** Safe to repeat when the confirmation of its commit was lost. */
async function recordAnswer(tx: Transaction, ctx: Context, session: OpenSession, answer: Answer): Promise<void> {
  const isInTime = await settle(tx, session.id, "pending", answer);
  // The reaper took this process for dead: what it wrote is put right, and both stay in the audit trail.
  const isLate = !isInTime && answer.state !== "unknown" && (await settle(tx, session.id, "unknown", answer));
  if (!isInTime && !isLate) return;
  if (answer.state === "created") {
    await tx.repairCase.updateMany({
      where: { id: session.repairCaseId, state: { in: statesBefore("session_created") } },
      data: { state: "session_created" },
    });
  }
  const { upstreamStatus: status, upstreamCode: code, upstreamRequestId: requestId } = answer;
  await recordAuditEvent(tx, ctx, {
    ...auditSubject(session),
    action: "reauth_session.answered",
    phase: "outcome",
    outcome: answer.state === "created" ? "succeeded" : answer.state,
    upstream: { status, code, requestId },
    details: { failureKind: answer.failureKind, ...(isLate && { late: true }) },
  });
}

async function settle(tx: Transaction, id: string, from: "pending" | "unknown", answer: Answer): Promise<boolean> {
  const { count } = await tx.reauthSession.updateMany({ where: { id, state: from }, data: answer });
  return count === 1;
}

/** Also for an attempt of which only the row is left, by whoever repeats it. */
function resultOf(
  session: Omit<Answer, "state"> & Pick<ReauthSession, "id" | "state" | "requestedAt">,
  requestedBy: string,
  resumesAt?: Date | null,
): CreateReauthSessionResult {
  const sessionId = session.id;
  const resumption = resumesAt ? { resumesAt: resumesAt.toISOString() } : {};
  switch (session.state) {
    case "pending":
      return { ok: false, reason: "in_flight", by: requestedBy, since: session.requestedAt.toISOString() };
    case "created":
      return { ok: true, sessionId, createdAt: (session.answeredAt ?? session.requestedAt).toISOString() };
    case "unknown":
      return { ok: false, reason: "unknown", sessionId };
    case "failed": {
      if (session.failureKind === "circuit_open") return { ok: false, reason: "slowed_down", ...resumption };
      const { failureKind, upstreamStatus: status, upstreamCode: code } = session;
      const failure = { kind: failureKind ?? "unexpected", status, code, ...resumption };
      return { ok: false, reason: "failed", sessionId, failure };
    }
  }
}

/**
 * Names the sessions whose process ended between asking Dwolla and recording the answer: nobody can tell what came of them.
 * Safe on many workers at once: each row is taken by one of them.
 */
export async function reapReauthSessions({ ctx }: { ctx: Context }): Promise<void> {
  const pendingSince = new Date(ctx.now().getTime() - PENDING_LIMIT_MS).toISOString();
  await ctx.db.$transaction(async (tx) => {
    const lost = await tx.$queryRaw<{ id: string; exchangeId: string; customerId: string }[]>`
      UPDATE "ReauthSession" session SET state = 'unknown', "failureKind" = 'process_ended'
      FROM "Exchange" exchange
      WHERE exchange.id = session."exchangeId" AND session.id IN (
        SELECT id FROM "ReauthSession" WHERE state = 'pending' AND "requestedAt" < ${pendingSince}::timestamptz
        ORDER BY "requestedAt" LIMIT ${REAPED_AT_ONCE} FOR UPDATE SKIP LOCKED)
      RETURNING session.id, session."exchangeId", exchange."customerId"`;
    for (const session of lost) {
      await recordAuditEvent(tx, ctx, {
        ...auditSubject(session),
        action: "reauth_session.answered",
        phase: "outcome",
        outcome: "unknown",
        details: { failureKind: "process_ended", cause: "process ended before the answer was recorded" },
      });
    }
  });
}
