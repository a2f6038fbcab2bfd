import { setMaxListeners } from "node:events";
import { allowsBalanceCheck } from "#domain/exchange-health.ts";
import { plainExchange } from "#domain/funding-source-link.ts";
import type { CustomerId } from "#domain/ids.ts";
import { CUSTOMERS_PAGE_MAX, type Customer } from "#dwolla/customers.ts";
import { isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import type { ExchangePartner } from "#dwolla/exchange-partners.ts";
import type { Exchange } from "#dwolla/exchanges.ts";
import type { FundingSource } from "#dwolla/funding-sources.ts";
import { NO_PARTNER_ID, UNKNOWN_PARTNER_NAME } from "#features/exchange-partners/mutations.ts";
import { balanceObservation, checkFailureOf } from "#features/exchanges/mutations.ts";
import type { Observation } from "#features/signals/mutations.ts";
import type { Context, Settings } from "#platform/context.ts";
import type { JobRun } from "#platform/jobs.ts";
import { getKnown, isPageDue, type Known } from "./data.ts";
import { failSweep, keepSweeping, postponePage, recordPage, type SweepPageReading } from "./mutations.ts";
import { type SweepPagePayload, sweepPagePayload, sweepSchedulePayload } from "./schema.ts";

export const sweepScheduleJob = {
  name: "sweep.schedule",
  schema: sweepSchedulePayload,
  handler: ({ ctx, payload }: { ctx: Context; payload: { intervalMinutes: number } }) =>
    keepSweeping({ ctx, input: payload }),
};

/** Reads 200 customers with their exchanges, funding sources and balances; then stores all of it, or nothing. */
export const sweepPageJob = { name: "sweep.page", schema: sweepPagePayload, handler: runSweepPage };

/** Above this share of a page it is not a few odd customers, but Dwolla that is in trouble: the page is tried again. */
const TOLERATED_SHARE = 0.1;

type PageRun = { ctx: Context; payload: SweepPagePayload; run: JobRun };

async function runSweepPage({ ctx, payload, run }: PageRun): Promise<void> {
  try {
    if (!(await isPageDue(ctx.db, payload))) return;
    const reading = await readPage(ctx, payload.pageNumber, run);
    await recordPage({ ctx, input: { ...payload, ...reading } });
  } catch (error) {
    const resumesAt = isDwollaError(error) ? resumesAtOf(error) : null;
    if (resumesAt) return postponePage({ ctx, input: { ...payload, resumesAt } });
    if (!run.isLastAttempt || run.signal.aborted) throw error;
    const failure = isDwollaError(error) ? checkFailureOf(error) : "unexpected";
    await failSweep({ ctx, input: { sweepId: payload.sweepId, failure } });
    throw error;
  }
}

async function readPage(ctx: Context, pageNumber: number, run: JobRun): Promise<SweepPageReading> {
  const readAt = ctx.now();
  const query = { limit: CUSTOMERS_PAGE_MAX, offset: pageNumber * CUSTOMERS_PAGE_MAX };
  const { customers, total } = await ctx.dwolla.listCustomers(query, { signal: run.signal });
  const known = await getKnown(
    ctx.db,
    customers.map(({ id }) => id),
  );
  const skips = countSkips(customers.length, run);

  const accounts = await mapBounded(ctx, run, customers, (customer, signal) =>
    readAccount(ctx, customer, skips, signal),
  );
  const found = accounts.filter((account) => account !== null);
  const { partners, partnerNames } = await readPartners(ctx, found, known, run);
  const checked = await mapBounded(ctx, run, found, (account, signal) => {
    const sources = sourcesToCheck(account, { ...known, partnerNames }, ctx.settings);
    return checkBalances(ctx, account, sources, skips, signal);
  });

  return {
    readAt,
    customers,
    customersTotal: total,
    customersSkipped: skips.count(),
    partners,
    exchanges: found.flatMap(({ exchanges }) => exchanges),
    fundingSources: found.flatMap((account, index) => linkPlainly(account, checked[index] ?? [], partnerNames)),
    observations: [...found.flatMap(statusObservations), ...checked.flat()],
  };
}

/** What Dwolla says about one customer, before any balance. */
interface Account {
  customerId: CustomerId;
  observedAt: Date;
  exchanges: AccountExchange[];
  fundingSources: FundingSource[];
}

type AccountExchange = Exchange & { customerId: CustomerId; partnerId: NonNullable<Exchange["partnerId"]> };

async function readAccount(ctx: Context, { id }: Customer, skips: Skips, signal: AbortSignal): Promise<Account | null> {
  const observedAt = ctx.now();
  try {
    const listed = await ctx.dwolla.listExchangesOfCustomer(id, { signal });
    const exchanges = listed.map((each) => ({ ...each, customerId: id, partnerId: each.partnerId ?? NO_PARTNER_ID }));
    const fundingSources = listed.length > 0 ? await ctx.dwolla.listFundingSourcesOfCustomer(id, { signal }) : [];
    return { customerId: id, observedAt, exchanges, fundingSources };
  } catch (error) {
    skips.add(id, error);
    return null;
  }
}

/** The names of all partners on this page; Dwolla is asked only when one of them is new. */
async function readPartners(ctx: Context, accounts: readonly Account[], known: Known, run: JobRun) {
  const referred = accounts.flatMap(({ exchanges }) => exchanges.map(({ partnerId }) => partnerId));
  const isNew = referred.some((id) => id !== NO_PARTNER_ID && !known.partnerNames.has(id));
  const partners: ExchangePartner[] = isNew ? await ctx.dwolla.listExchangePartners({ signal: run.signal }) : [];
  const listed = partners.map(({ id, name }) => [id, name] as const);
  return { partners, partnerNames: new Map([...known.partnerNames, ...listed]) };
}

/** Bank accounts that a live exchange could be behind; only the suspected ones where checks are to be saved. */
function sourcesToCheck(account: Account, known: Known, { sweepBalanceChecks }: Settings): FundingSource[] {
  if (sweepBalanceChecks === "none") return [];
  const checkable = account.exchanges.filter(({ id, status, partnerId }) => {
    const isSuspected = SUSPECTED.has(known.healths.get(id) ?? "unknown");
    const isWanted = sweepBalanceChecks === "all" || isSuspected;
    return isWanted && allowsBalanceCheck(status, known.partnerNames.get(partnerId) ?? UNKNOWN_PARTNER_NAME);
  });
  return account.fundingSources.filter(({ id, type, isRemoved }) => {
    if (type !== "bank" || isRemoved) return false;
    const link = known.links.get(id);
    // A link to an exchange that is gone is no reason not to look.
    const isLinked = account.exchanges.some((exchange) => exchange.id === link && exchange.status !== "removed");
    return isLinked ? checkable.some((exchange) => exchange.id === link) : checkable.length > 0;
  });
}

const SUSPECTED: ReadonlySet<string> = new Set(["broken", "reauth_required", "unknown"]);

/** All of one instant, so that two accounts behind one exchange are judged alike whichever answered first. */
async function checkBalances(
  ctx: Context,
  { customerId }: Account,
  sources: readonly FundingSource[],
  skips: Skips,
  signal: AbortSignal,
): Promise<Observation[]> {
  const observedAt = ctx.now();
  const observations: Observation[] = [];
  for (const { id: fundingSourceId } of sources) {
    try {
      const check = await ctx.dwolla.checkBalance(fundingSourceId, { signal });
      observations.push(balanceObservation(check, { customerId, fundingSourceId, source: "sweep", observedAt }));
    } catch (error) {
      skips.add(customerId, error);
    }
  }
  return observations;
}

function statusObservations({ customerId, observedAt, exchanges }: Account): Observation[] {
  return exchanges.map(({ id, status, requestId }) => ({
    customerId,
    kind: "exchange_status",
    exchangeId: id,
    fundingSourceId: null,
    value: status,
    source: "sweep",
    observedAt,
    speaksOfAt: observedAt,
    upstreamRequestId: requestId,
  }));
}

function linkPlainly(account: Account, answers: readonly Observation[], partnerNames: Known["partnerNames"]) {
  const { customerId, fundingSources } = account;
  const exchanges = account.exchanges.map((exchange) => {
    return { ...exchange, partnerName: partnerNames.get(exchange.partnerId) ?? UNKNOWN_PARTNER_NAME };
  });
  return fundingSources.map((source) => {
    const answer = answers.find(({ fundingSourceId }) => fundingSourceId === source.id)?.value ?? null;
    return { ...source, customerId, plainExchangeId: plainExchange(source, exchanges, answer) };
  });
}

type Skips = ReturnType<typeof countSkips>;

/** The customers whose answers could not be used. Throws on when it is not about one customer, or about too many. */
function countSkips(customers: number, run: JobRun) {
  const skipped = new Set<CustomerId>();
  return {
    add(customerId: CustomerId, error: unknown): void {
      if (!isDwollaError(error) || error.kind === "aborted" || error.status === 401) throw error;
      const reason = checkFailureOf(error);
      if (reason === "rate_limited") throw error;
      skipped.add(customerId);
      if (skipped.size > Math.max(1, customers * TOLERATED_SHARE)) throw error;
      const { pathTemplate, status, requestId } = error;
      run.warn({ customerId, reason, pathTemplate, status, requestId }, "sweep skipped a customer");
    },
    count: () => skipped.size,
  };
}

/** Results in the order of the items. The first error ends what is under way and is thrown when all has come to rest. */
async function mapBounded<Item, Result>(
  ctx: Context,
  run: JobRun,
  items: readonly Item[],
  map: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, run.signal]);
  setMaxListeners(ctx.settings.sweepConcurrency + 1, signal);
  const results: Result[] = [];
  const errors: unknown[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      try {
        results[index] = await map(item, signal);
      } catch (error) {
        errors.push(error);
        stop.abort();
      }
      if (signal.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: ctx.settings.sweepConcurrency }, work));
  if (errors.length > 0) throw errors[0];
  run.signal.throwIfAborted();
  return results;
}
