import type { Customer } from "#dwolla/customers.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";

/**
 * Keeps customers as last read. `readAt` stands in for an unknown creation time. Rows that say nothing new are neither written nor
 * locked, and changed ones are updated: ON CONFLICT would lock each before, and a lock is a write too. It is left for those whom
 * somebody else adds at the same time.
 */
export async function storeCustomers(tx: Transaction, customers: readonly Customer[], readAt: Date): Promise<void> {
  const rows = customers.map(({ id, type, status, email, businessName, createdAt, ...names }) => ({
    id,
    type,
    status,
    name: [names.firstName, names.lastName].filter(Boolean).join(" ") || (businessName ?? ""),
    email: email ?? "",
    businessName,
    createdAt: createdAt ?? readAt,
  }));
  await tx.$executeRaw`
    WITH given AS MATERIALIZED (
      SELECT DISTINCT ON (id) id, type, status, name, email, "businessName", "createdAt"
      FROM json_to_recordset(${bulkRows(rows)}::json) AS given (id uuid, type text, status text, name text, email text,
        "businessName" text, "createdAt" timestamptz)
      ORDER BY id
    ), changed AS (
      UPDATE "Customer" AS stored SET type = given.type, status = given.status, name = given.name, email = given.email,
        "businessName" = given."businessName"
      FROM given WHERE stored.id = given.id AND (stored.type, stored.status, stored.name, stored.email, stored."businessName")
        IS DISTINCT FROM (given.type, given.status, given.name, given.email, given."businessName")
    )
    INSERT INTO "Customer" AS stored (id, type, status, name, email, "businessName", "createdAt")
    SELECT id, type, status, name, email, "businessName", "createdAt" FROM given
    WHERE NOT EXISTS (SELECT FROM "Customer" AS known WHERE known.id = given.id)
    ON CONFLICT (id) DO UPDATE SET type = excluded.type, status = excluded.status, name = excluded.name,
      email = excluded.email, "businessName" = excluded."businessName"
    WHERE (stored.type, stored.status, stored.name, stored.email, stored."businessName")
      IS DISTINCT FROM (excluded.type, excluded.status, excluded.name, excluded.email, excluded."businessName")`;
}
