import { randomUUID } from "node:crypto";
import type { Customer } from "./customers.ts";
import { type Exchange, exchangeCount, exchangeCreatedAt } from "./exchanges.ts";
import { hash, pick, salt, share } from "./random.ts";
import { bankNames } from "./word-lists.ts";
import { worldId } from "./world-id.ts";

export type FundingSource = {
  id: string;
  index: number;
  slot: number;
  type: "bank" | "balance";
  /** The slot of the exchange it came through. Dwolla never says it; only the `about` link of UpdateCredentials does. */
  exchangeSlot: number | undefined;
  /** The same for one that was made since the start. */
  exchangeId?: string | undefined;
  status: "verified" | "unverified";
  bankAccountType: "checking" | "savings" | undefined;
  bankName: string | undefined;
  name: string;
  created: number;
  removed: boolean;
  /** Dollars with two decimals. */
  balance: string;
};

const BANKS_PER_EXCHANGE = 2;
const MANUAL_BANK_SLOT = 100;
const DWOLLA_BALANCE_SLOT = 101;
const FIRST_MADE_SLOT = 200;

/** The funding sources of a customer, oldest first, as the seed made them. */
export function fundingSourcesOf(seed: number, customer: Customer): FundingSource[] {
  const sources: FundingSource[] = [];
  for (let exchangeSlot = 0; exchangeSlot < exchangeCount(seed, customer.index); exchangeSlot += 1) {
    sources.push(...banksOfExchange(seed, customer, exchangeSlot));
  }
  if (hasManualBank(seed, customer)) sources.push(manualBank(seed, customer));
  if (customer.status === "verified") sources.push(dwollaBalance(seed, customer));
  return sources.sort((a, b) => a.created - b.created);
}

function banksOfExchange(seed: number, customer: Customer, exchangeSlot: number): FundingSource[] {
  const created = exchangeCreatedAt(seed, customer.index, exchangeSlot, customer.created) + 90_000;
  const first = bank(seed, customer, { slot: exchangeSlot * BANKS_PER_EXCHANGE, exchangeSlot, created });
  if (share(seed, salt.fundingSourceCount, customer.index, exchangeSlot) >= 0.2) return [first];
  const second = bank(seed, customer, { slot: first.slot + 1, exchangeSlot, created: created + 20_000 });
  // Only a second account may have been removed: a broken exchange must keep one that can say so.
  const removed = share(seed, salt.fundingSourceRemoved, customer.index, second.slot) < 0.3;
  return [first, { ...second, bankName: first.bankName, removed }];
}

function hasManualBank(seed: number, { type, index }: Customer): boolean {
  return type === "receive-only" || share(seed, salt.manualBank, index) < 0.07;
}

function manualBank(seed: number, customer: Customer): FundingSource {
  const source = bank(seed, customer, {
    slot: MANUAL_BANK_SLOT,
    exchangeSlot: undefined,
    created: customer.created + 3_600_000,
  });
  const verified = share(seed, salt.fundingSourceVerified, customer.index) < 0.7;
  return { ...source, status: verified ? "verified" : "unverified" };
}

/** Through an exchange, or typed in by hand. */
export type NewBank = { exchangeId: string | undefined } & Partial<Pick<FundingSource, "name" | "bankAccountType">>;

/** A bank account that was made since the start. Typed in by hand it does not count as verified, as at Dwolla. */
export function madeBank(
  seed: number,
  customer: Customer,
  wanted: NewBank,
  { created, place }: { created: number; place: number },
): FundingSource {
  const source = bank(seed, customer, { slot: FIRST_MADE_SLOT + place, exchangeSlot: undefined, created });
  const status = wanted.exchangeId === undefined ? "unverified" : "verified";
  return { ...source, ...wanted, id: randomUUID(), status };
}

/** Whether a funding source came through an exchange. */
export function isThrough({ exchangeId, exchangeSlot }: FundingSource, { id, slot }: Exchange): boolean {
  return exchangeId === id || (slot !== undefined && exchangeSlot === slot);
}

type Place = { slot: number; exchangeSlot: number | undefined; created: number };

function bank(seed: number, customer: Customer, place: Place): FundingSource {
  const { index } = customer;
  const bankAccountType = share(seed, salt.accountType, index, place.slot) < 0.75 ? "checking" : "savings";
  return {
    ...place,
    id: worldId(seed, { kind: "funding-source", index, slot: place.slot }),
    index,
    type: "bank",
    status: "verified",
    bankAccountType,
    bankName: pick(bankNames, share(seed, salt.bank, index, place.slot)),
    name: `${customer.firstName.slice(0, 50)}'s ${bankAccountType}`,
    removed: false,
    balance: dollars(seed, index, place.slot),
  };
}

function dwollaBalance(seed: number, { index, created }: Customer): FundingSource {
  return {
    id: worldId(seed, { kind: "funding-source", index, slot: DWOLLA_BALANCE_SLOT }),
    index,
    slot: DWOLLA_BALANCE_SLOT,
    type: "balance",
    exchangeSlot: undefined,
    status: "verified",
    bankAccountType: undefined,
    bankName: undefined,
    name: "Balance",
    created,
    removed: false,
    balance: dollars(seed, index, DWOLLA_BALANCE_SLOT),
  };
}

function dollars(seed: number, index: number, slot: number): string {
  return ((hash(seed, salt.balance, index, slot) % 900_000) / 100).toFixed(2);
}
