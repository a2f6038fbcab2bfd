import { createHmac, randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { eventBody } from "./http/event-body.ts";
import type { DwollaEvent } from "./state/events.ts";
import type { Attempt, HeaderPair, Subscription, Webhook, Webhooks } from "./state/webhooks.ts";
import type { World } from "./world/world.ts";

/** Dwolla waits ten seconds for a 2xx; a redirect counts as a failure. */
const ANSWER_WITHIN_MS = 10_000;
const KEPT_BODY_CHARACTERS = 10_000;
/** Dwolla sends bursts of ten. */
const MOST_AT_ONCE = 10;
const HOUR_MS = 3_600_000;
/** Eight retries, counted from the first attempt: 15 minutes, then 1 to 72 hours. */
const RETRY_AFTER_MS = [HOUR_MS / 4, ...[1, 3, 6, 12, 24, 48, 72].map((hours) => hours * HOUR_MS)];
/** A subscription is paused after so many failures in a row and as long since the last success. */
const PAUSE_AFTER_FAILURES = 400;
const PAUSE_AFTER_MS = 24 * HOUR_MS;
/** Real time passes too: retries that become due by themselves are looked for this often. */
const LOOK_EVERY_MS = 1_000;

type Parts = { clock: Clock; world: World; webhooks: Webhooks; random?: () => number };

/**
 * Sends webhooks as Dwolla documents it, on the simulator's clock.
 * @see https://developers.dwolla.com/docs/api-reference/webhook-subscriptions
 */
export class WebhookDelivery {
  readonly #clock: Clock;
  readonly #world: World;
  readonly #webhooks: Webhooks;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  readonly #waiting = new Map<Subscription, Webhook[]>();
  readonly #underWay = new Map<Subscription, number>();
  readonly #timer: NodeJS.Timeout;
  /** While Dwolla is down it sends nothing. */
  isHeld: () => boolean = () => false;

  constructor({ clock, world, webhooks, random = Math.random }: Parts) {
    this.#clock = clock;
    this.#world = world;
    this.#webhooks = webhooks;
    this.#random = random;
    clock.onMoved(() => this.sendDue());
    this.#timer = setInterval(() => this.sendDue(), LOOK_EVERY_MS).unref();
  }

  /**
   * Makes a webhook of the event for every subscription and sends it, except to the paused ones. Does not wait for the answers.
   * `arrives` false: every webhook of it is lost.
   */
  announce(event: DwollaEvent, { arrives = true }: { arrives?: boolean } = {}): void {
    for (const subscription of this.#webhooks.subscriptions()) {
      const body = JSON.stringify(eventBody(event, subscription.base, this.#world.accountId));
      const webhook = this.#webhooks.add(subscription, event, body);
      webhook.isLost = !arrives || this.#isToBeLost();
      webhook.isHeld = !webhook.isLost && this.#isToBeHeld(event);
      if (subscription.paused || webhook.isLost || webhook.isHeld) continue;
      const { delaySeconds, duplicateShare } = this.#webhooks.mischief;
      if (delaySeconds > 0) {
        webhook.nextAttemptAt = this.#clock.now() + delaySeconds * 1000;
        continue;
      }
      this.send(webhook);
      if (this.#random() < duplicateShare) this.send(webhook);
    }
  }

  /** Keeps back what was not sent yet, and what would be sent again. */
  hold(webhook: Webhook): void {
    webhook.isHeld = true;
    webhook.queued = 0;
    webhook.nextAttemptAt = undefined;
    const waiting = this.#waiting.get(webhook.subscription) ?? [];
    this.#waiting.set(
      webhook.subscription,
      waiting.filter((each) => each !== webhook),
    );
  }

  /** Sends what was kept back. */
  release(webhook: Webhook): void {
    webhook.isHeld = false;
    this.send(webhook);
  }

  send(webhook: Webhook): void {
    const { subscription } = webhook;
    const waiting = this.#waiting.get(subscription) ?? [];
    waiting.push(webhook);
    this.#waiting.set(subscription, waiting);
    webhook.queued += 1;
    // After this turn, so that a burst is there before the first of it goes.
    setImmediate(() => this.#sendNext(subscription));
  }

  sendDue(): void {
    if (this.isHeld()) return;
    const now = this.#clock.now();
    for (const webhook of this.#webhooks.all()) {
      if (webhook.nextAttemptAt === undefined || webhook.nextAttemptAt > now) continue;
      webhook.nextAttemptAt = undefined;
      if (!webhook.subscription.paused) this.send(webhook);
    }
  }

  /** No delivery outlives the simulator. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  #isToBeLost(): boolean {
    const { mischief } = this.#webhooks;
    if (mischief.lose > 0) {
      this.#webhooks.mischief = { ...mischief, lose: mischief.lose - 1 };
      return true;
    }
    return this.#random() < mischief.loseShare;
  }

  #isToBeHeld({ topic }: DwollaEvent): boolean {
    const { hold } = this.#webhooks.mischief;
    return hold.includes("*") || hold.includes(topic);
  }

  #sendNext(subscription: Subscription): void {
    const waiting = this.#waiting.get(subscription) ?? [];
    const underWay = this.#underWay.get(subscription) ?? 0;
    if (waiting.length === 0 || underWay >= MOST_AT_ONCE || this.#stopping.signal.aborted) return;
    const place = this.#webhooks.mischief.reorder ? Math.floor(this.#random() * waiting.length) : 0;
    const [webhook] = waiting.splice(place, 1);
    if (webhook === undefined) return;
    webhook.queued -= 1;
    this.#underWay.set(subscription, underWay + 1);
    void this.#attempt(webhook).finally(() => {
      this.#underWay.set(subscription, (this.#underWay.get(subscription) ?? 1) - 1);
      this.#sendNext(subscription);
    });
    this.#sendNext(subscription);
  }

  /** One real POST. Never rejects: what came of it is in the webhook's attempts. */
  async #attempt(webhook: Webhook): Promise<void> {
    const { subscription, event, body, attempts } = webhook;
    const headers = signedHeaders(subscription, event.topic, body);
    const request = { timestamp: this.#clock.timestamp(), url: subscription.url, headers: headerPairs(headers), body };
    const attempt: Attempt = { id: randomUUID(), request, isOver: false };
    attempts.push(attempt);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const response = await fetch(subscription.url, { method: "POST", headers, body, redirect: "manual", signal });
      attempt.response = {
        timestamp: this.#clock.timestamp(),
        headers: headerPairs(response.headers),
        statusCode: response.status,
        body: (await response.text()).slice(0, KEPT_BODY_CHARACTERS),
      };
    } catch {
      // An attempt without a response says that none came.
    }
    this.#settle(webhook, attempt);
  }

  #settle(webhook: Webhook, attempt: Attempt): void {
    attempt.isOver = true;
    const { response } = attempt;
    const { subscription, attempts } = webhook;
    const now = this.#clock.now();
    if (response !== undefined && response.statusCode >= 200 && response.statusCode < 300) {
      subscription.consecutiveFailures = 0;
      subscription.lastSuccessAt = now;
      webhook.nextAttemptAt = undefined;
      return;
    }
    subscription.consecutiveFailures += 1;
    const isSilentFor = now - (subscription.lastSuccessAt ?? subscription.created);
    if (subscription.consecutiveFailures >= PAUSE_AFTER_FAILURES && isSilentFor >= PAUSE_AFTER_MS)
      subscription.paused = true;
    const retryAfterMs = RETRY_AFTER_MS[attempts.length - 1];
    const firstAt = Date.parse(attempts[0]?.request.timestamp ?? this.#clock.timestamp());
    webhook.nextAttemptAt = retryAfterMs === undefined || webhook.isHeld ? undefined : firstAt + retryAfterMs;
  }
}

function signedHeaders({ secret }: Subscription, topic: string, body: string): Headers {
  return new Headers({
    "content-type": "application/json; charset=UTF-8",
    "user-agent": "dwolla-webhooks/1.0",
    "x-dwolla-topic": topic,
    "x-request-signature-sha-256": createHmac("sha256", secret).update(body).digest("hex"),
  });
}

function headerPairs(headers: Headers): HeaderPair[] {
  return [...headers].map(([name, value]) => ({ name, value }));
}
