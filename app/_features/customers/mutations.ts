import type { Customer } from "#dwolla/customers.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";

/**
 * Keeps customers as last read. `readAt` stands in for an unknown creation time. Rows that say nothing new are neither written nor
 * locked: ON CONFLICT alone would lock them, and a lock is a write too.
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
    INSERT INTO "Customer" AS stored (id, type, status, name, email, "businessName", "createdAt")
    SELECT DISTINCT ON (id) id, type, status, name, email, "businessName", "createdAt"
    FROM jsonb_to_recordset(${bulkRows(rows)}::jsonb) AS given (id uuid, type text, status text, name text, email text,
      "businessName" text, "createdAt" timestamptz)
    WHERE NOT EXISTS (SELECT FROM "Customer" AS same WHERE same.id = given.id
      AND (same.type, same.status, same.name, same.email, same."businessName")
        IS NOT DISTINCT FROM (given.type, given.status, given.name, given.email, given."businessName"))
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET type = excluded.type, status = excluded.status, name = excluded.name,
      email = excluded.email, "businessName" = excluded."businessName"
    WHERE (stored.type, stored.status, stored.name, stored.email, stored."businessName")
      IS DISTINCT FROM (excluded.type, excluded.status, excluded.name, excluded.email, excluded."businessName")`;
}
