import type { Webhook } from "../state/webhooks.ts";

/** A webhook and what came of it, without what it says. */
export function webhookView({ id, event, created, attempts, isLost, isHeld, nextAttemptAt }: Webhook) {
  return {
    id,
    eventId: event.id,
    topic: event.topic,
    resourceId: event.resource.id,
    created: new Date(created).toISOString(),
    isLost,
    isHeld,
    attempts: attempts.map(({ request, response, isOver }) => ({
      at: request.timestamp,
      status: response?.statusCode ?? null,
      isOver,
    })),
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
  };
}
