import { customerType } from "./customers.ts";
import { hostileNames } from "./hostile-names.ts";
import type { Partner, PartnerName } from "./partners.ts";
import { pickByShare, salt, share } from "./random.ts";

/** `warned`: Dwolla announced an end of access but everything still works. Only the two in the middle need a sign-in. */
export type Condition = "healthy" | "warned" | "UpdateCredentials" | "deactivated" | "removed";

/** Whether the bank behind an exchange answers a balance check. That somebody has to sign in is said whatever it does. */
export type BankState = "answers" | "down" | "no-balance-check";

export type Exchange = {
  id: string;
  customerIndex: number;
  /** The place among the customer's exchanges of the seed; none for one that was made since the start. */
  slot: number | undefined;
  partner: Partner;
  created: number;
  condition: Condition;
  /** When the condition set in. */
  since: number;
  bank: BankState;
};

type Fate = { partner: PartnerName; condition: Condition };

export function isBroken(condition: Condition): condition is "UpdateCredentials" | "deactivated" {
  return condition === "UpdateCredentials" || condition === "deactivated";
}

export function exchangeCount(seed: number, index: number): number {
  if (customerType(seed, index) === "receive-only") return 0;
  const count = pickByShare(COUNT_SHARES, share(seed, salt.exchangeCount, index));
  return hostileNames.has(index) ? Math.max(1, count) : count;
}

const COUNT_SHARES = [
  [1, 0.72],
  [2, 0.15],
  [0, 0.08],
  [3, 0.05],
] as const;

/** What the seed has in store for an exchange; cheap enough to ask for every exchange of a million customers. */
export function fateOf(seed: number, index: number, slot: number): Fate {
  const partner = pickByShare(PARTNER_SHARES, share(seed, salt.partner, index, slot));
  if (slot === 0 && hostileNames.has(index)) return { partner, condition: brokenCondition(seed, partner, index, slot) };
  const kind = pickByShare(FATE_SHARES, share(seed, salt.fate, index, slot));
  if (kind === "broken") return { partner, condition: brokenCondition(seed, partner, index, slot) };
  // customer_exchange_reauth_required is "Specific to Plaid" (Dwolla changelog, 2024-12-16).
  if (kind === "warned" && partner !== "Plaid") return { partner, condition: "healthy" };
  return { partner, condition: kind };
}

const PARTNER_SHARES = [
  ["Plaid", 0.68],
  ["MX", 0.18],
  ["Finicity", 0.09],
  ["Flinks", 0.05],
] as const;
const FATE_SHARES = [
  ["healthy", 0.932],
  ["broken", 0.028],
  ["removed", 0.025],
  ["warned", 0.015],
] as const;

const DEACTIVATED_SHARE = 0.4;

function brokenCondition(seed: number, partner: PartnerName, index: number, slot: number): Condition {
  const saysSoInBalance = partner === "Plaid" || partner === "MX";
  if (!saysSoInBalance) return "deactivated";
  return share(seed, salt.cause, index, slot) < DEACTIVATED_SHARE ? "deactivated" : "UpdateCredentials";
}

const DAY_MS = 86_400_000;

/** Between one and 26 days after the customer came, in the order of the slots. */
export function exchangeCreatedAt(seed: number, index: number, slot: number, customerCreated: number): number {
  return customerCreated + Math.floor((slot * 26 + 1 + share(seed, salt.exchangeAge, index, slot) * 25) * DAY_MS);
}

/** When the condition set in, counted back from the world's first day: warnings up to 6 days, all else up to 45. */
export function conditionSince(
  seed: number,
  index: number,
  slot: number,
  condition: Condition,
  startOfDay: number,
): number {
  const mostDays = condition === "warned" ? 6 : 45;
  return startOfDay - Math.floor((0.05 + share(seed, salt.brokenFor, index, slot) * mostDays) * DAY_MS);
}
