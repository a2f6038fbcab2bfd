import "server-only";
import { getWebhookLag } from "#features/dwolla-events/data.ts";
import { requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { logger } from "#platform/logger.ts";
import { settings } from "#platform/settings.ts";
import { countWebhookRefusals, getWebhookSilence } from "./data.ts";
import { createWebhookReceiver } from "./mutations.ts";

let receiver: ReturnType<typeof createWebhookReceiver> | undefined;

/** Who is asking is said by the signature alone. */
export function loadWebhookAnswer(request: Request): Promise<Response> {
  receiver ??= createWebhookReceiver({
    db: db(),
    secrets: settings().webhookSecrets,
    parseEvent: dwolla().parseEvent,
    now: () => new Date(),
    warn: (facts, message) => logger.warn(facts, message),
  });
  return receiver(request);
}

export type Receiving = Awaited<ReturnType<typeof loadReceiving>>;

/** What has come in lately, from our own data. `now` is ISO 8601, for the ages on the page. */
export async function loadReceiving() {
  await requirePermission("webhook:read");
  const now = new Date();
  const { webhookSilenceMinutes: silenceMinutes } = settings();
  const [lag, silence, refusals] = await Promise.all([
    getWebhookLag(db()),
    getWebhookSilence(db(), { now, silenceMinutes }),
    countWebhookRefusals(db(), now),
  ]);
  return { lag, silence, refusals, silenceMinutes, now: now.toISOString() };
}
