import type { EventId, WebhookId, WebhookSubscriptionId } from "#domain/ids.ts";
import type { Secret } from "#domain/secret.ts";
import { readAnswer, shapeError } from "./answer.ts";
import type { BaseAddress } from "./base-address.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, deleteRequest, getRequest, LIST_BODY_MAX_BYTES, postRequest } from "./wire-request.ts";
import {
  readList,
  type WireAttempt,
  webhookList,
  webhookSubscriptionList,
  webhookSubscriptionShape,
} from "./wire-schema.ts";

export type WebhookSubscription = {
  id: WebhookSubscriptionId;
  url: string;
  paused: boolean;
  createdAt: Date | null;
};

/** A webhook as Dwolla keeps it for 30 days. No attempt: it was made while the subscription was paused, and never sent. */
export type SentWebhook = {
  id: WebhookId;
  eventId: EventId | null;
  topic: string;
  attempts: number;
  /** An attempt was answered with 2xx, which ends Dwolla's own retries. */
  hasArrived: boolean;
  lastAttemptAt: Date | null;
};

const JSON_BODY = ["content-type", "application/vnd.dwolla.v1.hal+json"];
const CREATED: readonly number[] = [201];

/** @see https://developers.dwolla.com/docs/api-reference/webhook-subscriptions */
export function webhookSubscriptionCalls(call: Call, base: BaseAddress) {
  return {
    /** @throws DwollaError, among others for a url that Dwolla cannot reach and for one subscription too many (5, sandbox 10). */
    async createWebhookSubscription({ url, secret }: { url: string; secret: Secret }): Promise<WebhookSubscriptionId> {
      const body = JSON.stringify({ url, secret: secret.reveal() });
      const request = postRequest("/webhook-subscriptions", { headers: JSON_BODY, body, expects: CREATED });
      const answer = await call(request);
      const id = base.webhookSubscriptionIdIn(answer.headers.location);
      if (id === null) throw shapeError(request, answer, "location: not the address of a subscription at this host");
      return id;
    },

    async listWebhookSubscriptions({ signal }: CallOptions = {}): Promise<WebhookSubscription[]> {
      const request = getRequest("/webhook-subscriptions", { signal });
      return readList(webhookSubscriptionList, request, await call(request)).items;
    },

    /** While it is paused Dwolla makes webhooks and does not send them, not even later. */
    async pauseWebhookSubscription(id: WebhookSubscriptionId, paused: boolean): Promise<WebhookSubscription> {
      const body = JSON.stringify({ paused });
      const request = postRequest("/webhook-subscriptions/{id}", { id, headers: JSON_BODY, body, expects: [200] });
      return readAnswer(webhookSubscriptionShape, request, await call(request));
    },

    async deleteWebhookSubscription(id: WebhookSubscriptionId): Promise<void> {
      await call(deleteRequest("/webhook-subscriptions/{id}", { id }));
    },

    /** Of the last 30 days, in no documented order. A page can be shorter than asked for; an empty one is the end. */
    async listWebhooks(
      id: WebhookSubscriptionId,
      { limit, offset }: { limit: number; offset: number },
      { signal }: CallOptions = {},
    ): Promise<SentWebhook[]> {
      const query = `?${new URLSearchParams({ limit: String(limit), offset: String(offset) })}`;
      const request = getRequest("/webhook-subscriptions/{id}/webhooks", {
        id,
        query,
        maxBytes: LIST_BODY_MAX_BYTES,
        signal,
      });
      const { items } = readList(webhookList, request, await call(request));
      return items.map(({ attempts, ...webhook }) => ({ ...webhook, ...summaryOf(attempts) }));
    },

    /** Makes Dwolla send it once more, paused or not. */
    async retryWebhook(id: WebhookId): Promise<void> {
      await call(postRequest("/webhooks/{id}/retries", { id, headers: JSON_BODY, body: "{}", expects: CREATED }));
    },
  };
}

function summaryOf(attempts: readonly WireAttempt[]): Pick<SentWebhook, "attempts" | "hasArrived" | "lastAttemptAt"> {
  const times = attempts.map(({ sentAt }) => sentAt?.getTime() ?? Number.NaN);
  const last = Math.max(...times);
  return {
    attempts: attempts.length,
    hasArrived: attempts.some(({ status }) => Math.floor((status ?? 0) / 100) === 2),
    lastAttemptAt: Number.isFinite(last) ? new Date(last) : null,
  };
}
