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
