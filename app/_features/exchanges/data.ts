import { exchangeHealth, type Health, type SignalKind } from "#domain/exchange-health.ts";
import type { RepairCaseState } from "#domain/repair-case.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";

/** Instants are ISO 8601 in all views. */
export interface ExchangeView {
  id: string;
  /** Dwolla's word, which may be one we do not know. */
  status: string;
  createdAt: string;
  customer: { id: string; name: string; email: string; type: string; status: string };
  partner: string;
  bank: string | null;
  health: Health;
  cause: string | null;
  brokenSince: string | null;
  cases: RepairCaseView[];
}

export interface RepairCaseView {
  id: string;
  exchangeId: string;
  state: RepairCaseState;
  cause: string;
  brokenSince: string;
  openedAt: string;
  closedAt: string | null;
}

export interface SignalView {
  id: string;
  kind: SignalKind;
  value: string;
  source: "sweep" | "check";
  observedAt: string;
  speaksOfAt: string;
  upstreamRequestId: string | null;
}

export interface EvidenceView extends SignalView {
  /** It decided the present health. */
  isDeciding: boolean;
}

export async function getExchange(db: Database, exchangeId: string): Promise<ExchangeView | null> {
  const [record, bank] = await Promise.all([
    db.exchange.findUnique({
      where: { id: exchangeId },
      include: {
        customer: { select: { id: true, name: true, email: true, type: true, status: true } },
        partner: { select: { name: true } },
        repairCases: { orderBy: { openedAt: "desc" }, take: SHOWN_CASES },
      },
    }),
    getBankNames(db, exchangeId),
  ]);
  if (!record) return null;
  const { id, status, customer, health, cause } = record;
  return {
    id,
    status,
    customer,
    health,
    cause,
    bank,
    createdAt: record.createdAt.toISOString(),
    partner: record.partner.name,
    brokenSince: record.brokenSince?.toISOString() ?? null,
    cases: record.repairCases.map(toRepairCaseView),
  };
}

/** The newest signal of each kind and value, the one that decided first. */
export async function listEvidence(db: Database, exchangeId: string): Promise<EvidenceView[]> {
  const signals = await db.$queryRaw<SignalRecord[]>`
    SELECT DISTINCT ON (kind, value) id, kind, value, source, "observedAt", "speaksOfAt", "upstreamRequestId"
    FROM "Signal" WHERE "exchangeId" = ${exchangeId}::uuid
    ORDER BY kind, value, "speaksOfAt" DESC, id DESC`;
  const decidingId = exchangeHealth(signals).decidedBy?.id;
  return signals
    .map((signal) => ({ ...toSignalView(signal), isDeciding: signal.id === decidingId }))
    .sort((a, b) => Number(b.isDeciding) - Number(a.isDeciding) || b.speaksOfAt.localeCompare(a.speaksOfAt));
}

/** The signals that said something new: those whose value differs from the one before of the same kind. Newest first. */
export async function listSignalChanges(db: Database, exchangeId: string): Promise<SignalView[]> {
  const signals = await db.$queryRaw<SignalRecord[]>`
    SELECT id, kind, value, source, "observedAt", "speaksOfAt", "upstreamRequestId" FROM (
      SELECT *, lag(value) OVER (PARTITION BY kind ORDER BY "speaksOfAt", id) AS "valueBefore"
      FROM "Signal" WHERE "exchangeId" = ${exchangeId}::uuid
    ) signal
    WHERE value IS DISTINCT FROM "valueBefore"
    ORDER BY "speaksOfAt" DESC, id DESC LIMIT ${SHOWN_CHANGES}`;
  return signals.map(toSignalView);
}

/**
 * SQL for the bank of an exchange: the banks of the funding sources that are known to have come through it; else the
 * customer's only bank, unless any of its accounts came through another exchange; else NULL. Never a guess.
 */
export function bankNamesOf(exchangeId: Prisma.Sql, customerId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`COALESCE(
    (SELECT string_agg(DISTINCT source."bankName", ', ') FROM "FundingSource" source
      WHERE source."exchangeId" = ${exchangeId} AND NOT source."isRemoved"),
    (SELECT min(source."bankName") FROM "FundingSource" source
      WHERE source."customerId" = ${customerId} AND source.type = 'bank' AND NOT source."isRemoved"
      HAVING count(DISTINCT source."bankName") = 1 AND bool_and(source."bankName" IS NOT NULL)
        AND bool_and(source."exchangeId" IS NULL)))`;
}

export function toRepairCaseView(record: RepairCaseRecord): RepairCaseView {
  const { id, exchangeId, state, cause, brokenSince, openedAt, closedAt } = record;
  return {
    id,
    exchangeId,
    state,
    cause,
    brokenSince: brokenSince.toISOString(),
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}

const SHOWN_CASES = 20;
const SHOWN_CHANGES = 30;

type RepairCaseRecord = Omit<RepairCaseView, "brokenSince" | "openedAt" | "closedAt"> & {
  brokenSince: Date;
  openedAt: Date;
  closedAt: Date | null;
};
type SignalRecord = Omit<SignalView, "observedAt" | "speaksOfAt"> & { observedAt: Date; speaksOfAt: Date };

async function getBankNames(db: Database, exchangeId: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ bank: string | null }[]>`
    SELECT ${bankNamesOf(Prisma.sql`exchange.id`, Prisma.sql`exchange."customerId"`)} AS bank
    FROM "Exchange" exchange WHERE exchange.id = ${exchangeId}::uuid`;
  return row?.bank ?? null;
}

function toSignalView(record: SignalRecord): SignalView {
  return { ...record, observedAt: record.observedAt.toISOString(), speaksOfAt: record.speaksOfAt.toISOString() };
}
