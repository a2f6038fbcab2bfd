/** What sweeps are called on every screen. */
export const SWEEP_MODE_WORDS = {
  list: {
    label: "Customers only",
    running: "Listing customers",
    reads: "Reads who the customers are.",
    limit: "Confirms no link.",
  },
  exchanges: {
    label: "Bank links",
    running: "Reading bank links",
    reads: "Also reads Dwolla’s status of every link.",
    limit: "Misses a break that Dwolla still calls active.",
  },
  full: {
    label: "Full",
    running: "Asking the banks",
    reads: "Also asks every bank for a balance.",
    limit: "The only one that finds every break.",
  },
} as const;

export const SWEEP_STATE_WORDS = {
  running: "running",
  paused: "paused",
  finished: "finished",
  failed: "given up",
  cancelled: "cancelled",
} as const;

export const SWEEP_WAIT_WORDS: Record<string, string> = {
  rate_limited: "Dwolla asked us to slow down",
  unreachable: "Dwolla is not answering",
};

const UNEXPECTED = "The last sweep stopped for a reason of our own";

const FAILURE_WORDS: Record<string, string> = {
  unknown_exchange: "The last sweep was given up",
  gone: "Dwolla does not know this account’s customers",
  refused: "Dwolla refused the last sweep",
  rate_limited: "Dwolla asked us to slow down",
  unreachable: "Dwolla is not answering",
  unreadable: "Dwolla’s answers could not be read",
  unexpected: UNEXPECTED,
  plan_lost: "The last sweep ended with a restart of the database",
};

export function sweepFailureWords(failure: string | null): string {
  return FAILURE_WORDS[failure ?? ""] ?? UNEXPECTED;
}
