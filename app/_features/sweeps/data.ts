import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";
import type { Settings } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import type { SweepPhase, SweepState } from "#platform/prisma-client/client.ts";
import { SWEEP_MODES, type SweepMode } from "./schema.ts";

export interface LatestSweep {
  id: string;
  mode: SweepMode;
  state: SweepState;
  /** Reading the list of customers, or their bank links. */
  phase: SweepPhase;
  /** Instants are ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  /** Of this phase. */
  pagesDone: number;
  /** Null until it is known how many there are. */
  pagesTotal: number | null;
  /** As Dwolla counts them; null until it has said so. */
  customersTotal: number | null;
  /** In this phase. */
  customersRead: number;
  /** Customers whose answers could not be used. */
  customersSkipped: number;
  exchangesRead: number;
  balancesChecked: number;
  brokenFound: number;
  /** `rate_limited` or `unreachable` while nothing moves, and when it is tried again. */
  waitsFor: string | null;
  waitsUntil: string | null;
  failure: string | null;
}

/** The newest sweep, also while it runs; null before the first. */
export async function getLatestSweep(db: Database): Promise<LatestSweep | null> {
  const sweep = await db.sweep.findFirst({ orderBy: [{ startedAt: "desc" }, { id: "desc" }] });
  if (!sweep) return null;
  const { id, mode, state, startedAt, finishedAt, waitsUntil, customersTotal, waitsFor, failure } = sweep;
  const phase = sweep.detailPages === null ? "list" : "detail";
  const { _count, _sum } = await db.sweepPage.aggregate({
    where: { sweepId: id, phase },
    _count: true,
    _sum: {
      customersRead: true,
      customersSkipped: true,
      exchangesRead: true,
      balancesChecked: true,
      brokenFound: true,
    },
  });
  return {
    id,
    mode,
    state,
    phase,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    pagesDone: _count,
    pagesTotal: phase === "list" ? sweep.listPages : sweep.detailPages,
    customersTotal,
    customersRead: _sum.customersRead ?? 0,
    customersSkipped: _sum.customersSkipped ?? 0,
    exchangesRead: _sum.exchangesRead ?? 0,
    balancesChecked: _sum.balancesChecked ?? 0,
    brokenFound: _sum.brokenFound ?? 0,
    waitsFor,
    waitsUntil: waitsUntil?.toISOString() ?? null,
    failure,
  };
}

export interface FinishedSweep {
  mode: SweepMode;
  /** ISO 8601. */
  finishedAt: string;
}

/** The last one that came to its end, whatever became of later ones. */
export async function getLastFinishedSweep(db: Database): Promise<FinishedSweep | null> {
  const sweep = await db.sweep.findFirst({ where: { state: "finished" }, orderBy: { finishedAt: "desc" } });
  return sweep?.finishedAt ? { mode: sweep.mode, finishedAt: sweep.finishedAt.toISOString() } : null;
}

/** The newest sweep as those see it who may start and stop it. */
export interface SweepStanding {
  sweep: LatestSweep | null;
  /** Null when it began by itself. */
  requestedBy: string | null;
  /** Asked of Dwolla by sweeps since the minute in which this one began. */
  callsUsed: number;
  /** Until it is through, as far as that can be known. */
  callsLeft: number | null;
  /** What a sweep of each mode would take; null while nobody knows how many customers there are. */
  calls: Record<SweepMode, number> | null;
}

export async function getSweepStanding(db: Database): Promise<SweepStanding> {
  const sweep = await getLatestSweep(db);
  const customers = sweep?.customersTotal ?? ((await db.customer.count()) || null);
  const calls = customers === null ? null : countSweepCalls(customers);
  if (!sweep) return { sweep, requestedBy: null, callsUsed: 0, callsLeft: null, calls };
  const [begun, callsUsed] = await Promise.all([
    db.sweep.findUnique({ where: { id: sweep.id }, select: { requestedBy: { select: { name: true } } } }),
    countCallsUsed(db, sweep),
  ]);
  return {
    sweep,
    requestedBy: begun?.requestedBy?.name ?? null,
    callsUsed,
    callsLeft: countCallsLeft(sweep, callsUsed),
    calls,
  };
}

