import type { DwollaClient } from "#dwolla/client.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import type { WebhookSubscription } from "#dwolla/webhook-subscriptions.ts";

/** The page is drawn from our own data; this part of it must not keep anybody waiting. */
const PATIENCE_MS = 3_000;
/** Many may leave the page open, and it reads itself again by itself; what is pressed on it is seen at once. */
const ANSWER_LIFE_MS = 60_000;

/** Instants are ISO 8601. */
export interface SubscriptionView {
  id: string;
  /** Of another's only where it leads: the rest of an address can hold a secret. */
  address: string;
  isPaused: boolean;
  createdAt: string | null;
}

export type SubscriptionsAnswer =
  | { isAnswered: true; ours: SubscriptionView[]; others: SubscriptionView[] }
  | { isAnswered: false; kind: string; status: number | null };

const latest = new WeakMap<DwollaClient, { answer: Promise<SubscriptionsAnswer>; askedAt: number }>();

/** What Dwolla says about subscriptions, a minute old at most. Never rejects because of Dwolla. */
export function getSubscriptions(dwolla: DwollaClient, webhookUrl: string): Promise<SubscriptionsAnswer> {
  const known = latest.get(dwolla);
  if (known && Date.now() - known.askedAt < ANSWER_LIFE_MS) return known.answer;
  const answer = askForSubscriptions(dwolla, webhookUrl);
  latest.set(dwolla, { answer, askedAt: Date.now() });
  return answer;
}

/** After a change: the next one to look asks anew. */
export function forgetSubscriptions(dwolla: DwollaClient): void {
  latest.delete(dwolla);
}

async function askForSubscriptions(dwolla: DwollaClient, webhookUrl: string): Promise<SubscriptionsAnswer> {
  try {
    const all = await dwolla.listWebhookSubscriptions({ signal: AbortSignal.timeout(PATIENCE_MS) });
    const ours = all.filter((each) => isOurs(each, webhookUrl));
    return {
      isAnswered: true,
      ours: ours.map((each) => ({ ...toView(each), address: each.url })),
      others: all.filter((each) => !ours.includes(each)).map(toView),
    };
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    return { isAnswered: false, kind: error.kind, status: error.status };
  }
}

/** Ours is what sends to our address, whoever made it. */
export function isOurs({ url }: WebhookSubscription, webhookUrl: string): boolean {
  return url === webhookUrl || (URL.canParse(url) && new URL(url).href === new URL(webhookUrl).href);
}

function toView({ id, url, paused, createdAt }: WebhookSubscription): SubscriptionView {
  const address = URL.canParse(url) ? new URL(url).origin : "an address that cannot be read";
  return { id, address, isPaused: paused, createdAt: createdAt?.toISOString() ?? null };
}
