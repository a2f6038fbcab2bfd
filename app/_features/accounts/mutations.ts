import { plainExchange } from "#domain/funding-source-link.ts";
import type { CustomerId, ExchangeId, ExchangePartnerId } from "#domain/ids.ts";
import { isCode } from "#dwolla/answer.ts";
import type { Customer } from "#dwolla/customers.ts";
import { type DwollaError, isDwollaError } from "#dwolla/errors.ts";
import type { ExchangePartner } from "#dwolla/exchange-partners.ts";
import { storeCustomers } from "#features/customers/mutations.ts";
import { NO_PARTNER_ID, storeExchangePartners, UNKNOWN_PARTNER_NAME } from "#features/exchange-partners/mutations.ts";
import { type ExchangeReading, storeExchanges } from "#features/exchanges/mutations.ts";
import { storeFundingSources } from "#features/funding-sources/mutations.ts";
import { statusObservation } from "#features/probes/mutations.ts";
import { type Observation, type Recorded, recordObservations } from "#features/signals/mutations.ts";
import type { Context, RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { getKnownAccounts, type KnownAccounts, type KnownFundingSource } from "./data.ts";

/** What Dwolla says about one customer's bank links, before any balance. */
export interface Account {
  customerId: CustomerId;
  observedAt: Date;
  exchanges: AccountExchange[];
  fundingSources: KnownFundingSource[];
  /** False when they are those that were stored already. */
  areSourcesNew: boolean;
}

export type AccountExchange = ExchangeReading & { requestId: string | null };

export interface ReadAccountOptions {
  known: KnownAccounts;
  /** Also when nothing gives reason to think that they changed. */
  alwaysListSources?: boolean;
  signal?: AbortSignal;
}

/**
 * Reads a customer's exchanges, and the funding sources only where they may have changed: the customer has other exchanges than
 * before, or none of the sources is stored. A customer that is gone at Dwolla has removed exchanges.
 */
export async function readAccount(
  ctx: Context,
  customerId: CustomerId,
  { known, alwaysListSources = false, signal }: ReadAccountOptions,
): Promise<Account> {
  const observedAt = ctx.now();
  const options = signal ? { signal } : {};
  const stored = known.fundingSources.get(customerId) ?? [];
  const before = new Set(known.exchanges.get(customerId)?.map(({ id }) => id));
  const exchanges = await listExchanges(ctx, customerId, options);
  if (exchanges === null) {
    const removed = (await ctx.db.exchange.findMany({ where: { customerId } })).map(toRemoved);
    return { customerId, observedAt, exchanges: removed, fundingSources: stored, areSourcesNew: false };
  }
  const isSame = exchanges.length === before.size && exchanges.every(({ id }) => before.has(id));
  const isListed = exchanges.length > 0 && (alwaysListSources || !isSame || stored.length === 0);
  if (!isListed) return { customerId, observedAt, exchanges, fundingSources: stored, areSourcesNew: false };
  return { customerId, observedAt, exchanges, ...(await listSources(ctx, customerId, stored, options)) };
}

async function listExchanges(
  ctx: Context,
  customerId: CustomerId,
  options: { signal?: AbortSignal },
): Promise<AccountExchange[] | null> {
  const listed = await unlessGone(ctx.dwolla.listExchangesOfCustomer(customerId, options));
  return (
    listed?.map((exchange) => ({ ...exchange, customerId, partnerId: exchange.partnerId ?? NO_PARTNER_ID })) ?? null
  );
}

type StoredExchange = { id: string; customerId: string; partnerId: string; createdAt: Date };

function toRemoved({ id, customerId, partnerId, createdAt }: StoredExchange): AccountExchange {
  const ids = { id: id as ExchangeId, customerId: customerId as CustomerId, partnerId: partnerId as ExchangePartnerId };
  return { ...ids, createdAt, status: "removed", requestId: null };
}

/** Again, after one that was stored turned out to be gone. */
export async function listSources(
  ctx: Context,
  customerId: CustomerId,
  stored: readonly KnownFundingSource[],
  options: { signal?: AbortSignal },
): Promise<Pick<Account, "fundingSources" | "areSourcesNew">> {
  const links = new Map(stored.map(({ id, exchangeId }) => [id, exchangeId]));
  const listed = await ctx.dwolla.listFundingSourcesOfCustomer(customerId, options);
  const fundingSources = listed.map((source) => ({ ...source, exchangeId: links.get(source.id) ?? null }));
  return { fundingSources, areSourcesNew: true };
}

/** The names of all partners that the accounts refer to; Dwolla is asked only when one of them is new. */
export async function readPartners(
  ctx: Context,
  accounts: readonly Account[],
  known: KnownAccounts,
  signal?: AbortSignal,
): Promise<{ partners: ExchangePartner[]; partnerNames: KnownAccounts["partnerNames"] }> {
  const isNew = accounts.some(({ exchanges }) =>
    exchanges.some(({ partnerId }) => partnerId !== NO_PARTNER_ID && !known.partnerNames.has(partnerId)),
  );
  const partners = isNew ? await ctx.dwolla.listExchangePartners(signal ? { signal } : {}) : [];
  const listed = partners.map(({ id, name }) => [id, name] as const);
  return { partners, partnerNames: new Map([...known.partnerNames, ...listed]) };
}

export interface AccountsReading {
  readAt: Date;
  /** Those that were read themselves; the others are stored already. */
  customers: readonly Customer[];
  accounts: readonly Account[];
  partners: readonly ExchangePartner[];
  partnerNames: KnownAccounts["partnerNames"];
  balances: readonly Observation[];
}

/** Stores what was read of some customers, and makes signals, verdicts and repair cases of it. */
export async function recordAccounts(
  tx: Transaction,
  ctx: RecordContext,
  { readAt, customers, accounts, partners, partnerNames, balances }: AccountsReading,
  source: Observation["source"],
): Promise<Recorded> {
  const exchanges = accounts.flatMap((account) => account.exchanges);
  await storeCustomers(tx, customers, readAt);
  await storeExchangePartners(tx, partners, [...new Set(exchanges.map(({ partnerId }) => partnerId))]);
  await storeExchanges(tx, exchanges, readAt);
  await storeFundingSources(
    tx,
    accounts.flatMap((account) => linkPlainly(account, balances, partnerNames)),
  );
  const statuses = accounts.flatMap(({ customerId, observedAt, exchanges }) =>
    exchanges.map((exchange) => statusObservation(exchange, { customerId, source, observedAt })),
  );
  return recordObservations(tx, ctx, [...statuses, ...balances]);
}

/** Also of sources that were stored before: a first balance that answers may show where they belong. */
function linkPlainly(account: Account, balances: readonly Observation[], partnerNames: KnownAccounts["partnerNames"]) {
  const { customerId, fundingSources } = account;
  const exchanges = account.exchanges.map((exchange) => {
    return { ...exchange, partnerName: partnerNames.get(exchange.partnerId) ?? UNKNOWN_PARTNER_NAME };
  });
  return fundingSources.map(({ exchangeId: _known, ...source }) => {
    const answer = balances.find(({ fundingSourceId }) => fundingSourceId === source.id)?.value ?? null;
    return { ...source, customerId, plainExchangeId: plainExchange(source, exchanges, answer) };
  });
}

/**
 * Reads one customer and all bank links anew, as an event gives reason to. The links of a customer who is gone at Dwolla are removed.
 * @returns what came of it; a customer who is gone has no links any more.
 */
export async function refreshAccount(
  ctx: Context,
  customerId: CustomerId,
  source: Observation["source"],
): Promise<Recorded & { isGone: boolean }> {
  const readAt = ctx.now();
  const known = await getKnownAccounts(ctx.db, [customerId]);
  const customer = await unlessGone(ctx.dwolla.getCustomer(customerId));
  const account = await readAccount(ctx, customerId, { known, alwaysListSources: true });
  const partners = await readPartners(ctx, [account], known);
  const reading = { readAt, customers: customer ? [customer] : [], accounts: [account], balances: [], ...partners };
  const recorded = await ctx.db.$transaction((tx) => recordAccounts(tx, ctx, reading, source));
  return { ...recorded, isGone: customer === null };
}

async function unlessGone<Resource>(read: Promise<Resource>): Promise<Resource | null> {
  try {
    return await read;
  } catch (error) {
    if (isDwollaError(error) && saysNotFound(error)) return null;
    throw error;
  }
}

/** In Dwolla's own words: the 404 of a gateway, or of the token's address, says nothing about a customer. */
function saysNotFound(error: DwollaError): boolean {
  return error.kind === "http" && isCode(error.code, "NotFound") && error.pathTemplate.startsWith("/customers/");
}
