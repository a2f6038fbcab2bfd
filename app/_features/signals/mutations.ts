import { byTime, exchangeHealth, type Health, type SignalKind, type Verdict } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { newEvidence } from "#domain/new-evidence.ts";
import { linkFundingSources } from "#features/funding-sources/mutations.ts";
import { settleRepairCases } from "#features/repair-cases/mutations.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { listSignalsOfCustomers, type StoredSignal } from "./data.ts";

/** One thing seen at Dwolla, not yet judged. */
export interface Observation {
  customerId: CustomerId;
  kind: SignalKind;
  /** The exchange whose status it is, or that UpdateCredentials names; null where Dwolla named none. */
  exchangeId: ExchangeId | null;
  fundingSourceId: FundingSourceId | null;
  value: string;
  source: "sweep" | "check";
  observedAt: Date;
  speaksOfAt: Date;
  upstreamRequestId: string | null;
}

export interface Recorded {
  signalsStored: number;
  casesOpened: number;
  casesClosed: number;
  /** Of every exchange of the observed customers. */
  verdicts: ReadonlyMap<ExchangeId, { before: Health; verdict: Verdict }>;
}

/**
 * The one way by which anything seen becomes signals, verdicts and repair cases: for a page of customers or for one exchange.
 * Customers, exchanges and funding sources must be stored before. Recordings of the same customer follow one another, because
 * their exchanges are locked, in the order of their ids. Unchanged rows are not written.
 */
export async function recordObservations(
  tx: Transaction,
  observations: readonly Observation[],
  now: Date,
): Promise<Recorded> {
  const customerIds = [...new Set(observations.map(({ customerId }) => customerId))];
  const exchanges = await lockExchanges(tx, customerIds);
  await linkFundingSources(
    tx,
    observations.flatMap((observation) => namedExchange(observation, exchanges)),
  );
  // Only what is read after the lock is current.
  const links = await readLinks(tx, customerIds);
  const stored = await listSignalsOfCustomers(tx, customerIds);
  const withOpenCase = await lockOpenCases(tx, customerIds);

  const seen = observations.map((observation) => toSignal(observation, exchanges, links));
  const added = newEvidence(seen, stored, withOpenCase);
  await insertSignals(tx, added);
  const judged = judge(exchanges, [...stored, ...added], links);
  await updateExchanges(tx, judged);
  const cases = await settleRepairCases(tx, judged, now);
  return {
    signalsStored: added.length,
    casesOpened: cases.opened,
    casesClosed: cases.closed,
    verdicts: new Map(judged.map(({ exchangeId, before, verdict }) => [exchangeId, { before, verdict }])),
  };
}

interface KnownExchange {
  id: ExchangeId;
  customerId: CustomerId;
  status: string;
  health: Health;
}

type KnownExchanges = ReadonlyMap<ExchangeId, KnownExchange>;
type Links = ReadonlyMap<string, ExchangeId>;

