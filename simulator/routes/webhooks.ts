import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { baseUrl, link } from "../http/hal.ts";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Webhook } from "../state/webhooks.ts";
import { idOf } from "./resources.ts";

export function registerWebhooks(app: FastifyInstance, simulator: Simulator): void {
  app.get("/webhooks/:id", async (request) => webhookBody(simulator, request, requireWebhook(simulator, request)));

  app.get("/webhooks/:id/retries", async (request) => {
    const { id, retries } = requireWebhook(simulator, request);
    const self = `${baseUrl(request)}/webhooks/${id}`;
    return {
      _links: { self: link(`${self}/retries`, "retry") },
      _embedded: {
        retries: retries.map((retry) => ({
          _links: { self: link(`${self}/retries/${retry.id}`, "retry"), webhook: link(self, "webhook") },
          ...retry,
        })),
      },
      total: retries.length,
    };
  });

  // The Location is the webhook, whose attempts then show the retry; what Dwolla names there is not documented.
  app.post("/webhooks/:id/retries", async (request, reply) => {
    const webhook = requireWebhook(simulator, request);
    webhook.retries.push({ id: randomUUID(), timestamp: simulator.clock.timestamp() });
    simulator.delivery.send(webhook);
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/webhooks/${webhook.id}`)
      .send();
  });
}

function requireWebhook({ webhooks }: Simulator, request: FastifyRequest): Webhook {
  const webhook = webhooks.webhook(idOf(request));
  if (webhook === undefined) throw notFound();
  return webhook;
}

export function webhookBody({ world }: Simulator, request: FastifyRequest, webhook: Webhook) {
  const base = baseUrl(request);
  const self = `${base}/webhooks/${webhook.id}`;
  return {
    _links: {
      self: link(self, "webhook"),
      subscription: link(`${base}/webhook-subscriptions/${webhook.subscription.id}`, "webhook-subscription"),
      retry: link(`${self}/retries`, "retry"),
      event: link(`${base}/events/${webhook.event.id}`, "event"),
    },
    id: webhook.id,
    topic: webhook.event.topic,
    accountId: world.accountId,
    eventId: webhook.event.id,
    subscriptionId: webhook.subscription.id,
    attempts: webhook.attempts.map(({ id, request, response }) => ({ id, request, response })),
  };
}
