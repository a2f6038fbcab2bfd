import {
  byTime,
  exchangeHealth,
  type Health,
  NONE_REFUSED,
  type SignalKind,
  type SignalSource,
  saysWhetherItWorks,
  type Verdict,
} from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { newEvidence } from "#domain/new-evidence.ts";
import { isRefusedNowhere, type OpenAccount } from "#domain/settled-warning.ts";
import { linkFundingSources } from "#features/funding-sources/mutations.ts";
import { type OpenedCase, settleRepairCases } from "#features/repair-cases/mutations.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { RecordContext } from "#platform/context.ts";
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
  source: SignalSource;
  observedAt: Date;
  speaksOfAt: Date;
  upstreamRequestId: string | null;
  eventId: string | null;
}

export interface Recorded {
  casesOpened: readonly OpenedCase[];
  casesClosed: number;
  /** Of every exchange of the observed customers. */
  verdicts: ReadonlyMap<ExchangeId, { before: Health; verdict: Verdict }>;
  /** The exchanges whose health one of these observations confirmed or changed. */
  confirmed: ExchangeId[];
}

/**
 * The one way by which anything seen becomes signals, verdicts and repair cases: for a page of customers or for one exchange.
 * Customers, exchanges and funding sources must be stored before. Recordings of the same customer follow one another, because
 * their exchanges are locked, in the order of their ids. Where nothing is new, nothing is written and nothing locked.
 */
export async function recordObservations(
  tx: Transaction,
  ctx: RecordContext,
  observations: readonly Observation[],
): Promise<Recorded> {
  const seen = await evaluate(tx, observations);
  const withNews = seen.customersWithNews();
  if (withNews.size === 0) return { ...recordedOf(seen), casesOpened: [], casesClosed: 0 };

  const news = observations.filter(({ customerId }) => withNews.has(customerId));
  await lockLinks(tx, [...withNews]);
  await linkFundingSources(tx, seen.namedLinks());
  // Only what is read after the lock is current.
  const current = await evaluate(tx, news);
  await insertSignals(tx, current.added);
  await updateExchanges(tx, current.judged);
  const cases = await settleRepairCases(tx, ctx, current.judged);
  const { verdicts, confirmed } = recordedOf(seen);
  const now = recordedOf(current);
  return {
    casesOpened: cases.opened,
    casesClosed: cases.closed,
    verdicts: new Map([...verdicts, ...now.verdicts]),
    confirmed: [...new Set([...confirmed, ...now.confirmed])],
  };
}

type Evaluation = Awaited<ReturnType<typeof evaluate>>;

/** What the observations would make of what is stored. Reads only. */
async function evaluate(tx: Transaction, observations: readonly Observation[]) {
  const customerIds = [...new Set(observations.map(({ customerId }) => customerId))];
  const exchanges = await readExchanges(tx, customerIds);
  const named = observations.flatMap((observation) => namedExchange(observation, exchanges));
  const stored = await listSignalsOfCustomers(tx, customerIds);
  const withOpenCase = await readOpenCases(tx, customerIds);
  const { knownLinks, openAccounts } = await readAccounts(tx, customerIds);
  const links: Links = new Map([
    ...knownLinks,
    ...named.map((link) => [link.fundingSourceId, link.exchangeId] as const),
  ]);

  const signals = observations.map((observation) => toSignal(observation, exchanges, links));
  const evidence = newEvidence(signals, stored, withOpenCase);
  const judgedApart = judge(exchanges, [...stored, ...evidence], links);
  const settling = judgedApart.flatMap((each) => settlingSignal(each, signals, { exchanges, openAccounts, links }));
  const added = [...evidence, ...settling];
  const judged = settling.length === 0 ? judgedApart : judge(exchanges, [...stored, ...added], links);
  const newLinks = named.filter(({ fundingSourceId, exchangeId }) => knownLinks.get(fundingSourceId) !== exchangeId);
  return {
    signals,
    added,
    judged,
    namedLinks: () => named,
    customersWithNews(): Set<CustomerId> {
      const relinked = new Set(newLinks.map(({ exchangeId }) => exchangeId));
      const changed = judged.filter((each) => each.isChanged || relinked.has(each.exchangeId));
      return new Set([...added, ...changed].map(({ customerId }) => customerId));
    },
  };
}

