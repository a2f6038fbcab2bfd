/** What an event makes the desk read anew at Dwolla. What it reads is stored; the event itself decides nothing but a warning. */
export type EventReading = "exchange" | "funding_source" | "customer";

/** Dwolla's early warning, so far for Plaid only: "An exchange is pending deactivation and requires reauthentication". */
export const REAUTH_REQUIRED = "customer_exchange_reauth_required";

/**
 * Null for a topic that says nothing about a bank link: it is kept, and nothing is read.
 * A topic nobody knows yet is judged by its resource, so that a new `customer_exchange_...` is acted on from its first day.
 * @param resourceKind the part of the resource's address before its id: `exchanges`, `funding-sources`, `customers`.
 * @see https://developers.dwolla.com/docs/api-reference/webhooks/webhook-events
 */
export function readingOf(topic: string, resourceKind: string | null): EventReading | null {
  if (!topic.startsWith("customer_")) return null;
  switch (resourceKind) {
    case "exchanges":
      return "exchange";
    case "funding-sources":
      return "funding_source";
    case "customers":
      return "customer";
    default:
      return null;
  }
}

/** Such an event always names an exchange: where none can be read from it, it is not understood rather than of no interest. */
export function isAboutExchange(topic: string): boolean {
  return topic.startsWith("customer_exchange_");
}
