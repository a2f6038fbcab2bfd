import { allowsBalanceCheck, type Health } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, ExchangePartnerId, FundingSourceId } from "#domain/ids.ts";
import type { BalanceCheck } from "#dwolla/balance-check.ts";
import { type DwollaError, isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import type { Exchange } from "#dwolla/exchanges.ts";
import { type Observation, recordObservations } from "#features/signals/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { BalanceLine, BalanceWord, CheckExchangeInput, CheckExchangeResult, CheckFailure } from "./schema.ts";

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
    FROM jsonb_to_recordset(${bulkRows(rows)}::jsonb) AS given (id uuid, "customerId" uuid, "partnerId" uuid, status text,
      "createdAt" timestamptz)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET "partnerId" = excluded."partnerId"
    WHERE stored."partnerId" <> excluded."partnerId"`;
}

/** Nobody waits for more: an exchange has one to three bank accounts. */
const MAX_BALANCES_PER_CHECK = 10;

/**
 * Reads one exchange at Dwolla and checks the balance of its funding sources, or, where none is known to be its own, of those
 * of the customer that nobody knows better about. What was seen is stored; when Dwolla does not answer, nothing is changed.
 * Either way the check is on record.
 */
export async function checkExchange(call: { ctx: Context; input: CheckExchangeInput }): Promise<CheckExchangeResult> {
  const { ctx, input } = call;
  const subject = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "exchange:check");
    return findSubject(tx, input.exchangeId);
  });
  if (!subject) return { ok: false, reason: "unknown_exchange", resumesAt: null, requestId: null };
  const observedAt = ctx.now();
  try {
    const exchange = await ctx.dwolla.getExchange(subject.id);
    const balances = await checkBalances(ctx, subject, exchange);
    return await ctx.db.$transaction((tx) => recordCheck(tx, ctx, { subject, exchange, balances, observedAt }));
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    await ctx.db.$transaction((tx) => recordFailure(tx, ctx, subject, error));
    const resumesAt = resumesAtOf(error)?.toISOString() ?? null;
    return { ok: false, reason: checkFailureOf(error), resumesAt, requestId: error.requestId };
  }
}

/** In the words of the screens. */
export function checkFailureOf(error: DwollaError): CheckFailure {
  if (error.kind === "circuit_open") return "rate_limited";
  if (error.kind === "response_shape") return "unreadable";
  if (error.kind !== "http" || error.status === null || error.status >= 500) return "unreachable";
  if (error.status === 429) return "rate_limited";
  return error.status === 404 ? "gone" : "refused";
}

export function balanceObservation(
  check: BalanceCheck,
  about: { customerId: CustomerId; fundingSourceId: FundingSourceId; source: Observation["source"]; observedAt: Date },
): Observation {
  return {
    ...about,
    kind: "balance_check",
    exchangeId: check.kind === "update_credentials" ? check.exchangeId : null,
    value: check.kind,
    speaksOfAt: instantOf(check, about.observedAt),
    upstreamRequestId: check.requestId,
  };
}

/**
 * An answer from Dwolla's cache speaks of the time it was made, but never of the future.
 * @see https://developers.dwolla.com/docs/balance/open-banking/retrieve-bank-balance
 */
function instantOf(check: BalanceCheck, observedAt: Date): Date {
  const cachedAt = check.kind === "answered" ? check.lastUpdatedAt : null;
  return cachedAt !== null && cachedAt < observedAt ? cachedAt : observedAt;
}

type Subject = NonNullable<Awaited<ReturnType<typeof findSubject>>>;
type Candidate = Subject["candidates"][number];
type CheckedBalance = Candidate &
  ({ check: BalanceCheck } | { check: null; word: BalanceWord; requestId: string | null });

async function findSubject(tx: Transaction, exchangeId: ExchangeId) {
  const exchange = await tx.exchange.findUnique({ where: { id: exchangeId }, include: { partner: true } });
  if (!exchange) return null;
  const customerId = exchange.customerId as CustomerId;
  const sources = await tx.fundingSource.findMany({
    where: { customerId, type: "bank", isRemoved: false, OR: [{ exchangeId }, { exchangeId: null }] },
    select: { id: true, name: true, bankName: true, exchangeId: true },
    orderBy: { id: "asc" },
  });
  const own = sources.filter((source) => source.exchangeId === exchangeId);
  const candidates = (own.length > 0 ? own : sources)
    .slice(0, MAX_BALANCES_PER_CHECK)
    .map((source) => ({ ...source, id: source.id as FundingSourceId }));
  return { id: exchangeId, customerId, partnerName: exchange.partner.name, candidates };
}

async function checkBalances(ctx: Context, subject: Subject, { status }: Exchange): Promise<CheckedBalance[]> {
  if (!allowsBalanceCheck(status, subject.partnerName)) return [];
  const balances: CheckedBalance[] = [];
  for (const candidate of subject.candidates) {
    balances.push({ ...candidate, ...(await checkBalance(ctx, candidate.id)) });
  }
  return balances;
}

/** Only a refusal of this one funding source is an answer; what keeps Dwolla from answering at all is thrown. */
async function checkBalance(ctx: Context, fundingSourceId: FundingSourceId) {
  try {
    return { check: await ctx.dwolla.checkBalance(fundingSourceId) };
  } catch (error) {
    const failure = isDwollaError(error) ? checkFailureOf(error) : null;
    if (!isDwollaError(error) || (failure !== "gone" && failure !== "refused") || error.status === 401) throw error;
    return { check: null, word: failure, requestId: error.requestId };
  }
}

type Check = { subject: Subject; exchange: Exchange; balances: CheckedBalance[]; observedAt: Date };

async function recordCheck(tx: Transaction, ctx: Context, check: Check): Promise<CheckExchangeResult> {
  const { subject, exchange, balances, observedAt } = check;
  await confirmActor(tx, ctx, "exchange:check");
  const { verdicts } = await recordObservations(tx, observationsOf(check), ctx.now());
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
  return {
    ok: true,
    checkedAt: observedAt.toISOString(),
    status: exchange.status,
    statusRequestId: exchange.requestId,
    balances: balances.map((balance) => toLine(balance, subject.id, observedAt)),
    before,
    after,
    cause: outcome?.verdict.cause ?? null,
  };
}

function observationsOf({ subject, exchange, balances, observedAt }: Check): Observation[] {
  const { customerId } = subject;
  const status: Observation = {
    customerId,
    kind: "exchange_status",
    exchangeId: subject.id,
    fundingSourceId: null,
    value: exchange.status,
    source: "check",
    observedAt,
    speaksOfAt: observedAt,
    upstreamRequestId: exchange.requestId,
  };
  const answers = balances.flatMap(({ id: fundingSourceId, check }) =>
    check ? [balanceObservation(check, { customerId, fundingSourceId, source: "check", observedAt })] : [],
  );
  return [status, ...answers];
}

function toLine(balance: CheckedBalance, exchangeId: ExchangeId, observedAt: Date): BalanceLine {
  const { id: fundingSourceId, name, bankName, check } = balance;
  const line = { fundingSourceId, name, bankName };
  if (!check)
    return { ...line, answer: balance.word, speaksOfAt: observedAt.toISOString(), requestId: balance.requestId };
  const isForeign = check.kind === "update_credentials" && check.exchangeId !== null && check.exchangeId !== exchangeId;
  const answer = isForeign ? "about_another_exchange" : check.kind;
  return { ...line, answer, speaksOfAt: instantOf(check, observedAt).toISOString(), requestId: check.requestId };
}

async function recordFailure(tx: Transaction, ctx: Context, subject: Subject, error: DwollaError): Promise<void> {
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
