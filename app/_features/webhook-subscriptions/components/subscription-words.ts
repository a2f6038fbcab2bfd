import type { Redelivery, SubscriptionFailure, SubscriptionRefusal, SubscriptionResult } from "../schema.ts";

type Refusal = Extract<SubscriptionResult, { ok: false }>;

const REFUSAL_WORDS: Record<SubscriptionRefusal | SubscriptionFailure, string> = {
  busy: "Nothing was done: somebody else is changing the subscription at this moment. Look again in a minute.",
  exists:
    "Nothing was done: a subscription sends to this address already, and a second one would send everything twice.",
  no_secret: "Nothing was done: this desk has no webhook secret. Set DWOLLA_WEBHOOK_SECRETS first.",
  not_ours: "Nothing was done: this subscription does not exist any more, or does not send to this desk.",
  already_so: "Nothing was done: it is so already.",
  is_paused: "Nothing was done: while it is paused, Dwolla may not send what is asked for. Resume it first.",
  refused: "Dwolla refused. Nothing was changed.",
  rate_limited: "Dwolla asked us to slow down. Nothing was changed.",
  unreachable: "Dwolla is not answering. Nothing was changed, and trying again is safe.",
  lost: "Dwolla’s answer was lost: it may have been done or not. Look at the state before you try again.",
};

/** What was not done and why; Dwolla's code and the end of its rate limit where there are any. */
export function refusalWords(refusal: Refusal): string {
  const words = REFUSAL_WORDS[refusal.reason];
  if (!("status" in refusal)) return words;
  const code = refusal.code ?? refusal.status;
  const codeWords = code === null ? "" : ` (${code})`;
  return `${words}${codeWords}${refusal.resumesAt === null ? "" : ` Calls resume at ${refusal.resumesAt}.`}`;
}

/** What was asked for and what is left. */
export function redeliveryWords({ neverSent, failed, remaining, sawAll }: Redelivery): string {
  const asked = neverSent + failed;
  const rest = remaining > 0 ? ` ${remaining.toLocaleString("en")} remain: ask again.` : "";
  const limit = sawAll ? "" : " Older webhooks were not looked through; catch-up reads their events.";
  if (asked === 0 && remaining === 0) return `No webhook is missing: each was sent and arrived.${limit}`;
  const of = `${neverSent.toLocaleString("en")} never sent, ${failed.toLocaleString("en")} failed`;
  return `Dwolla was asked to send ${count(asked)} once more (${of}).${rest}${limit}`;
}

function count(webhooks: number): string {
  return webhooks === 1 ? "1 webhook" : `${webhooks.toLocaleString("en")} webhooks`;
}