/** Of those that look at links. */
export function countFinishedSweepsSince(db: Database, since: Date): Promise<number> {
  return db.sweep.count({
    where: { state: "finished", mode: { in: ["exchanges", "full"] }, finishedAt: { gt: since } },
  });
}

/** There is only one sweep at a time, so all that sweeps asked for since it began is its own. */
async function countCallsUsed(db: Database, { startedAt, finishedAt }: LatestSweep): Promise<number> {
  const [use] = await db.$queryRaw<{ calls: number }[]>`
    SELECT coalesce(sum(calls), 0)::int AS calls FROM "CallBudgetUse" WHERE priority = 'sweep'
      AND minute >= date_trunc('minute', ${startedAt}::timestamptz) AND minute <= ${finishedAt ?? "infinity"}::timestamptz`;
  return use?.calls ?? 0;
}

/** One call for a page of the list, one for each customer's links, and of a full sweep one more for the usual one bank account. */
const CALLS_PER_CUSTOMER: Record<SweepMode, number> = { list: 0, exchanges: 1, full: 2 };

/** About so many, of each mode. */
export function countSweepCalls(customers: number): Record<SweepMode, number> {
  const listCalls = Math.ceil(customers / CUSTOMERS_PAGE_MAX);
  const calls = (mode: SweepMode) => listCalls + customers * CALLS_PER_CUSTOMER[mode];
  return { list: calls("list"), exchanges: calls("exchanges"), full: calls("full") };
}

/** Of a few pages nothing can be told yet: the calls of those under way count already, their customers not. */
const TELLING_CUSTOMERS = 1_000;

/** At the cost of the customers read so far, as soon as these are enough to tell: a first sweep has more to ask of each. */
function countCallsLeft(sweep: LatestSweep, callsUsed: number): number | null {
  const { mode, phase, customersTotal, customersRead, customersSkipped } = sweep;
  if (customersTotal === null) return null;
  const perCustomer = CALLS_PER_CUSTOMER[mode];
  if (phase === "list") {
    return Math.ceil(Math.max(0, customersTotal - customersRead) / CUSTOMERS_PAGE_MAX) + customersTotal * perCustomer;
  }
  const done = customersRead + customersSkipped;
  const listCalls = Math.ceil(customersTotal / CUSTOMERS_PAGE_MAX);
  const seenPerCustomer = done < TELLING_CUSTOMERS ? perCustomer : Math.max(1, (callsUsed - listCalls) / done);
  return Math.ceil(Math.max(0, customersTotal - done) * seenPerCustomer);
}

/** A sweep whose plan was lost with the database's crash did not do what it was begun for. */
const NOT_LOST = { OR: [{ failure: null }, { failure: { not: "plan_lost" } }] };

/** The richest sweep that is due, null where none is. One that does more counts for those that do less. */
export async function getDueMode(
  db: Database,
  intervals: Settings["sweepIntervals"],
  now: Date,
): Promise<SweepMode | null> {
  const begun = await db.sweep.groupBy({ by: ["mode"], where: NOT_LOST, _max: { startedAt: true } });
  const lastOf = new Map(begun.map(({ mode, _max }) => [mode, _max.startedAt?.getTime() ?? 0]));
  const isDue = (mode: SweepMode): boolean => {
    const richer = SWEEP_MODES.slice(SWEEP_MODES.indexOf(mode));
    const last = Math.max(...richer.map((each) => lastOf.get(each) ?? 0));
    return intervals[mode] > 0 && last + intervals[mode] * 60_000 <= now.getTime();
  };
  return SWEEP_MODES.findLast(isDue) ?? null;
}
