import { createHmac, randomUUID } from "node:crypto";
import { eventBody } from "./routes/events.ts";
import type { Simulator } from "./simulator.ts";
import type { DwollaEvent } from "./state/events.ts";
import type { Attempt, HeaderPair, Subscription, Webhook } from "./state/webhooks.ts";

/** Dwolla waits ten seconds for a 2xx; a redirect counts as a failure. */
const ANSWER_WITHIN_MS = 10_000;
const KEPT_BODY_CHARACTERS = 10_000;

/** Makes a webhook of the event for every subscription and sends it, except to the paused ones. Does not wait for the answers. */
export function announce(simulator: Simulator, event: DwollaEvent, base: string): void {
  const body = JSON.stringify(eventBody(event, base, simulator.world.accountId));
  for (const subscription of simulator.webhooks.subscriptions()) {
    const webhook = simulator.webhooks.add(subscription, event, body);
    if (!subscription.paused) void deliver(simulator, webhook);
  }
}

/** One real POST. Never rejects: what came of it is in the webhook's attempts. */
export async function deliver(
  { clock, stopping }: Simulator,
  { subscription, event, body, attempts }: Webhook,
): Promise<void> {
  const headers = signedHeaders(subscription, event.topic, body);
  const attempt: Attempt = {
    id: randomUUID(),
    request: { timestamp: clock.timestamp(), url: subscription.url, headers: headerPairs(headers), body },
  };
  attempts.push(attempt);
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const response = await fetch(subscription.url, { method: "POST", headers, body, redirect: "manual", signal });
    attempt.response = {
      timestamp: clock.timestamp(),
      headers: headerPairs(response.headers),
      statusCode: response.status,
      body: (await response.text()).slice(0, KEPT_BODY_CHARACTERS),
    };
  } catch {
    // An attempt without a response says that none came.
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
