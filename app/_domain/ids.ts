/** Branded identifiers: the compiler refuses an exchange's id where a customer's is wanted. All are UUID text. */
type Branded<Name extends string> = string & { readonly __brand: Name };

export type CustomerId = Branded<"CustomerId">;
export type ExchangeId = Branded<"ExchangeId">;
export type ExchangePartnerId = Branded<"ExchangePartnerId">;
export type FundingSourceId = Branded<"FundingSourceId">;
/** Dwolla's id of an exchange session. */
export type DwollaSessionId = Branded<"DwollaSessionId">;
/** Dwolla's id of an event; webhooks carry it, and repetitions of one webhook share it. */
export type EventId = Branded<"EventId">;
export type WebhookSubscriptionId = Branded<"WebhookSubscriptionId">;
export type WebhookId = Branded<"WebhookId">;
export type StaffMemberId = Branded<"StaffMemberId">;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
