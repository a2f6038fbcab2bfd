import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { allowsBalanceCheck } from "#domain/exchange-health.ts";
import type { CustomerId } from "#domain/ids.ts";
import { CUSTOMERS_PAGE_MAX, type Customer } from "#dwolla/customers.ts";
import { isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { getKnownAccounts, type KnownAccounts, type KnownFundingSource } from "#features/accounts/data.ts";
import { type Account, listSources, readAccount, readPartners } from "#features/accounts/mutations.ts";
import { UNKNOWN_PARTNER_NAME } from "#features/exchange-partners/mutations.ts";
import { balanceObservation, checkFailureOf } from "#features/probes/mutations.ts";
import type { Observation } from "#features/signals/mutations.ts";
import { failSweep } from "#features/sweeps/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { JobRun } from "#platform/jobs.ts";
import { findRunning, type SweepPage, takePage } from "./data.ts";
import {
  addLaneJob,
  type DetailPageReading,
  type ListPageReading,
  postponeLane,
  recordDetailPage,
  recordListPage,
} from "./mutations.ts";
import { LANE_JOB, LANES, type LanePayload, lanePayload } from "./schema.ts";

/** Reads page after page. No job per page: writing those would cost more than a page on which nothing changed. */
export const laneJob = { name: LANE_JOB, priority: "sweep", schema: lanePayload, handler: runLane } as const;

/** Then the lane makes room for other jobs and comes again. */
const SLICE_MS = 30_000;
/** While other lanes read the pages that this one could have, they may yet plan more: soon at first, when the list is still to be planned. */
const IDLE_PAUSES_MS = [15, 30, 60, 120, 250];
const UNREACHABLE_PAUSE_MS = 15_000;

type LaneRun = { ctx: Context; payload: LanePayload; run: JobRun };

async function runLane(call: LaneRun): Promise<void> {
  const { ctx, payload, run } = call;
  const endsAt = performance.now() + SLICE_MS;
  let idle = 0;
  try {
    while (performance.now() < endsAt) {
      run.signal.throwIfAborted();
      const page = await takePage(ctx.db, payload);
      if (page) {
        await readPage(ctx, page, run);
        idle = 0;
      } else if (await isLeaving(ctx, payload)) return;
      else {
        await pause(IDLE_PAUSES_MS[idle] ?? IDLE_PAUSES_MS.at(-1), undefined, { signal: run.signal });
        idle += 1;
      }
    }
    await addLaneJob(ctx.db, payload);
  } catch (error) {
    await handleTrouble(call, error);
  }
}

/** There is no page to take: because the sweep is over or paused, or all who have one wait for Dwolla; else there may yet come one. */
async function isLeaving(ctx: Context, lane: LanePayload): Promise<boolean> {
  const sweep = await findRunning(ctx.db, lane.sweepId);
  if (!sweep) return true;
  if (sweep.waitsUntil === null) return false;
  await addLaneJob(ctx.db, { ...lane, runAt: sweep.waitsUntil });
  return true;
}

async function readPage(ctx: Context, page: SweepPage, run: JobRun): Promise<void> {
  if (page.phase === "detail") {
    const reading = await readDetailPage(ctx, page, run);
    await ctx.db.$transaction((tx) => recordDetailPage(tx, ctx, page, reading));
    return;
  }
  const reading = await readListPage(ctx, page, run);
  await ctx.db.$transaction((tx) => recordListPage(tx, ctx, page, reading), LONG_TRANSACTION);
}

/** The last page of the list also plans the details of everybody. */
const LONG_TRANSACTION = { timeout: 600_000 };

async function readListPage(ctx: Context, { offset, size }: SweepPage, { signal }: JobRun): Promise<ListPageReading> {
  const readAt = ctx.now();
  const customers: Customer[] = [];
  const totals: number[] = [];
  for (let from = offset; from < offset + size && from < (totals.at(-1) ?? Infinity); from += CUSTOMERS_PAGE_MAX) {
    const answer = await ctx.dwolla.listCustomers({ limit: CUSTOMERS_PAGE_MAX, offset: from }, { signal });
    customers.push(...answer.customers);
    totals.push(answer.total);
  }
  const total = totals.at(-1);
  if (total === undefined) throw new Error("a page of the list spans no customer");
  return { readAt, customers, total, isTorn: totals.some((each, call) => each < (totals[call - 1] ?? 0)) };
}

/** Dwolla's rate limit and outages are waited out, however long they take; what would be the same again ends the sweep. */
async function handleTrouble({ ctx, payload, run }: LaneRun, error: unknown): Promise<void> {
  if (!isDwollaError(error) || error.kind === "aborted") {
    if (run.isLastAttempt && !run.signal.aborted)
      await failSweep({ ctx, input: { ...payload, failure: "unexpected" } });
    throw error;
  }
  const failure = checkFailureOf(error);
  const resumesAt = resumesAtOf(error);
  if (failure === "rate_limited" || failure === "unreachable") {
    const waitsFor = resumesAt ? "rate_limited" : failure;
    const until = resumesAt ?? new Date(ctx.now().getTime() + UNREACHABLE_PAUSE_MS);
    return ctx.db.$transaction((tx) => postponeLane(tx, payload, { waitsFor, until }));
  }
  await failSweep({ ctx, input: { ...payload, failure } });
}

/** Above this share of a page it is not a few odd customers, but Dwolla that is in trouble. */
const TOLERATED_SHARE = 0.1;

async function readDetailPage(ctx: Context, { mode, customerIds }: SweepPage, run: JobRun): Promise<DetailPageReading> {
  const readAt = ctx.now();
  const known = await getKnownAccounts(ctx.db, customerIds);
  const skips = countSkips(customerIds.length, run);
  const read = await mapBounded(ctx, run, customerIds, (id, signal) =>
    skips.unlessOdd(id, () => readAccount(ctx, id, { known, signal })),
  );
  const accounts = read.filter((account) => account !== null);
  const partners = await readPartners(ctx, accounts, known, run.signal);
  const balances =
    mode === "full"
      ? await mapBounded(ctx, run, accounts, (account, signal) =>
          checkBalances(ctx, account, { ...known, ...partners }, skips, signal),
        )
      : [];
  return { readAt, customers: [], accounts, ...partners, balances: balances.flat(), customersSkipped: skips.count() };
}

/** All of one instant, so that two accounts behind one exchange are judged alike whichever answered first. */
async function checkBalances(
  ctx: Context,
  account: Account,
  known: KnownAccounts,
  skips: Skips,
  signal: AbortSignal,
): Promise<Observation[]> {
  const observedAt = ctx.now();
  const { customerId } = account;
  const observations: Observation[] = [];
  const asked = new Set<string>();
  // Looked up anew each time: one that is gone makes the list be read again, and others may have gone or come with it.
  const next = () => sourcesToCheck(ctx, account, known).find(({ id }) => !asked.has(id));
  for (let source = next(); source; source = next()) {
    const { id } = source;
    asked.add(id);
    const check = await skips.unlessOdd(customerId, async () => {
      try {
        return await ctx.dwolla.checkBalance(id, { signal });
      } catch (error) {
        if (!isDwollaError(error) || error.status !== 404 || account.areSourcesNew) throw error;
        Object.assign(account, await listSources(ctx, customerId, account.fundingSources, { signal }));
        return null;
      }
    });
    if (check) observations.push(balanceObservation(check, id, { customerId, source: "sweep", observedAt }));
  }
  return observations;
}

/** Bank accounts that a live exchange could be behind; only the suspected ones where checks are to be saved. */
function sourcesToCheck({ settings }: Context, account: Account, known: KnownAccounts): KnownFundingSource[] {
  if (settings.sweepBalanceChecks === "none") return [];
  const healths = new Map(known.exchanges.get(account.customerId)?.map(({ id, health }) => [id, health]));
  const checkable = account.exchanges.filter(({ id, status, partnerId }) => {
    const isWanted = settings.sweepBalanceChecks === "all" || SUSPECTED.has(healths.get(id) ?? "unknown");
    return isWanted && allowsBalanceCheck(status, known.partnerNames.get(partnerId) ?? UNKNOWN_PARTNER_NAME);
  });
  return account.fundingSources.filter(({ type, isRemoved, exchangeId }) => {
    if (type !== "bank" || isRemoved) return false;
    // A link to an exchange that is gone is no reason not to look.
    const isLinked = account.exchanges.some(({ id, status }) => id === exchangeId && status !== "removed");
    return isLinked ? checkable.some(({ id }) => id === exchangeId) : checkable.length > 0;
  });
}

const SUSPECTED: ReadonlySet<string> = new Set(["broken", "reauth_required", "unknown"]);

type Skips = ReturnType<typeof countSkips>;

/** The customers whose answers could not be used. Throws on when it is not about one customer, or about too many. */
function countSkips(customers: number, run: JobRun) {
  const skipped = new Set<CustomerId>();
  return {
    async unlessOdd<Result>(customerId: CustomerId, read: () => Promise<Result>): Promise<Result | null> {
      try {
        return await read();
      } catch (error) {
        if (!isDwollaError(error) || error.kind === "aborted" || error.status === 401) throw error;
        const reason = checkFailureOf(error);
        if (reason === "rate_limited") throw error;
        skipped.add(customerId);
        if (skipped.size > Math.max(1, customers * TOLERATED_SHARE)) throw error;
        const { pathTemplate, status, requestId } = error;
        run.warn({ customerId, reason, pathTemplate, status, requestId }, "sweep skipped a customer");
        return null;
      }
    },
    count: () => skipped.size,
  };
}

/** Results in the order of the items. The first error ends what is under way and is thrown when all has come to rest. */
async function mapBounded<Item, Result>(
  { settings }: Context,
  run: JobRun,
  items: readonly Item[],
  map: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const width = Math.ceil(settings.sweepConcurrency / LANES.length);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, run.signal]);
  // Each call listens twice: for its turn, and while it is under way.
  setMaxListeners(2 * width + 1, signal);
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
  await Promise.all(Array.from({ length: width }, work));
  if (errors.length > 0) throw errors[0];
  run.signal.throwIfAborted();
  return results;
}
