import type { Health } from "#domain/exchange-health.ts";
import type { BalanceWord, CheckFailure } from "../schema.ts";

export const BALANCE_WORDS: Record<BalanceWord, string> = {
  answered: "the bank answered",
  update_credentials: "the bank asks the customer to sign in again",
  about_another_exchange: "the bank refuses, but through another link of this customer",
  unsupported: "this partner does not allow a balance check",
  not_enabled: "balance checks are not part of this Dwolla plan",
  processing: "the bank has not answered yet",
  refused: "Dwolla would not say",
  gone: "Dwolla does not know this account any more",
  unreachable: "Dwolla did not answer for this account",
  unreadable: "Dwolla’s answer for this account could not be read",
};

export const CHECK_FAILURE_WORDS: Record<CheckFailure, { title: string; explanation: string }> = {
  unknown_exchange: {
    title: "This link is not known to the desk",
    explanation: "Go back to the worklist and open it again.",
  },
  gone: {
    title: "Dwolla does not know this link any more",
    explanation: "Nothing was changed here. The customer may have to link the bank anew.",
  },
  refused: {
    title: "Dwolla refused the check",
    explanation: "Nothing was changed. An engineer should look at the credentials before you try again.",
  },
  rate_limited: {
    title: "Dwolla asked us to slow down",
    explanation: "Nothing was asked and nothing was changed. Trying again is safe once calls resume.",
  },
  unreachable: {
    title: "Dwolla is not answering",
    explanation: "Nothing was changed. You are looking at what was known before; trying again is safe.",
  },
  unreadable: {
    title: "Dwolla’s answer could not be read",
    explanation: "Nothing was changed. Trying again is safe; if it stays so, show it to an engineer.",
  },
};

const NOW: Record<Health, string> = {
  healthy: "It works",
  reauth_required: "It works, but not for long",
  broken: "It is broken",
  removed: "It was removed",
  unknown: "Nothing proves it either way",
};

/** The verdict before and after, as one sentence. */
export function changeWords(before: Health, after: Health): string {
  if (before === after) return `${NOW[after]}, as before`;
  if (after === "healthy") return before === "broken" ? "It works again" : "It works";
  return `${NOW[after]} now`;
}
