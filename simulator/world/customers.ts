import { hostileNames } from "./hostile-names.ts";
import { hash, pick, pickByShare, salt, share } from "./random.ts";
import { businessTrades, businessWords, cities, firstNames, lastNames, streets } from "./word-lists.ts";
import { worldId } from "./world-id.ts";

type CustomerType = "unverified" | "receive-only" | "personal" | "business";
type CustomerStatus = "unverified" | "verified" | "suspended" | "deactivated" | "document" | "retry" | "kba";
type BusinessType = "soleProprietorship" | "llc" | "corporation" | "partnership";

export type CustomerProfile = {
  type: CustomerType;
  status: CustomerStatus;
  firstName: string;
  lastName: string;
  businessName: string | undefined;
  businessType: BusinessType | undefined;
  email: string;
};

export type Customer = CustomerProfile & {
  index: number;
  id: string;
  /** Milliseconds since 1970. */
  created: number;
  /** What the maker called it; none of the seed's has one. */
  correlationId?: string | undefined;
  address: { address1: string; city: string; state: string; postalCode: string };
};

/** Customer number `index` of a seed, the same however many customers the world has. */
export function customerAt(seed: number, index: number): Customer {
  return {
    ...customerProfileAt(seed, index),
    index,
    id: customerIdAt(seed, index),
    created: customerCreatedAt(seed, index),
    address: addressOf(seed, index),
  };
}

export type NewCustomer = Pick<CustomerProfile, "firstName" | "lastName"> &
  Partial<Pick<CustomerProfile, "email" | "businessName">> & {
    type?: "unverified" | "receive-only";
    correlationId?: string | undefined;
  };

/** A customer who was made since the start, at a place that the seed has not come to. */
export function madeCustomer(seed: number, index: number, wanted: NewCustomer, created: number): Customer {
  return {
    type: "unverified",
    businessName: undefined,
    email: `made.${index}@example.test`,
    ...wanted,
    status: "unverified",
    businessType: undefined,
    index,
    id: customerIdAt(seed, index),
    created,
    address: addressOf(seed, index),
  };
}

export function customerIdAt(seed: number, index: number): string {
  return worldId(seed, { kind: "customer", index, slot: 0 });
}

/** What a search looks at; a walk over a million customers need not make the rest. */
export function customerProfileAt(seed: number, index: number): CustomerProfile {
  const type = customerType(seed, index);
  const { firstName, lastName } = nameOf(seed, index);
  const isBusiness = type === "business";
  return {
    type,
    status: pickByShare(STATUS_SHARES[type], share(seed, salt.customerStatus, index)),
    firstName,
    lastName,
    businessName: isBusiness ? businessNameOf(seed, index) : undefined,
    businessType: isBusiness ? pickByShare(BUSINESS_TYPES, share(seed, salt.businessKind, index)) : undefined,
    email: emailOf(seed, index, firstName, lastName),
  };
}

export function customerType(seed: number, index: number): CustomerType {
  if (hostileNames.has(index)) return "unverified";
  return pickByShare(TYPE_SHARES, share(seed, salt.customerType, index));
}

const TYPE_SHARES = [
  ["unverified", 0.45],
  ["personal", 0.3],
  ["business", 0.17],
  ["receive-only", 0.08],
] as const;

const STATUS_SHARES = {
  unverified: [
    ["unverified", 0.94],
    ["suspended", 0.04],
    ["deactivated", 0.02],
  ],
  "receive-only": [
    ["unverified", 0.95],
    ["suspended", 0.03],
    ["deactivated", 0.02],
  ],
  personal: [
    ["verified", 0.88],
    ["document", 0.04],
    ["retry", 0.03],
    ["kba", 0.01],
    ["suspended", 0.025],
    ["deactivated", 0.015],
  ],
  business: [
    ["verified", 0.89],
    ["document", 0.04],
    ["retry", 0.03],
    ["suspended", 0.025],
    ["deactivated", 0.015],
  ],
} as const;

const BUSINESS_TYPES = [
  ["llc", 0.5],
  ["soleProprietorship", 0.25],
  ["corporation", 0.15],
  ["partnership", 0.1],
] as const;

function nameOf(seed: number, index: number) {
  return (
    hostileNames.get(index) ?? {
      firstName: pick(firstNames, share(seed, salt.firstName, index)),
      lastName: pick(lastNames, share(seed, salt.lastName, index)),
    }
  );
}

function businessNameOf(seed: number, index: number): string {
  const word = pick(businessWords, share(seed, salt.businessName, index, 0));
  return `${word} ${pick(businessTrades, share(seed, salt.businessName, index, 1))}`;
}

function emailOf(seed: number, index: number, firstName: string, lastName: string): string {
  const first = mailPart(firstName) || "customer";
  const last = mailPart(lastName) || "person";
  const forms = [
    `${first}.${last}${index}`,
    `${first.slice(0, 1)}${last}.${index}`,
    `${last}.${first}+${index}`,
  ] as const;
  return `${pick(forms, share(seed, salt.emailForm, index))}@example.test`;
}

/** The names come from short lists, so that remembering their forms saves a search through a million customers most of its work. */
const mailParts = new Map<string, string>();

function mailPart(name: string): string {
  const known = mailParts.get(name);
  if (known !== undefined) return known;
  const plain = name.normalize("NFD").toLowerCase();
  const part = plain.replace(/[^a-z]/g, "").slice(0, 24);
  mailParts.set(name, part);
  return part;
}

const FIRST_CUSTOMER_AT = Date.UTC(2019, 0, 7);
const GROWTH_MS = Date.UTC(2024, 11, 20) - FIRST_CUSTOMER_AT;
const EARLY_CUSTOMERS = 500;
const MOST_CUSTOMERS = 1_000_000;

/** A company that grows: slowly at first, then faster. Strictly increasing, so that the order of creation is the index. */
export function customerCreatedAt(seed: number, index: number): number {
  const jitter = share(seed, salt.createdJitter, index) * 0.9;
  const progress = Math.log1p((index + jitter) / EARLY_CUSTOMERS) / Math.log1p(MOST_CUSTOMERS / EARLY_CUSTOMERS);
  return FIRST_CUSTOMER_AT + Math.floor(progress * GROWTH_MS);
}

function addressOf(seed: number, index: number) {
  const [city, state, postalCode] = pick(cities, share(seed, salt.city, index));
  const number = 1 + (hash(seed, salt.address, index, 0) % 1900);
  return { address1: `${number} ${pick(streets, share(seed, salt.address, index, 1))}`, city, state, postalCode };
}
