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

/** What each is called, on the screen of the lab and in a recording. */
export const BREAK_LABELS: Record<Break, string> = {
  UpdateCredentials: "The password changed at the bank",
  "consent-expired": "Consent ran out",
  "pending-disconnect": "Access will end in seven days",
  deactivated: "Dwolla switches the link off",
  removed: "The link is removed",
  "bank-down": "The bank is away",
  "no-balance-check": "Balance checks stop being offered",
};

/** What can happen to all links of a partner at once. */
export const PARTNER_BREAKS = ["consent-expired", "deactivated", "bank-down", "no-balance-check"] as const;

/** Whose links there are. */
export const SIMULATED_PARTNERS = ["Plaid", "MX", "Finicity", "Flinks"] as const;
