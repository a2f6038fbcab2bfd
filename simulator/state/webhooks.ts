import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { DwollaEvent } from "./events.ts";

export type Subscription = {
  id: string;
  url: string;
  secret: string;
  /** Where the subscriber knows us: the links in its webhooks lead there, by whichever name a control is called. */
  base: string;
  paused: boolean;
  created: number;
  consecutiveFailures: number;
  lastSuccessAt: number | undefined;
};
export type HeaderPair = { name: string; value: string };
export type Attempt = {
  id: string;
  request: { timestamp: string; url: string; headers: HeaderPair[]; body: string };
  response?: { timestamp: string; headers: HeaderPair[]; statusCode: number; body: string };
  /** Nothing more will come of it. */
  isOver: boolean;
};
export type Webhook = {
  id: string;
  subscription: Subscription;
  event: DwollaEvent;
  created: number;
  /** What is sent, byte for byte the same on every attempt. */
  body: string;
  attempts: Attempt[];
  /** When it is sent again by itself; undefined when it arrived, or was tried often enough, or was never to be sent. */
  nextAttemptAt: number | undefined;
  /** Dropped on purpose: made, and never sent. */
  isLost: boolean;
  /** Kept back on purpose, until it is let go. */
  isHeld: boolean;
  /** How often it stands in the queue of its subscription now. */
  queued: number;
  retries: { id: string; timestamp: string }[];
};

/** Dwolla's limit in the sandbox (5 in production). */
export const MOST_SUBSCRIPTIONS = 10;

/** What goes wrong between Dwolla and its subscribers, on purpose. */
export const mischiefRequest = z.strictObject({
  /** The next so many webhooks are made and never sent. */
  lose: z.int().min(0).max(1_000_000).default(0),
  loseShare: z.number().min(0).max(1).default(0),
  duplicateShare: z.number().min(0).max(1).default(0),
  /** Of those that wait, a random one goes first. */
  reorder: z.boolean().default(false),
  /** Each is sent so much later than it is made. */
  delaySeconds: z
    .number()
    .min(0)
    .max(30 * 86_400)
    .default(0),
  /** Webhooks of these topics are made and kept back; `*` is every topic. */
  hold: z.array(z.string().min(1).max(200)).max(50).default([]),
});
export type Mischief = z.infer<typeof mischiefRequest>;
const NO_MISCHIEF: Mischief = mischiefRequest.parse({});

/** It stands in the queue, or an answer is waited for: what comes of it now is not known yet. */
export function isUnderWay({ queued, attempts }: Webhook): boolean {
  return queued > 0 || attempts.some(({ isOver }) => !isOver);
}

const KEPT = 10_000;

/**
 * The newest 10,000 webhooks or a tenth more, oldest first. Older ones are kept while they are wanted: those that wait, are held, or
 * were never sent to a subscription that is still there.
 */
export class Webhooks {
  mischief = NO_MISCHIEF;
  readonly #clock: Clock;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #webhooks = new Map<string, Webhook>();
  readonly #kept: number;
  #dropped = 0;
  #dropAt: number;

  constructor(clock: Clock, kept = KEPT) {
    this.#clock = clock;
    this.#kept = kept;
    this.#dropAt = this.#withSlack(kept);
  }

  subscribe({ url, secret, base }: Pick<Subscription, "url" | "secret" | "base">): Subscription {
    const subscription: Subscription = {
      id: randomUUID(),
      url,
      secret,
      base,
      paused: false,
      created: this.#clock.now(),
      consecutiveFailures: 0,
      lastSuccessAt: undefined,
    };
    this.#subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  subscriptions(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  subscription(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  /** What was made for it stays, and is not sent again by itself. */
  unsubscribe(id: string): void {
    for (const webhook of this.webhooksOf(id)) webhook.nextAttemptAt = undefined;
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
      nextAttemptAt: undefined,
      isLost: false,
      isHeld: false,
      queued: 0,
      retries: [],
    };
    this.#webhooks.set(webhook.id, webhook);
    if (this.#webhooks.size >= this.#dropAt) this.#dropOldest();
    return webhook;
  }

  /** How many were dropped because they were old and done with. */
  get dropped(): number {
    return this.#dropped;
  }

  webhook(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  all(): Webhook[] {
    return [...this.#webhooks.values()];
  }

  webhooksOf(subscriptionId: string): Webhook[] {
    return [...this.#webhooks.values()].filter(({ subscription }) => subscription.id === subscriptionId);
  }

  /** Oldest first. */
  about(resourceId: string): Webhook[] {
    return [...this.#webhooks.values()].filter(({ event }) => event.resource.id === resourceId);
  }

  reset(): void {
    this.mischief = NO_MISCHIEF;
    this.#subscriptions.clear();
    this.#webhooks.clear();
    this.#dropped = 0;
    this.#dropAt = this.#withSlack(this.#kept);
  }

  /** The oldest are dropped many at once. */
  #withSlack(size: number): number {
    return size + Math.ceil(this.#kept / 10);
  }

  #dropOldest(): void {
    const old = this.all().slice(0, -this.#kept);
    const unwanted = old.filter((webhook) => !this.#isWanted(webhook));
    for (const { id } of unwanted) this.#webhooks.delete(id);
    this.#dropped += unwanted.length;
    // Counted from what is left: a log full of webhooks that wait is not read through for each new one.
    this.#dropAt = this.#withSlack(this.#webhooks.size);
  }

  #isWanted(webhook: Webhook): boolean {
    if (isUnderWay(webhook) || webhook.isHeld || webhook.nextAttemptAt !== undefined) return true;
    return webhook.attempts.length === 0 && this.#subscriptions.has(webhook.subscription.id);
  }
}
