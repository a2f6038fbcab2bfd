import type { Health } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, ExchangePartnerId } from "#domain/ids.ts";
import { type DwollaError, isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { findProbeSubject, type ProbeSubject } from "#features/probes/data.ts";
import {
  checkFailureOf,
  instantOf,
  type Probe,
  type ProbedBalance,
  probeExchange,
  recordProbe,
} from "#features/probes/mutations.ts";
import { startProof } from "#features/proofs/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { BalanceLine, CheckExchangeInput, CheckExchangeResult } from "./schema.ts";

export interface ExchangeReading {
  id: ExchangeId;
  customerId: CustomerId;
  partnerId: ExchangePartnerId;
  status: string;
  createdAt: Date | null;
}

/** Keeps exchanges as first read. Their status, like their health, follows the signals and is `recordObservations`' to write. */
export async function storeExchanges(
  tx: Transaction,
  exchanges: readonly ExchangeReading[],
  readAt: Date,
): Promise<void> {
  const rows = exchanges.map((exchange) => ({ ...exchange, createdAt: exchange.createdAt ?? readAt }));
  await tx.$executeRaw`
    INSERT INTO "Exchange" AS stored (id, "customerId", "partnerId", status, "createdAt")
    SELECT DISTINCT ON (id) id, "customerId", "partnerId", status, "createdAt"
    FROM json_to_recordset(${bulkRows(rows)}::json) AS given (id uuid, "customerId" uuid, "partnerId" uuid, status text,
      "createdAt" timestamptz)
    WHERE NOT EXISTS (SELECT FROM "Exchange" AS same WHERE same.id = given.id AND same."partnerId" = given."partnerId")
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET "partnerId" = excluded."partnerId"
    WHERE stored."partnerId" <> excluded."partnerId"`;
}

/**
 * Reads one exchange at Dwolla with its balances, as a person asked. What was seen is stored; when Dwolla does not answer, nothing
 * is changed. Either way the check is on record. While a re-auth session is out, the check goes on by itself as a proof.
 */
export async function checkExchange(call: { ctx: Context; input: CheckExchangeInput }): Promise<CheckExchangeResult> {
  const { ctx, input } = call;
  const subject = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "exchange:check");
    const found = await findProbeSubject(tx, input.exchangeId);
    if (!found) await recordUnknown(tx, ctx, input);
    return found;
  });
  if (!subject) return { ok: false, reason: "unknown_exchange", resumesAt: null, requestId: null };
  try {
    const probe = await probeExchange(ctx, subject, "check");
    return await ctx.db.$transaction((tx) => recordCheck(tx, ctx, probe));
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    await ctx.db.$transaction((tx) => recordFailure(tx, ctx, subject, error));
    const resumesAt = resumesAtOf(error)?.toISOString() ?? null;
    return { ok: false, reason: checkFailureOf(error), resumesAt, requestId: error.requestId };
  }
}

async function recordCheck(tx: Transaction, ctx: Context, probe: Probe): Promise<CheckExchangeResult> {
  const { subject, exchange, balances, observedAt } = probe;
  await confirmActor(tx, ctx, "exchange:check");
  const { verdicts } = await recordProbe(tx, ctx, probe);
  const outcome = verdicts.get(subject.id);
  const before: Health = outcome?.before ?? "unknown";
  const after = outcome?.verdict.health ?? before;
  await recordAuditEvent(tx, ctx, {
    action: "exchange.checked",
    outcome: "succeeded",
    target: { type: "exchange", id: subject.id },
    customerId: subject.customerId,
    upstream: { status: 200, code: null, requestId: exchange.requestId },
    details: { before, after, balancesChecked: balances.length },
  });
  await startProof(tx, { exchangeId: subject.id, trigger: "check", now: ctx.now() });
  return {
    ok: true,
    checkedAt: observedAt.toISOString(),
    status: exchange.status,
    statusRequestId: exchange.requestId,
    balances: balances.map((balance) => toLine(balance, probe)),
    before,
    after,
    cause: outcome?.verdict.cause ?? null,
  };
}

function toLine(balance: ProbedBalance, { subject, observedAt }: Probe): BalanceLine {
  const { id: fundingSourceId, name, bankName, check } = balance;
  const line = { fundingSourceId, name, bankName };
  if (!check)
    return { ...line, answer: balance.word, speaksOfAt: observedAt.toISOString(), requestId: balance.requestId };
  const named = check.kind === "update_credentials" ? check.exchangeId : null;
  const answer = named !== null && named !== subject.id ? "about_another_exchange" : check.kind;
  return { ...line, answer, speaksOfAt: instantOf(check, observedAt).toISOString(), requestId: check.requestId };
}

async function recordUnknown(tx: Transaction, ctx: Context, { exchangeId: id }: CheckExchangeInput): Promise<void> {
  const target = { type: "exchange", id } as const;
  const details = { refusedBy: "unknown_exchange" };
  await recordAuditEvent(tx, ctx, { action: "exchange.checked", outcome: "denied", target, details });
}

async function recordFailure(tx: Transaction, ctx: Context, subject: ProbeSubject, error: DwollaError): Promise<void> {
  const code = error.kind === "http" ? error.code : null;
  await confirmActor(tx, ctx, "exchange:check");
  await recordAuditEvent(tx, ctx, {
    action: "exchange.checked",
    outcome: "failed",
    target: { type: "exchange", id: subject.id },
    customerId: subject.customerId,
    upstream: { status: error.status, code, requestId: error.requestId },
    details: { reason: checkFailureOf(error) },
  });
}
