import type { Health } from "#domain/exchange-health.ts";
import { bankNamesOf, type RepairCaseView, toRepairCaseView, WITH_OUTCOME } from "#features/exchanges/data.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";

/** Instants are ISO 8601 in all views. */
export interface CustomerView {
  id: string;
  name: string;
  email: string;
  businessName: string | null;
  /** Type and status are Dwolla's words. */
  type: string;
  status: string;
  createdAt: string;
  exchanges: CustomerExchangeView[];
  /** Newest first. */
  cases: RepairCaseView[];
  fundingSources: FundingSourceView[];
}

export interface CustomerExchangeView {
  id: string;
  partner: string;
  bank: string | null;
  status: string;
  health: Health;
  cause: string | null;
  brokenSince: string | null;
  createdAt: string;
}

export interface FundingSourceView {
  id: string;
  name: string;
  bankName: string | null;
  type: string;
  status: string;
  isRemoved: boolean;
  /** Through which exchange it came, as far as that is known, and how we know. */
  exchangeId: string | null;
  exchangeLink: "about_link" | "only_exchange" | null;
}

const SHOWN_ITEMS = 200;
const SHOWN_CASES = 50;

export async function getCustomer(db: Database, customerId: string): Promise<CustomerView | null> {
  const [record, exchanges] = await Promise.all([
    db.customer.findUnique({
      where: { id: customerId },
      include: {
        fundingSources: { orderBy: [{ isRemoved: "asc" }, { name: "asc" }, { id: "asc" }], take: SHOWN_ITEMS },
        repairCases: { orderBy: [{ openedAt: "desc" }, { id: "desc" }], take: SHOWN_CASES, include: WITH_OUTCOME },
      },
    }),
    listExchangesOf(db, customerId),
  ]);
  if (!record) return null;
  const { id, name, email, businessName, type, status, fundingSources } = record;
  return {
    id,
    name,
    email,
    businessName,
    type,
    status,
    createdAt: record.createdAt.toISOString(),
    exchanges,
    cases: record.repairCases.map(toRepairCaseView),
    fundingSources,
  };
}

/** What is broken first, then the newest. */
async function listExchangesOf(db: Database, customerId: string): Promise<CustomerExchangeView[]> {
  const records = await db.$queryRaw<ExchangeRecord[]>`
    SELECT exchange.id, partner.name AS partner, exchange.status, exchange.health, exchange.cause,
      exchange."brokenSince", exchange."createdAt",
      ${bankNamesOf(Prisma.sql`exchange.id`, Prisma.sql`exchange."customerId"`)} AS bank
    FROM "Exchange" exchange JOIN "ExchangePartner" partner ON partner.id = exchange."partnerId"
    WHERE exchange."customerId" = ${customerId}::uuid
    ORDER BY exchange.health IN ('broken', 'reauth_required') DESC, exchange.health = 'removed',
      exchange."createdAt" DESC, exchange.id
    LIMIT ${SHOWN_ITEMS}`;
  return records.map((record) => ({
    ...record,
    brokenSince: record.brokenSince?.toISOString() ?? null,
    createdAt: record.createdAt.toISOString(),
  }));
}

type ExchangeRecord = Omit<CustomerExchangeView, "brokenSince" | "createdAt"> & {
  brokenSince: Date | null;
  createdAt: Date;
};
