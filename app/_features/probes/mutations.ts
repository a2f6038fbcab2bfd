import { allowsBalanceCheck, type SignalSource } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import type { BalanceCheck } from "#dwolla/balance-check.ts";
import { type DwollaError, isDwollaError } from "#dwolla/errors.ts";
import type { Exchange } from "#dwolla/exchanges.ts";
import type { CheckFailure } from "#features/exchanges/schema.ts";
import { type Observation, type Recorded, recordObservations } from "#features/signals/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { ProbeCandidate, ProbeSubject } from "./data.ts";

/** What one look at one exchange saw: its status, and what the balances of its bank accounts said. */
export interface Probe {
  subject: ProbeSubject;
  source: SignalSource;
  exchange: Exchange;
  balances: ProbedBalance[];
  observedAt: Date;
}

export type ProbedBalance = ProbeCandidate &
  ({ check: BalanceCheck } | { check: null; word: BalanceFailure; requestId: string | null });

/** What kept one account from being asked, while Dwolla answers for the link itself. */
type BalanceFailure = "gone" | "refused" | "unreachable" | "unreadable";

/**
 * Reads one exchange at Dwolla and checks the balances that can say something about it. Stores nothing.
 * @throws DwollaError for what keeps Dwolla from answering; that a single account is gone or refused is part of the result, and for a
 * proof, which counts its attempts, also that its bank could not be asked. Who presses is told at once, and presses again.
 */
export async function probeExchange(ctx: Context, subject: ProbeSubject, source: SignalSource): Promise<Probe> {
  const observedAt = ctx.now();
  const exchange = await ctx.dwolla.getExchange(subject.id);
  const balances: ProbedBalance[] = [];
  for (const candidate of allowsBalanceCheck(exchange.status, subject.partnerName) ? subject.candidates : []) {
    balances.push({
      ...candidate,
      ...(await checkBalance(ctx, candidate.id, TOLERATED[source === "proof" ? "proof" : "press"])),
    });
  }
  return { subject, source, exchange, balances, observedAt };
}

const TOLERATED: Record<"proof" | "press", readonly BalanceFailure[]> = {
  press: ["gone", "refused"],
  proof: ["gone", "refused", "unreachable", "unreadable"],
};

async function checkBalance(ctx: Context, fundingSourceId: FundingSourceId, tolerated: readonly BalanceFailure[]) {
  try {
    return { check: await ctx.dwolla.checkBalance(fundingSourceId) };
  } catch (error) {
    if (!isDwollaError(error) || error.kind === "aborted" || error.status === 401) throw error;
    const word = tolerated.find((each) => each === checkFailureOf(error));
    if (word === undefined) throw error;
    return { check: null, word, requestId: error.requestId };
  }
}

/** Makes signals, verdicts and repair cases of what a probe saw. */
export function recordProbe(tx: Transaction, ctx: Context, probe: Probe): Promise<Recorded> {
  const { subject, source, balances, observedAt } = probe;
  const about = { customerId: subject.customerId, source, observedAt };
  const answers = balances.flatMap(({ id, check }) => (check ? [balanceObservation(check, id, about)] : []));
  return recordObservations(tx, ctx, [statusObservation(probe.exchange, about), ...answers]);
}

/** Who was looked at, by which way, and when. */
interface About {
  customerId: CustomerId;
  source: SignalSource;
  observedAt: Date;
}

export function statusObservation({ id, status, requestId }: StatusReading, about: About): Observation {
  return {
    ...about,
    kind: "exchange_status",
    exchangeId: id,
    fundingSourceId: null,
    value: status,
    speaksOfAt: about.observedAt,
    upstreamRequestId: requestId,
    eventId: null,
  };
}

interface StatusReading {
  id: ExchangeId;
  status: string;
  requestId: string | null;
}

export function balanceObservation(check: BalanceCheck, fundingSourceId: FundingSourceId, about: About): Observation {
  return {
    ...about,
    kind: "balance_check",
    exchangeId: check.kind === "update_credentials" ? check.exchangeId : null,
    fundingSourceId,
    value: check.kind,
    speaksOfAt: instantOf(check, about.observedAt),
    upstreamRequestId: check.requestId,
    eventId: null,
  };
}

/**
 * An answer from Dwolla's cache speaks of the time it was made, but never of the future.
 * @see https://developers.dwolla.com/docs/balance/open-banking/retrieve-bank-balance
 */
export function instantOf(check: BalanceCheck, observedAt: Date): Date {
  const cachedAt = check.kind === "answered" ? check.lastUpdatedAt : null;
  return cachedAt !== null && cachedAt < observedAt ? cachedAt : observedAt;
}

/** In the words of the screens. */
export function checkFailureOf(error: DwollaError): CheckFailure {
  if (error.kind === "circuit_open") return "rate_limited";
  if (error.kind === "response_shape") return "unreadable";
  if (error.kind !== "http" || error.status === null || error.status >= 500) return "unreachable";
  if (error.status === 429) return "rate_limited";
  return error.status === 404 ? "gone" : "refused";
}
