import type { CustomerId } from "#domain/ids.ts";
import type { Evidence } from "#domain/new-evidence.ts";
import type { Transaction } from "#platform/database-client.ts";

export interface StoredSignal extends Evidence {
  customerId: CustomerId;
  upstreamRequestId: string | null;
}

/** All that is on record about these customers, in no order. Few rows: a sweep stores only what changed. */
export async function listSignalsOfCustomers(
  tx: Transaction,
  customerIds: readonly CustomerId[],
): Promise<StoredSignal[]> {
  return tx.$queryRaw<StoredSignal[]>`
    SELECT id, "customerId", "exchangeId", "fundingSourceId", kind::text, value, source::text, "observedAt", "speaksOfAt",
      "upstreamRequestId", "eventId"
    FROM "Signal" WHERE "customerId" = ANY(${customerIds}::uuid[])`;
}
