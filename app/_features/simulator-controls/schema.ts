/** What can happen to a link in the simulator, by the simulator's own names; it takes "warned" for "pending-disconnect" too. */
export const BREAKS = [
  "UpdateCredentials",
  "consent-expired",
  "pending-disconnect",
  "deactivated",
  "removed",
  "bank-down",
  "no-balance-check",
] as const;
export type Break = (typeof BREAKS)[number];

/** What can happen to all links of a partner at once. */
export const PARTNER_BREAKS = ["consent-expired", "deactivated", "bank-down", "no-balance-check"] as const;
export type PartnerBreak = (typeof PARTNER_BREAKS)[number];

/** Whose links there are. */
export const SIMULATED_PARTNERS = ["Plaid", "MX", "Finicity", "Flinks"] as const;
