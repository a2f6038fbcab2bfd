import { createHmac, randomUUID } from "node:crypto";

export interface SignedWebhook {
  eventId: string;
  body: string;
  signature: string;
}

interface WebhookAbout {
  topic: string;
  path: "exchanges" | "transfers";
  id: string;
  customerId?: string;
}

/** Every fifth arrives a second time. */
const REPEATED_EVERY = 5;
/** Most of what Dwolla sends is about money on its way; the rest is about bank links, and is queued to be read. */
const ABOUT_LINKS_EVERY = 5;

/** So many webhooks in the order in which they are sent, 20 % of them repetitions. */
export function signedWebhooks(count: number, parts: { secret: string; origin: string }): SignedWebhook[] {
  const webhooks: SignedWebhook[] = [];
  while (webhooks.length < count) {
    const place = webhooks.length;
    const repeated = place % REPEATED_EVERY === REPEATED_EVERY - 1 ? webhooks.at(-2) : undefined;
    webhooks.push(repeated ?? signedWebhook(aboutOf(place), parts));
  }
  return webhooks;
}

function aboutOf(place: number): WebhookAbout {
  return place % ABOUT_LINKS_EVERY === 0
    ? { topic: "customer_exchange_deactivated", path: "exchanges", id: randomUUID() }
    : { topic: "customer_transfer_completed", path: "transfers", id: randomUUID() };
}

export function signedWebhook(
  { topic, path, id, customerId = randomUUID() }: WebhookAbout,
  { secret, origin }: { secret: string; origin: string },
): SignedWebhook {
  const eventId = randomUUID();
  const link = (href: string) => ({ href: `${origin}${href}`, type: "application/vnd.dwolla.v1.hal+json" });
  const body = JSON.stringify({
    _links: {
      self: link(`/events/${eventId}`),
      account: link(`/accounts/${randomUUID()}`),
      resource: link(`/${path}/${id}`),
      customer: link(`/customers/${customerId}`),
    },
    id: eventId,
    created: new Date().toISOString(),
    topic,
    resourceId: id,
  });
  return { eventId, body, signature: createHmac("sha256", secret).update(body).digest("hex") };
}
