import type { BankState, Condition } from "./exchanges.ts";

/** What can happen to an exchange, by the name of what happens. */
export const BREAKS = [
  "UpdateCredentials",
  "consent-expired",
  "deactivated",
  "removed",
  "warned",
  "pending-disconnect",
  "bank-down",
  "no-balance-check",
] as const;
export type Break = (typeof BREAKS)[number];

/** What can happen to all exchanges of a partner at once. */
export const PARTNER_BREAKS = ["consent-expired", "deactivated", "bank-down", "no-balance-check"] as const;
export type PartnerBreak = (typeof PARTNER_BREAKS)[number];

export type Change = { condition: Condition; since: number; bank: BankState };

/** What a break makes of an exchange; `endOfAccess` is how the partner's end of access shows. */
export function changeFor(
  as: Break,
  exchange: { condition: Condition; since: number },
  { now, endOfAccess }: { now: number; endOfAccess: () => Condition },
): Change {
  switch (as) {
    case "bank-down":
      return { condition: exchange.condition, since: exchange.since, bank: "down" };
    case "no-balance-check":
      return { condition: exchange.condition, since: exchange.since, bank: "no-balance-check" };
    case "consent-expired":
      return { condition: endOfAccess(), since: now, bank: "answers" };
    case "pending-disconnect":
      return { condition: "warned", since: now, bank: "answers" };
    default:
      return { condition: as, since: now, bank: "answers" };
  }
}
