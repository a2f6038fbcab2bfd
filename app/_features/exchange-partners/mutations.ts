import type { ExchangePartnerId } from "#domain/ids.ts";
import type { ExchangePartner } from "#dwolla/exchange-partners.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";

export const UNKNOWN_PARTNER_NAME = "unknown";
/** For an exchange whose partner Dwolla does not name. */
export const NO_PARTNER_ID = "00000000-0000-0000-0000-000000000000" as ExchangePartnerId;

/** Keeps partners as last read. One that Dwolla does not list is named "unknown" until it does. */
export async function storeExchangePartners(
  tx: Transaction,
  listed: readonly ExchangePartner[],
  referred: readonly ExchangePartnerId[],
): Promise<void> {
  const listedIds = new Set(listed.map(({ id }) => id));
  const unlisted = referred.filter((id) => !listedIds.has(id));
  await tx.$executeRaw`
    INSERT INTO "ExchangePartner" AS stored (id, name, status)
    SELECT DISTINCT ON (id) id, name, status
    FROM json_to_recordset(${bulkRows(listed)}::json) AS given (id uuid, name text, status text)
    WHERE NOT EXISTS (SELECT FROM "ExchangePartner" AS same WHERE same.id = given.id
      AND (same.name, same.status) = (given.name, given.status))
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status
    WHERE (stored.name, stored.status) IS DISTINCT FROM (excluded.name, excluded.status)`;
  await tx.$executeRaw`
    INSERT INTO "ExchangePartner" (id, name, status)
    SELECT DISTINCT id, ${UNKNOWN_PARTNER_NAME}, 'unknown' FROM unnest(${unlisted}::uuid[]) AS given (id)
    ORDER BY id
    ON CONFLICT (id) DO NOTHING`;
}