async function lockExchanges(tx: Transaction, customerIds: readonly CustomerId[]): Promise<KnownExchanges> {
  const rows = await tx.$queryRaw<KnownExchange[]>`
    SELECT id, "customerId", status, health::text FROM "Exchange" WHERE "customerId" = ANY(${customerIds}::uuid[])
    ORDER BY id FOR NO KEY UPDATE`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** What an `about` link says about a funding source, where it names an exchange of the same customer. */
function namedExchange({ kind, customerId, fundingSourceId, exchangeId }: Observation, exchanges: KnownExchanges) {
  if (kind !== "balance_check" || fundingSourceId === null || exchangeId === null) return [];
  return exchanges.get(exchangeId)?.customerId === customerId ? [{ fundingSourceId, exchangeId }] : [];
}

async function readLinks(tx: Transaction, customerIds: readonly CustomerId[]): Promise<Links> {
  const rows = await tx.$queryRaw<{ id: FundingSourceId; exchangeId: ExchangeId }[]>`
    SELECT id, "exchangeId" FROM "FundingSource"
    WHERE "customerId" = ANY(${customerIds}::uuid[]) AND "exchangeId" IS NOT NULL`;
  return new Map(rows.map(({ id, exchangeId }) => [id, exchangeId]));
}

/** Locked, because a press that is making a session holds this lock too: what settles the cases then sees its session. */
async function lockOpenCases(tx: Transaction, customerIds: readonly CustomerId[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ exchangeId: ExchangeId }[]>`
    SELECT "exchangeId" FROM "RepairCase" WHERE "customerId" = ANY(${customerIds}::uuid[]) AND "closedAt" IS NULL
    ORDER BY id FOR NO KEY UPDATE`;
  return new Set(rows.map(({ exchangeId }) => exchangeId));
}

/** A balance speaks for the exchange that Dwolla names, else for the one its funding source is known to belong to, else for none. */
function toSignal(observation: Observation, exchanges: KnownExchanges, links: Links): StoredSignal {
  const { customerId, fundingSourceId, observedAt } = observation;
  const exchangeId = observation.exchangeId ?? links.get(fundingSourceId ?? "") ?? null;
  const isTheirs = exchangeId !== null && exchanges.get(exchangeId)?.customerId === customerId;
  return { ...observation, id: uuidv7(observedAt), exchangeId: isTheirs ? exchangeId : null };
}

async function insertSignals(tx: Transaction, signals: readonly StoredSignal[]): Promise<void> {
  if (signals.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "Signal" (id, "customerId", "exchangeId", "fundingSourceId", kind, value, source, "observedAt", "speaksOfAt",
      "upstreamRequestId")
    SELECT id, "customerId", "exchangeId", "fundingSourceId", kind::"SignalKind", value, source::"SignalSource", "observedAt",
      "speaksOfAt", "upstreamRequestId"
    FROM jsonb_to_recordset(${bulkRows(signals)}::jsonb) AS given (id uuid, "customerId" uuid, "exchangeId" uuid,
      "fundingSourceId" uuid, kind text, value text, source text, "observedAt" timestamptz, "speaksOfAt" timestamptz,
      "upstreamRequestId" text)`;
}

function judge(exchanges: KnownExchanges, signals: readonly StoredSignal[], links: Links) {
  const byExchange = groupByExchange(signals.filter((signal) => stillSpeaksForItsExchange(signal, links)));
  return [...exchanges.values()].map(({ id, customerId, status, health }) => {
    const own = byExchange.get(id) ?? [];
    const newest = own
      .filter(({ kind }) => kind === "exchange_status")
      .sort(byTime)
      .at(-1);
    const verdict = exchangeHealth(own);
    return { exchangeId: id, customerId, before: health, status: newest?.value ?? status, verdict };
  });
}

/** A balance that answered was counted for an exchange that only seemed to be the right one, until Dwolla named another. */
function stillSpeaksForItsExchange({ kind, value, exchangeId, fundingSourceId }: StoredSignal, links: Links): boolean {
  if (kind === "exchange_status" || value === "update_credentials") return true;
  return fundingSourceId !== null && links.get(fundingSourceId) === exchangeId;
}

function groupByExchange(signals: readonly StoredSignal[]): Map<string, StoredSignal[]> {
  const groups = new Map<string, StoredSignal[]>();
  for (const signal of signals) {
    if (signal.exchangeId === null) continue;
    const group = groups.get(signal.exchangeId);
    if (group) group.push(signal);
    else groups.set(signal.exchangeId, [signal]);
  }
  return groups;
}

async function updateExchanges(tx: Transaction, judged: ReturnType<typeof judge>): Promise<void> {
  const rows = judged.map(({ exchangeId, status, verdict: { health, cause, since } }) => {
    return { exchangeId, status, health, cause, brokenSince: since };
  });
  await tx.$executeRaw`
    UPDATE "Exchange" AS stored SET status = given.status, health = given.health::"Health", cause = given.cause,
      "brokenSince" = given."brokenSince"
    FROM jsonb_to_recordset(${bulkRows(rows)}::jsonb) AS given ("exchangeId" uuid, status text, health text, cause text,
      "brokenSince" timestamptz)
    WHERE stored.id = given."exchangeId" AND (stored.status, stored.health, stored.cause, stored."brokenSince")
      IS DISTINCT FROM (given.status, given.health::"Health", given.cause, given."brokenSince")`;
}
