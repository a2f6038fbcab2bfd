import type { Health } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, ExchangePartnerId, FundingSourceId } from "#domain/ids.ts";
import type { FundingSource } from "#dwolla/funding-sources.ts";
import { UNKNOWN_PARTNER_NAME } from "#features/exchange-partners/mutations.ts";
import type { Database } from "#platform/database-client.ts";

/** What is stored about some customers, as far as it decides what has to be read anew. */
export interface KnownAccounts {
  partnerNames: ReadonlyMap<ExchangePartnerId, string>;
  exchanges: ReadonlyMap<CustomerId, { id: ExchangeId; health: Health }[]>;
  fundingSources: ReadonlyMap<CustomerId, KnownFundingSource[]>;
}

export type KnownFundingSource = Omit<FundingSource, "bankAccountType"> & { exchangeId: ExchangeId | null };

export async function getKnownAccounts(db: Database, customerIds: readonly CustomerId[]): Promise<KnownAccounts> {
  const customerId = { in: [...customerIds] };
  const [partners, exchanges, sources] = await Promise.all([
    db.exchangePartner.findMany({ where: { name: { not: UNKNOWN_PARTNER_NAME } } }),
    db.exchange.findMany({ where: { customerId }, select: { id: true, health: true, customerId: true } }),
    db.fundingSource.findMany({ where: { customerId } }),
  ]);
  return {
    partnerNames: new Map(partners.map(({ id, name }) => [id as ExchangePartnerId, name])),
    exchanges: groupByCustomer(exchanges.map((row) => ({ ...row, id: row.id as ExchangeId }))),
    fundingSources: groupByCustomer(
      sources.map((row) => ({
        ...row,
        id: row.id as FundingSourceId,
        exchangeId: row.exchangeId as ExchangeId | null,
      })),
    ),
  };
}

function groupByCustomer<Row extends { customerId: string }>(rows: readonly Row[]): Map<CustomerId, Row[]> {
  const groups = new Map<CustomerId, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.customerId as CustomerId);
    if (group) group.push(row);
    else groups.set(row.customerId as CustomerId, [row]);
  }
  return groups;
}
