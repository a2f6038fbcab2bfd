// What may be kept of a body, in the call log and of an event: the allow-list beside wire-schema.ts. No call can be written
// without a line here, because its path template has to be a key of KEPT_FIELDS. What is not on the list is neither kept nor named.

/**
 * Of what form a value has to be to be kept; one of another form is hidden. `word`: one of Dwolla's own, by the rule that errors
 * follow: no digits, nothing long enough for a token. `link`: a resource of Dwolla's, of which the log keeps the path, and an event
 * what KEPT_OF_LINK says. `return`: one of our configured redirects. `hidden`: documented, so that its name may be shown, and its
 * value never.
 */
export type KeptValue =
  | "id"
  | "instant"
  | "word"
  | "topic"
  | "whole"
  | "flag"
  | "link"
  | "address"
  | "media"
  | "noun"
  | "pointer"
  | "return"
  | "hidden";

/** A value, an object by its fields, or a list by its items, of which the first few are kept. */
export type Kept = KeptValue | { readonly [field: string]: Kept } | readonly [Kept];

const about = { id: "id", status: "word", created: "instant" } as const;

/** Names, e-mail, birth, address and account numbers are the customer's. */
const customer = {
  ...about,
  type: "word",
  firstName: "hidden",
  lastName: "hidden",
  businessName: "hidden",
  email: "hidden",
  _links: { self: "link" },
} as const;
const exchange = { ...about, _links: { self: "link", customer: "link", "exchange-partner": "link" } } as const;
const exchangePartner = { ...about, name: "word", _links: { self: "link" } } as const;
/** People name their accounts after themselves, and a bank's name is free text. */
const fundingSource = {
  ...about,
  type: "word",
  bankAccountType: "word",
  removed: "flag",
  name: "hidden",
  bankName: "hidden",
  fingerprint: "hidden",
  _links: { self: "link", customer: "link" },
} as const;
/** Of a link that is kept whole: a resource of Dwolla's, the media type it comes in, and what it is. */
export const KEPT_OF_LINK: Kept = { href: "address", type: "media", "resource-type": "noun" };

/** All that Dwolla documents of an event. @see https://developers.dwolla.com/docs/api-reference/events */
export const KEPT_OF_EVENT = {
  id: "id",
  topic: "topic",
  resourceId: "id",
  created: "instant",
  timestamp: "instant",
  _links: { self: "link", account: "link", resource: "link", customer: "link" },
} as const;
/** Its address is chosen by whoever made it, and may hold a secret. */
const webhookSubscription = {
  id: "id",
  paused: "flag",
  created: "instant",
  url: "hidden",
  secret: "hidden",
  _links: { self: "link" },
} as const;
const webhook = {
  id: "id",
  eventId: "id",
  subscriptionId: "id",
  topic: "topic",
  attempts: [
    {
      id: "id",
      request: { timestamp: "instant", created: "instant", url: "hidden", headers: "hidden", body: "hidden" },
      response: { timestamp: "instant", statusCode: "whole", headers: "hidden", body: "hidden" },
    },
  ],
  _links: { self: "link", event: "link", subscription: "link" },
} as const;
/** How much money somebody has is nobody's business. */
const money = { value: "hidden", currency: "word" } as const;

function listOf(key: string, item: Kept): Kept {
  return { total: "whole", _embedded: { [key]: [item] }, _links: "hidden" };
}

/** What we send, and what is answered unless it is a refusal; by path template. */
export const KEPT_FIELDS = {
  "/": { answered: { _links: { account: "link" } } },
  "/token": {
    sent: { grant_type: "word" },
    answered: { token_type: "word", expires_in: "whole", access_token: "hidden" },
  },
  "/customers": { answered: listOf("customers", customer) },
  "/customers/{id}": { answered: customer },
  "/customers/{id}/exchanges": { answered: listOf("exchanges", exchange) },
  "/customers/{id}/funding-sources": { answered: listOf("funding-sources", fundingSource) },
  "/exchanges/{id}": { answered: exchange },
  "/exchanges/{id}/exchange-sessions": {
    sent: { _links: { "redirect-url": { href: "return" } } },
    answered: {},
  },
  "/exchange-sessions/{id}": {
    answered: {
      created: "instant",
      externalProviderSessionToken: "hidden",
      _links: { self: "link", "exchange-partner": "link", "external-provider-session": "hidden" },
    },
  },
  "/exchange-partners": { answered: listOf("exchange-partners", exchangePartner) },
  "/funding-sources/{id}/balance": {
    answered: {
      available: money,
      closing: money,
      balance: money,
      lastUpdated: "instant",
      status: "word",
      _links: { self: "link", "funding-source": "link" },
    },
  },
  "/events": { answered: listOf("events", KEPT_OF_EVENT) },
  "/webhook-subscriptions": {
    sent: { url: "hidden", secret: "hidden" },
    answered: listOf("webhook-subscriptions", webhookSubscription),
  },
  "/webhook-subscriptions/{id}": { sent: { paused: "flag" }, answered: webhookSubscription },
  "/webhook-subscriptions/{id}/webhooks": { answered: listOf("webhooks", webhook) },
  "/webhooks/{id}/retries": { sent: {}, answered: { id: "id", timestamp: "instant", _links: { self: "link" } } },
} as const satisfies Record<string, { sent?: Kept; answered: Kept }>;

/** Every address that we call. */
export type PathTemplate = keyof typeof KEPT_FIELDS;

/** What a POST makes there: of the Location of its answer the id is kept, and nothing of any other header. */
export const MADE_AT: { readonly [Template in PathTemplate]?: string } = {
  "/exchanges/{id}/exchange-sessions": "exchange-sessions",
  "/webhook-subscriptions": "webhook-subscriptions",
};

/** Of a refusal, whatever was asked. Its messages may quote what was sent. @see answer.ts for the shapes that it comes in */
export const KEPT_OF_REFUSAL: Kept = {
  code: "word",
  message: "hidden",
  error: "word",
  error_description: "hidden",
  _embedded: { errors: [{ code: "word", path: "pointer", message: "hidden", _links: "hidden" }] },
  _links: { about: "link" },
};

/** The parameters of our queries. Searches and e-mail addresses are the customer's. */
export const KEPT_PARAMETERS: Readonly<Record<string, KeptValue>> = {
  limit: "whole",
  offset: "whole",
  removed: "flag",
  status: "word",
  search: "hidden",
  email: "hidden",
};