function recordedOf({ signals, judged }: Evaluation): Pick<Recorded, "verdicts" | "confirmed"> {
  const telling = signals.filter(({ kind, value }) => saysWhetherItWorks({ kind, value }) || isEnd({ kind, value }));
  return {
    verdicts: new Map(judged.map(({ exchangeId, before, verdict }) => [exchangeId, { before, verdict }])),
    confirmed: [...new Set(telling.flatMap(({ exchangeId }) => (exchangeId ? [exchangeId as ExchangeId] : [])))],
  };
}

function isEnd({ kind, value }: Pick<StoredSignal, "kind" | "value">): boolean {
  return kind === "exchange_status" && (value === "deactivated" || value === "removed");
}

interface KnownExchange {
  id: ExchangeId;
  customerId: CustomerId;
  status: string;
  health: Health;
  cause: string | null;
  brokenSince: Date | null;
  partnerName: string;
}

type KnownExchanges = ReadonlyMap<ExchangeId, KnownExchange>;
type Links = ReadonlyMap<string, ExchangeId>;

/**
 * Exchanges first, then open cases, each in the order of their ids. A press that is making a session holds the lock of its case:
 * what settles the cases then sees its session.
 */
export async function lockLinks(tx: Transaction, customerIds: readonly CustomerId[]): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM "Exchange" WHERE "customerId" = ANY(${customerIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  await tx.$queryRaw`
    SELECT FROM "RepairCase" WHERE "customerId" = ANY(${customerIds}::uuid[]) AND "closedAt" IS NULL
    ORDER BY id FOR NO KEY UPDATE`;
}

async function readExchanges(tx: Transaction, customerIds: readonly CustomerId[]): Promise<KnownExchanges> {
  const rows = await tx.$queryRaw<KnownExchange[]>`
    SELECT exchange.id, "customerId", exchange.status, health::text, cause, "brokenSince", partner.name AS "partnerName"
    FROM "Exchange" AS exchange JOIN "ExchangePartner" AS partner ON partner.id = exchange."partnerId"
    WHERE "customerId" = ANY(${customerIds}::uuid[])`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** What an `about` link says about a funding source, where it names an exchange of the same customer. */
function namedExchange({ kind, customerId, fundingSourceId, exchangeId }: Observation, exchanges: KnownExchanges) {
  if (kind !== "balance_check" || fundingSourceId === null || exchangeId === null) return [];
  return exchanges.get(exchangeId)?.customerId === customerId ? [{ fundingSourceId, exchangeId }] : [];
}

interface KnownAccount {
  id: FundingSourceId;
  customerId: CustomerId;
  exchangeId: ExchangeId | null;
  isOpen: boolean;
}

async function readAccounts(tx: Transaction, customerIds: readonly CustomerId[]) {
  const rows = await tx.$queryRaw<KnownAccount[]>`
    SELECT id, "customerId", "exchangeId", type = 'bank' AND NOT "isRemoved" AS "isOpen" FROM "FundingSource"
    WHERE "customerId" = ANY(${customerIds}::uuid[])`;
  const links = rows.flatMap(({ id, exchangeId }) => (exchangeId ? [[id, exchangeId] as const] : []));
  return { knownLinks: new Map(links), openAccounts: rows.filter(({ isOpen }) => isOpen) };
}

async function readOpenCases(tx: Transaction, customerIds: readonly CustomerId[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ exchangeId: ExchangeId }[]>`
    SELECT "exchangeId" FROM "RepairCase" WHERE "customerId" = ANY(${customerIds}::uuid[]) AND "closedAt" IS NULL`;
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
      "upstreamRequestId", "eventId")
    SELECT id, "customerId", "exchangeId", "fundingSourceId", kind::"SignalKind", value, source::"SignalSource", "observedAt",
      "speaksOfAt", "upstreamRequestId", "eventId"
    FROM json_to_recordset(${bulkRows(signals)}::json) AS given (id uuid, "customerId" uuid, "exchangeId" uuid,
      "fundingSourceId" uuid, kind text, value text, source text, "observedAt" timestamptz, "speaksOfAt" timestamptz,
      "upstreamRequestId" text, "eventId" uuid)`;
}

function judge(exchanges: KnownExchanges, signals: readonly StoredSignal[], links: Links) {
  const byExchange = groupByExchange(signals.filter((signal) => stillSpeaksForItsExchange(signal, links)));
  return [...exchanges.values()].map((known) => {
    const own = byExchange.get(known.id) ?? [];
    const statuses = own.filter(({ kind }) => kind === "exchange_status").sort(byTime);
    const status = statuses.at(-1)?.value ?? known.status;
    const verdict = exchangeHealth(own);
    const { health, cause, since } = verdict;
    const isSame = known.status === status && known.health === health && known.cause === cause;
    const isChanged = !isSame || known.brokenSince?.getTime() !== since?.getTime();
    const { id: exchangeId, customerId, health: before } = known;
    return { exchangeId, customerId, before, status, own, verdict, isChanged };
  });
}

type Judged = ReturnType<typeof judge>[number];
type Surroundings = { exchanges: KnownExchanges; openAccounts: readonly KnownAccount[]; links: Links };

/** What all accounts of one reading say together about a warned exchange, where that settles the warning: else it is worth no row. */
function settlingSignal(
  { exchangeId, customerId, own, verdict }: Judged,
  signals: readonly StoredSignal[],
  { exchanges, openAccounts, links }: Surroundings,
): StoredSignal[] {
  const exchange = exchanges.get(exchangeId);
  if (!exchange || verdict.health !== "reauth_required") return [];
  const answers = signals.filter((signal) => signal.kind === "balance_check" && signal.customerId === customerId);
  const accounts = openAccounts.filter((account) => account.customerId === customerId);
  const linked = accounts.map(({ id }): OpenAccount => ({ id, exchangeId: links.get(id) ?? null }));
  const words = new Map(answers.map(({ fundingSourceId, value }) => [fundingSourceId ?? "", value]));
  const [oldest] = answers.sort(byTime);
  if (!oldest || !isRefusedNowhere(exchange, linked, words)) return [];
  const about = { id: uuidv7(oldest.observedAt), exchangeId, fundingSourceId: null, upstreamRequestId: null };
  const signal = { ...oldest, ...about, value: NONE_REFUSED };
  return exchangeHealth([...own, signal]).health === "healthy" ? [signal] : [];
}

/** A balance that answered was counted for an exchange that only seemed to be the right one, until Dwolla named another. */
function stillSpeaksForItsExchange({ kind, value, exchangeId, fundingSourceId }: StoredSignal, links: Links): boolean {
  if (kind !== "balance_check" || value === "update_credentials" || value === NONE_REFUSED) return true;
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

async function updateExchanges(tx: Transaction, judged: Evaluation["judged"]): Promise<void> {
  const rows = judged
    .filter(({ isChanged }) => isChanged)
    .map(({ exchangeId, status, verdict: { health, cause, since } }) => {
      return { exchangeId, status, health, cause, brokenSince: since };
    });
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Exchange" AS stored SET status = given.status, health = given.health::"Health", cause = given.cause,
      "brokenSince" = given."brokenSince"
    FROM json_to_recordset(${bulkRows(rows)}::json) AS given ("exchangeId" uuid, status text, health text, cause text,
      "brokenSince" timestamptz)
    WHERE stored.id = given."exchangeId"`;
}
