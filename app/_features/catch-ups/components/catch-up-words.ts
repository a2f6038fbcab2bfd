import type { CatchUpFailure } from "../schema.ts";

/** Why a catch-up was given up, as half a sentence. */
export const CATCH_UP_FAILURE_WORDS: Record<CatchUpFailure, string> & Record<string, string> = {
  unknown_exchange: "for a reason of our own",
  gone: "Dwolla does not know this account",
  refused: "Dwolla refused to list its events",
  rate_limited: "Dwolla asked us to slow down",
  unreachable: "Dwolla is not answering",
  unreadable: "Dwolla’s answer could not be read",
  unexpected: "for a reason of our own",
};
