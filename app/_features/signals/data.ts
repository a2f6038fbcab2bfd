import type { SignalSource } from "#domain/exchange-health.ts";
import type { CustomerId } from "#domain/ids.ts";
import type { Evidence } from "#domain/new-evidence.ts";
import type { Database, Transaction } from "#platform/database-client.ts";

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

/** A balance answer through a bank account of which nobody knows to which exchange it belongs. Instants are ISO 8601. */
export interface UnplacedAnswer {
  id: string;
  accountName: string;
  bankName: string | null;
  value: string;
  source: SignalSource;
  /** When that was first answered; a sweep stores the same answer only once. */
  speaksOfAt: string;
}

const SHOWN_ANSWERS = 200;

/** The newest answer of each such account of a customer: evidence about the customer, which no verdict counts. */
export async function listUnplacedAnswers(db: Database, customerId: string): Promise<UnplacedAnswer[]> {
  const answers = await db.$queryRaw<(Omit<UnplacedAnswer, "speaksOfAt"> & { speaksOfAt: Date })[]>`
    SELECT newest.id, account.name AS "accountName", account."bankName", newest.value, newest.source::text, newest."speaksOfAt"
    FROM "FundingSource" AS account CROSS JOIN LATERAL (
      SELECT * FROM "Signal" AS signal WHERE signal."customerId" = account."customerId"
        AND signal."fundingSourceId" = account.id AND signal.kind = 'balance_check'
      ORDER BY "observedAt" DESC, id DESC LIMIT 1
    ) AS newest
    WHERE account."customerId" = ${customerId}::uuid AND account."exchangeId" IS NULL AND newest."exchangeId" IS NULL
      AND NOT account."isRemoved"
    ORDER BY newest."speaksOfAt" DESC, newest.id LIMIT ${SHOWN_ANSWERS}`;
  return answers.map((answer) => ({ ...answer, speaksOfAt: answer.speaksOfAt.toISOString() }));
}
