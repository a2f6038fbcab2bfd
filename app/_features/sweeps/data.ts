import type { Health } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, ExchangePartnerId, FundingSourceId } from "#domain/ids.ts";
import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";
import { UNKNOWN_PARTNER_NAME } from "#features/exchange-partners/mutations.ts";
import type { Database } from "#platform/database-client.ts";
import type { SweepPagePayload } from "./schema.ts";

export interface LatestSweep {
  id: string;
  state: "running" | "finished" | "failed";
  /** Instants are ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  pagesDone: number;
  /** Null until Dwolla has said how many customers there are. */
  pagesTotal: number | null;
  customersRead: number;
  /** Customers whose answers could not be used. */
  customersSkipped: number;
  exchangesRead: number;
  balancesChecked: number;
  brokenFound: number;
  failure: string | null;
}

/** The newest sweep, also while it runs; null before the first. */
export async function getLatestSweep(db: Database): Promise<LatestSweep | null> {
  const sweep = await db.sweep.findFirst({ orderBy: [{ startedAt: "desc" }, { id: "desc" }] });
  if (!sweep) return null;
  const { id, state, startedAt, finishedAt, customersTotal, failure } = sweep;
  const { _count, _sum } = await db.sweepPage.aggregate({
    where: { sweepId: id },
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
    state,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    pagesDone: _count,
    // An account without customers is one empty page.
    pagesTotal: customersTotal === null ? null : Math.max(1, Math.ceil(customersTotal / CUSTOMERS_PAGE_MAX)),
    customersRead: _sum.customersRead ?? 0,
    customersSkipped: _sum.customersSkipped ?? 0,
    exchangesRead: _sum.exchangesRead ?? 0,
    balancesChecked: _sum.balancesChecked ?? 0,
    brokenFound: _sum.brokenFound ?? 0,
    failure,
  };
}

/** Whether the sweep still runs and nobody has finished this page. */
export async function isPageDue(db: Database, { sweepId, pageNumber }: SweepPagePayload): Promise<boolean> {
  const sweep = await db.sweep.findUnique({
    where: { id: sweepId, state: "running" },
    select: { pages: { where: { pageNumber }, select: { pageNumber: true } } },
  });
  return sweep !== null && sweep.pages.length === 0;
}

/** What earlier sweeps and checks found out, as far as it decides whose balance is checked. */
export interface Known {
  partnerNames: ReadonlyMap<ExchangePartnerId, string>;
  healths: ReadonlyMap<ExchangeId, Health>;
  links: ReadonlyMap<FundingSourceId, ExchangeId>;
}

export async function getKnown(db: Database, customerIds: readonly CustomerId[]): Promise<Known> {
  const customerId = { in: [...customerIds] };
  const [partners, exchanges, sources] = await Promise.all([
    db.exchangePartner.findMany({ where: { name: { not: UNKNOWN_PARTNER_NAME } } }),
    db.exchange.findMany({ where: { customerId }, select: { id: true, health: true } }),
    db.fundingSource.findMany({
      where: { customerId, exchangeId: { not: null } },
      select: { id: true, exchangeId: true },
    }),
  ]);
  return {
    partnerNames: new Map(partners.map(({ id, name }) => [id as ExchangePartnerId, name])),
    healths: new Map(exchanges.map(({ id, health }) => [id as ExchangeId, health])),
    links: new Map(sources.map(({ id, exchangeId }) => [id as FundingSourceId, exchangeId as ExchangeId])),
  };
}
