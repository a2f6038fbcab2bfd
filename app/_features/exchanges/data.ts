import { exchangeHealth, type Health, type SignalKind, type SignalSource } from "#domain/exchange-health.ts";
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
  /** When the repair was proven that this break undid; null where it is no repeat. */
  repeatOfRepairAt: string | null;
  /** What proved the repair of a verified case. */
  provenBy: SignalView | null;
  /** Whether a session of ours led there; a link can be repaired elsewhere. */
  hasSession: boolean;
}

/** Another link of the same customer that is broken or warned. */
export interface TroubledLink {
  exchangeId: string;
  bank: string | null;
  partner: string;
  health: Health;
}

export interface SignalView {
  id: string;
  kind: SignalKind;
  value: string;
  source: SignalSource;
  observedAt: string;
  speaksOfAt: string;
  upstreamRequestId: string | null;
}

export interface EvidenceView extends SignalView {
  /** It decided the present health, or points the other way. */
  role: "decides" | "contradicts" | null;
}

export async function getExchange(db: Database, exchangeId: string): Promise<ExchangeView | null> {
  const [record, bank] = await Promise.all([
    db.exchange.findUnique({
      where: { id: exchangeId },
      include: {
        customer: { select: { id: true, name: true, email: true, type: true, status: true } },
        partner: { select: { name: true } },
        repairCases: { orderBy: { openedAt: "desc" }, take: SHOWN_CASES, include: WITH_OUTCOME },
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

/** The newest signal of each kind and value, the one that decided first, then those that contradict it. */
export async function listEvidence(db: Database, exchangeId: string): Promise<EvidenceView[]> {
  const signals = await db.$queryRaw<SignalRecord[]>`
    SELECT signal.id, kind, value, source, "observedAt", "speaksOfAt", "upstreamRequestId" FROM "Signal" AS signal
    LEFT JOIN "FundingSource" AS account ON account.id = signal."fundingSourceId"
    WHERE signal."exchangeId" = ${exchangeId}::uuid AND ${STILL_SPEAKS}
    ORDER BY "speaksOfAt" DESC, signal.id DESC`;
  const { decidedBy, contradictedBy } = exchangeHealth(signals);
  const roleOf = ({ id }: SignalRecord): EvidenceView["role"] => {
    if (id === decidedBy?.id) return "decides";
    return contradictedBy.some((signal) => signal.id === id) ? "contradicts" : null;
  };
  // Where it is not the newest of its kind that decides, it stands for its kind.
  const oldestFirst = [...signals].reverse();
  const inOrder = [...oldestFirst, ...oldestFirst.filter(({ id }) => id === decidedBy?.id)];
  const newest = new Map(inOrder.map((signal) => [`${signal.kind} ${signal.value}`, signal]));
  const rank = { decides: 0, contradicts: 1 };
  return [...newest.values()]
    .map((signal) => ({ ...toSignalView(signal), role: roleOf(signal) }))
    .sort((a, b) => rankOf(a) - rankOf(b) || b.speaksOfAt.localeCompare(a.speaksOfAt));

  function rankOf({ role }: EvidenceView): number {
    return role === null ? 2 : rank[role];
  }
}

/** A balance counts as long as its account is still known to belong here; the verdict is made by the same rule. */
const STILL_SPEAKS = Prisma.sql`(kind <> 'balance_check' OR value IN ('update_credentials', 'none_refused')
  OR account."exchangeId" = signal."exchangeId")`;

/** The customer's other links that need help too: another account may be what the customer means. */
export async function listOtherTroubledLinks(db: Database, exchangeId: string): Promise<TroubledLink[]> {
  return db.$queryRaw<TroubledLink[]>`
    SELECT other.id AS "exchangeId", partner.name AS partner, other.health::text,
      ${bankNamesOf(Prisma.sql`other.id`, Prisma.sql`other."customerId"`)} AS bank
    FROM "Exchange" AS this JOIN "Exchange" AS other ON other."customerId" = this."customerId" AND other.id <> this.id
    JOIN "ExchangePartner" AS partner ON partner.id = other."partnerId"
    WHERE this.id = ${exchangeId}::uuid AND other.health IN ('broken', 'reauth_required')
    ORDER BY other."brokenSince" LIMIT ${SHOWN_CASES}`;
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

export function toRepairCaseView({ repeatOf, provenBy, _count, ...record }: RepairCaseRecord): RepairCaseView {
  const { id, exchangeId, state, cause, brokenSince, openedAt, closedAt } = record;
  return {
    id,
    exchangeId,
    state,
    cause,
    brokenSince: brokenSince.toISOString(),
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    repeatOfRepairAt: repeatOf?.closedAt?.toISOString() ?? null,
    provenBy: provenBy && toSignalView(provenBy),
    hasSession: _count.reauthSessions > 0,
  };
}

/** What a case's view needs besides the case. */
export const WITH_OUTCOME = {
  repeatOf: { select: { closedAt: true } },
  provenBy: true,
  _count: { select: { reauthSessions: true } },
} as const satisfies Prisma.RepairCaseInclude;

const SHOWN_CASES = 20;
const SHOWN_CHANGES = 30;

type RepairCaseRecord = Prisma.RepairCaseGetPayload<{ include: typeof WITH_OUTCOME }>;
type SignalRecord = Omit<SignalView, "observedAt" | "speaksOfAt"> & { observedAt: Date; speaksOfAt: Date };

async function getBankNames(db: Database, exchangeId: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ bank: string | null }[]>`
    SELECT ${bankNamesOf(Prisma.sql`exchange.id`, Prisma.sql`exchange."customerId"`)} AS bank
    FROM "Exchange" exchange WHERE exchange.id = ${exchangeId}::uuid`;
  return row?.bank ?? null;
}

function toSignalView(record: SignalRecord): SignalView {
  const { id, kind, value, source, observedAt, speaksOfAt, upstreamRequestId } = record;
  const at = { observedAt: observedAt.toISOString(), speaksOfAt: speaksOfAt.toISOString() };
  return { id, kind, value, source, ...at, upstreamRequestId };
}
