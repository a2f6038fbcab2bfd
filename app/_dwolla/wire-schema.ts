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
import { bounded, hrefOf, instantOrNull, moneyOrNull, openEnum, textOrNull } from "./tolerant-fields.ts";
import type { WireRequest } from "./wire-request.ts";

// What Dwolla's answers must contain; what becomes of everything else is in tolerant-fields.ts. Only an item without an id costs a
// whole list, since nothing could be said about it.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_TOPIC_LENGTH = 200;

/** A field that is read by a function of tolerant-fields.ts. A schema for each would cost more than the rest of the client. */
const anything = z.unknown().optional();

function id<Id extends string>() {
  return z
    .string()
    .regex(UUID)
    .transform((value) => value.toLowerCase() as Id);
}

/** @see https://developers.dwolla.com/docs/api-reference/customers (all types in one; fields that not all have are nullable) */
export const customerShape = z
  .object({
    id: id<CustomerId>(),
    firstName: anything,
    lastName: anything,
    businessName: anything,
    email: anything,
    type: anything,
    status: anything,
    created: anything,
  })
  .transform((customer) => ({
    id: customer.id,
    firstName: textOrNull(customer.firstName),
    lastName: textOrNull(customer.lastName),
    businessName: textOrNull(customer.businessName),
    email: textOrNull(customer.email),
    type: openEnum(customer.type),
    status: openEnum(customer.status),
    createdAt: instantOrNull(customer.created),
  }));

/** @see https://developers.dwolla.com/docs/api-reference/exchanges (documented statuses: active, deactivated, removed) */
export const exchangeShape = z
  .object({ id: id<ExchangeId>(), status: anything, created: anything, _links: anything })
  .transform(({ id, status, created, _links }) => ({
    id,
    status: openEnum(status),
    createdAt: instantOrNull(created),
    customerHref: hrefOf(_links, "customer"),
    partnerHref: hrefOf(_links, "exchange-partner"),
  }));

/** `externalProviderSessionToken` for Plaid, the `external-provider-session` link for MX; there is no id and no status. */
export const exchangeSessionShape = z.object({
  created: anything.transform(instantOrNull),
  externalProviderSessionToken: z.string().min(1).nullish(),
  _links: z.looseObject({ "external-provider-session": z.object({ href: z.string() }).nullish() }),
});

const exchangePartnerShape = z.object({
  id: id<ExchangePartnerId>(),
  name: anything.transform(openEnum),
  status: anything.transform(openEnum),
});

/** `removed` defaults to true in the request: removed funding sources are listed too. */
const fundingSourceShape = z
  .object({
    id: id<FundingSourceId>(),
    type: anything,
    status: anything,
    name: anything,
    bankName: anything,
    bankAccountType: anything,
    removed: anything,
    created: anything,
  })
  .transform((source) => ({
    id: source.id,
    type: openEnum(source.type),
    status: openEnum(source.status),
    name: textOrNull(source.name),
    bankName: textOrNull(source.bankName),
    bankAccountType: textOrNull(source.bankAccountType),
    isRemoved: source.removed === true,
    createdAt: instantOrNull(source.created),
  }));

/** Banks answer `available` (not always) and `closing`, a Dwolla balance answers `balance`. */
export const balanceShape = z
  .object({ available: anything, closing: anything, balance: anything, lastUpdated: anything })
  .transform(({ available, closing, balance, lastUpdated }) => ({
    available: moneyOrNull(available),
    closing: moneyOrNull(closing),
    balance: moneyOrNull(balance),
    lastUpdatedAt: instantOrNull(lastUpdated),
  }))
  .refine((answer) => Object.values(answer).some((value) => value !== null));

/** Also the body of a webhook. Older ones say `timestamp` in place of `created`. */
export const eventShape = z
  .object({
    id: id<EventId>(),
    topic: z.string().min(1).transform(bounded).pipe(z.string().max(MAX_TOPIC_LENGTH)),
    created: anything,
    timestamp: anything,
    _links: anything,
  })
  .transform(({ id, topic, created, timestamp, _links }) => ({
    id,
    topic,
    createdAt: instantOrNull(created) ?? instantOrNull(timestamp),
    resourceHref: hrefOf(_links, "resource"),
    customerHref: hrefOf(_links, "customer"),
  }));

/** @see https://developers.dwolla.com/docs/api-reference/webhook-subscriptions */
export const webhookSubscriptionShape = z
  .object({ id: id<WebhookSubscriptionId>(), url: z.string().transform(bounded), paused: anything, created: anything })
  .transform(({ id, url, paused, created }) => ({
    id,
    url,
    paused: paused === true,
    createdAt: instantOrNull(created),
  }));

/** A request without a response: none came, or it is still awaited. The reference also writes `created` for `timestamp`. */
const attemptShape = z
  .object({
    request: z.object({ timestamp: anything, created: anything }).catch({}),
    response: z
      .object({ statusCode: z.int().nullable().catch(null) })
      .nullable()
      .catch(null),
  })
  .transform(({ request, response }) => ({
    sentAt: instantOrNull(request.timestamp) ?? instantOrNull(request.created),
    status: response?.statusCode ?? null,
  }));
const UNREADABLE_ATTEMPT = { sentAt: null, status: null };

const webhookShape = z.object({
  id: id<WebhookId>(),
  eventId: id<EventId>().nullable().catch(null),
  topic: anything.transform(openEnum),
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
