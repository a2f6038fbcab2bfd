import { z } from "zod";
import type {
  CustomerId,
  EventId,
  ExchangeId,
  ExchangePartnerId,
  FundingSourceId,
  WebhookId,
  WebhookSubscriptionId,
} from "#domain/ids.ts";
import { type Answer, readAnswer, shapeError } from "./answer.ts";
import type { WireRequest } from "./wire-request.ts";

// What Dwolla's answers must contain, and what becomes of a field that is missing or odd: null, so that one
// strange item never costs a whole list. Only an item without an id does, since nothing could be said about it.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_TEXT_LENGTH = 1_000;
const MAX_TOPIC_LENGTH = 200;

/** Bounded, and without NUL, which PostgreSQL refuses to store. */
const text = z.string().transform((value) => value.slice(0, MAX_TEXT_LENGTH).replaceAll("\u0000", "\uFFFD"));
const textOrNull = orNull(text);

/** Statuses and names that are not documented (yet) are kept as they are. */
const openEnum = text.catch("unknown");

/** Within the years that a database can store. */
const instantOrNull = orNull(
  z
    .string()
    .transform((value) => new Date(value))
    .refine((instant) => instant.getUTCFullYear() >= 1970 && instant.getUTCFullYear() <= 9999),
);

/** An unchecked address; only BaseAddress may take something out of it. */
const link = z.object({ href: z.unknown() }).optional().catch(undefined);

/** An absent field takes the short way: `catch` alone would build an error for it, which costs as much as the rest of a small answer. */
function orNull<Shape extends z.ZodType>(shape: Shape) {
  return shape
    .nullish()
    .transform((value) => value ?? null)
    .catch(null);
}

function id<Id extends string>() {
  return z
    .string()
    .regex(UUID)
    .transform((value) => value.toLowerCase() as Id);
}

/** @see https://developers.dwolla.com/docs/api-reference/customers (all types in one; fields that not all have are nullable) */
export const customerShape = z.object({
  id: id<CustomerId>(),
  firstName: textOrNull,
  lastName: textOrNull,
  businessName: textOrNull,
  email: textOrNull,
  type: openEnum,
  status: openEnum,
  created: instantOrNull,
});

/** @see https://developers.dwolla.com/docs/api-reference/exchanges (documented statuses: active, deactivated, removed) */
export const exchangeShape = z.object({
  id: id<ExchangeId>(),
  status: openEnum,
  created: instantOrNull,
  _links: z.object({ customer: link, "exchange-partner": link }).catch({}),
});

/** `externalProviderSessionToken` for Plaid, the `external-provider-session` link for MX; there is no id and no status. */
export const exchangeSessionShape = z.object({
  created: instantOrNull,
  externalProviderSessionToken: z.string().min(1).nullish(),
  _links: z.object({ "exchange-partner": link, "external-provider-session": z.object({ href: z.string() }).nullish() }),
});

const exchangePartnerShape = z.object({ id: id<ExchangePartnerId>(), name: openEnum, status: openEnum });

/** `removed` defaults to true in the request: removed funding sources are listed too. */
const fundingSourceShape = z.object({
  id: id<FundingSourceId>(),
  type: openEnum,
  status: openEnum,
  name: textOrNull,
  bankName: textOrNull,
  bankAccountType: textOrNull,
  removed: z.boolean().catch(false),
  created: instantOrNull,
});

const money = orNull(z.object({ value: text, currency: text }));

/** Banks answer `available` (not always) and `closing`, a Dwolla balance answers `balance`. */
export const balanceShape = z
  .object({ available: money, closing: money, balance: money, lastUpdated: instantOrNull })
  .refine((answer) => Object.values(answer).some((value) => value !== null));

/** Also the body of a webhook. Older ones say `timestamp` in place of `created`. */
export const eventShape = z
  .object({
    id: id<EventId>(),
    topic: text.pipe(z.string().min(1).max(MAX_TOPIC_LENGTH)),
    created: instantOrNull,
    timestamp: instantOrNull,
    _links: z.object({ resource: link, customer: link }).catch({}),
  })
  .transform(({ created, timestamp, ...event }) => ({ ...event, createdAt: created ?? timestamp }));

/** @see https://developers.dwolla.com/docs/api-reference/webhook-subscriptions */
export const webhookSubscriptionShape = z.object({
  id: id<WebhookSubscriptionId>(),
  url: text,
  paused: z.boolean().catch(false),
  created: instantOrNull,
});

/** A request without a response: none came, or it is still awaited. The reference also writes `created` for `timestamp`. */
const attemptShape = z.object({
  request: z.object({ timestamp: instantOrNull, created: instantOrNull }).catch({ timestamp: null, created: null }),
  response: orNull(z.object({ statusCode: orNull(z.int()) })),
});
const UNREADABLE_ATTEMPT = { request: { timestamp: null, created: null }, response: null };

const webhookShape = z.object({
  id: id<WebhookId>(),
  eventId: orNull(id<EventId>()),
  topic: openEnum,
  attempts: z.array(attemptShape.catch(UNREADABLE_ATTEMPT)).catch([]),
});
export type WireAttempt = z.output<typeof attemptShape>;

/** Any resource: used where only the fact that it answered matters. */
export const resourceShape = z.object({ _links: z.object({}) });

export const customerList = listShape("customers", customerShape);
export const exchangeList = listShape("exchanges", exchangeShape);
export const exchangePartnerList = listShape("exchange-partners", exchangePartnerShape);
export const fundingSourceList = listShape("funding-sources", fundingSourceShape);
/** Unread: an odd event is left out, not the whole list. */
export const eventList = listShape("events", z.unknown());
export const webhookSubscriptionList = listShape("webhook-subscriptions", webhookSubscriptionShape);
export const webhookList = listShape("webhooks", webhookShape);

type ListShape<Item> = z.ZodType<{ items: Item[] | undefined; total: number | null }>;

/**
 * The items of a HAL list. `total` is null when Dwolla did not say.
 * @throws DwollaResponseShapeError also for a list that is missing, unless its total says that it is empty.
 */
export function readList<Item>(
  shape: ListShape<Item>,
  request: WireRequest,
  answer: Answer,
): { items: Item[]; total: number | null } {
  const { items, total } = readAnswer(shape, request, answer);
  if (items !== undefined) return { items, total };
  if (total === 0) return { items: [], total };
  throw shapeError(request, answer, "_embedded: the list is missing");
}

function listShape<Item>(key: string, itemShape: z.ZodType<Item>): ListShape<Item> {
  return z
    .object({
      total: z.number().int().nonnegative().nullable().catch(null),
      _embedded: z.object({ [key]: z.array(itemShape).optional() }).optional(),
    })
    .transform(({ total, _embedded }) => ({ items: _embedded?.[key], total }));
}
