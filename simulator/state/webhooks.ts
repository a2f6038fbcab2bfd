import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { DwollaEvent } from "./events.ts";

export type Subscription = { id: string; url: string; secret: string; paused: boolean; created: number };
export type HeaderPair = { name: string; value: string };
export type Attempt = {
  id: string;
  request: { timestamp: string; url: string; headers: HeaderPair[]; body: string };
  response?: { timestamp: string; headers: HeaderPair[]; statusCode: number; body: string };
};
export type Webhook = {
  id: string;
  subscription: Subscription;
  event: DwollaEvent;
  created: number;
  /** What is sent, byte for byte the same on every attempt. */
  body: string;
  attempts: Attempt[];
  retries: { id: string; timestamp: string }[];
};

/** Dwolla's limit in the sandbox (5 in production). */
export const MOST_SUBSCRIPTIONS = 10;

export class Webhooks {
  readonly #clock: Clock;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #webhooks = new Map<string, Webhook>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  subscribe(url: string, secret: string): Subscription {
    const subscription: Subscription = { id: randomUUID(), url, secret, paused: false, created: this.#clock.now() };
    this.#subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  subscription(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  unsubscribe(id: string): void {
    this.#subscriptions.delete(id);
  }

  add(subscription: Subscription, event: DwollaEvent, body: string): Webhook {
    const webhook: Webhook = {
      id: randomUUID(),
      subscription,
      event,
      created: this.#clock.now(),
      body,
      attempts: [],
      retries: [],
    };
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  webhook(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  webhooksOf(subscriptionId: string): Webhook[] {
    return [...this.#webhooks.values()].filter(({ subscription }) => subscription.id === subscriptionId);
  }

  reset(): void {
    this.#subscriptions.clear();
    this.#webhooks.clear();
  }
}
