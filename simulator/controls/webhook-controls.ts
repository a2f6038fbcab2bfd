import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Simulator } from "../simulator.ts";
import { mischiefRequest, type Webhook } from "../state/webhooks.ts";
import { readControlBody } from "./control-body.ts";

const eventRequest = z.strictObject({
  topic: z.string().min(1).max(200),
  customerId: z.uuid(),
  resource: z.strictObject({ path: z.enum(["exchanges", "funding-sources", "customers"]), id: z.uuid() }),
});

export function registerWebhookControls(app: FastifyInstance, { webhooks, events, delivery, clock }: Simulator): void {
  app.post("/webhooks/mischief", async (request) => {
    webhooks.mischief = readControlBody(mischiefRequest, request.body);
    return webhooks.mischief;
  });

  app.get("/webhooks", async () => ({ webhooks: webhooks.all().map(view) }));

  app.post("/events", async (request, reply) => {
    const wanted = readControlBody(eventRequest, request.body);
    const event = events.add({ ...wanted, id: randomUUID(), created: clock.now() });
    delivery.announce(event);
    return reply.code(201).send({ eventId: event.id });
  });
}

function view({ id, event, attempts, isLost, nextAttemptAt }: Webhook) {
  return {
    id,
    eventId: event.id,
    topic: event.topic,
    isLost,
    attempts: attempts.map(({ request, response, isOver }) => ({
      at: request.timestamp,
      status: response?.statusCode ?? null,
      isOver,
    })),
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
  };
}
