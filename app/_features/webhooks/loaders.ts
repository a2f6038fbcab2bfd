import "server-only";
import { Secret } from "#domain/secret.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { logger } from "#platform/logger.ts";
import { createWebhookReceiver } from "./mutations.ts";

let receiver: ReturnType<typeof createWebhookReceiver> | undefined;

/** Who is asking is said by the signature alone. */
export function loadWebhookAnswer(request: Request): Promise<Response> {
  receiver ??= createWebhookReceiver({
    db: db(),
    secrets: env().DWOLLA_WEBHOOK_SECRETS.map((secret) => new Secret(secret)),
    parseEvent: dwolla().parseEvent,
    now: () => new Date(),
    warn: (facts, message) => logger.warn(facts, message),
  });
  return receiver(request);
}
