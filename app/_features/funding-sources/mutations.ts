import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import type { FundingSource } from "#dwolla/funding-sources.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";

export type FundingSourceReading = Omit<FundingSource, "bankAccountType"> & {
  customerId: CustomerId;
  /** The exchange it plainly came through (`plainExchange`), null where that would be a guess. */
  plainExchangeId: ExchangeId | null;
};

/**
 * Keeps funding sources as last read; rows that say nothing new are neither written nor locked. What Dwolla itself named as the exchange
 * (`about_link`) stays, and so does what was plain once.
 */
export async function storeFundingSources(tx: Transaction, readings: readonly FundingSourceReading[]): Promise<void> {
  const rows = readings.map(({ name, plainExchangeId, ...reading }) => {
    return { ...reading, name: name ?? "", exchangeId: plainExchangeId };
  });
  await tx.$executeRaw`
    INSERT INTO "FundingSource" AS stored (id, "customerId", name, "bankName", type, status, "isRemoved", "createdAt", "exchangeId", "exchangeLink")
    SELECT DISTINCT ON (id) id, "customerId", name, "bankName", type, status, "isRemoved", "createdAt", "exchangeId",
      CASE WHEN "exchangeId" IS NOT NULL THEN 'only_exchange'::"ExchangeLink" END
    FROM json_to_recordset(${bulkRows(rows)}::json) AS given (id uuid, "customerId" uuid, name text, "bankName" text,
      type text, status text, "isRemoved" boolean, "createdAt" timestamptz, "exchangeId" uuid)
    WHERE NOT EXISTS (SELECT FROM "FundingSource" AS same WHERE same.id = given.id
      AND (same.name, same."bankName", same.type, same.status, same."isRemoved")
        IS NOT DISTINCT FROM (given.name, given."bankName", given.type, given.status, given."isRemoved")
      AND (given."exchangeId" IS NULL OR same."exchangeLink" = 'about_link' OR same."exchangeId" = given."exchangeId"))
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, "bankName" = excluded."bankName", type = excluded.type,
      status = excluded.status, "isRemoved" = excluded."isRemoved",
      "exchangeId" = CASE WHEN stored."exchangeLink" = 'about_link' THEN stored."exchangeId"
        ELSE coalesce(excluded."exchangeId", stored."exchangeId") END,
      "exchangeLink" = CASE WHEN stored."exchangeLink" = 'about_link' THEN stored."exchangeLink"
        ELSE coalesce(excluded."exchangeLink", stored."exchangeLink") END
    WHERE (stored.name, stored."bankName", stored.type, stored.status, stored."isRemoved")
        IS DISTINCT FROM (excluded.name, excluded."bankName", excluded.type, excluded.status, excluded."isRemoved")
      OR (stored."exchangeLink" IS DISTINCT FROM 'about_link' AND excluded."exchangeId" IS NOT NULL
        AND stored."exchangeId" IS DISTINCT FROM excluded."exchangeId")`;
}

/** Keeps what the `about` links of UpdateCredentials said, over anything that had seemed plain. */
export async function linkFundingSources(
  tx: Transaction,
  links: readonly { fundingSourceId: FundingSourceId; exchangeId: ExchangeId }[],
): Promise<void> {
  if (links.length === 0) return;
  await tx.$executeRaw`
    UPDATE "FundingSource" AS stored SET "exchangeId" = given."exchangeId", "exchangeLink" = 'about_link'
    FROM json_to_recordset(${bulkRows(links)}::json) AS given ("fundingSourceId" uuid, "exchangeId" uuid)
    WHERE stored.id = given."fundingSourceId"
      AND (stored."exchangeId", stored."exchangeLink") IS DISTINCT FROM (given."exchangeId", 'about_link'::"ExchangeLink")`;
}
