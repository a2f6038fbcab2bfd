import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { mischiefRequest, type Webhook } from "../state/webhooks.ts";
import { readControlBody } from "./control-body.ts";
import { webhookView } from "./webhook-view.ts";

const eventRequest = z.strictObject({
  topic: z.string().min(1).max(200),
  customerId: z.uuid(),
  resource: z.strictObject({ path: z.enum(["exchanges", "funding-sources", "customers"]), id: z.uuid() }),
});
/** Which webhooks are meant: those that fit all that is given. */
const choice = z.strictObject({
  id: z.uuid().optional(),
  topic: z.string().min(1).max(200).optional(),
  resourceId: z.uuid().optional(),
});
const sendRequest = choice.extend({ times: z.int().min(1).max(1_000).default(1) });

export function registerWebhookControls(app: FastifyInstance, simulator: Simulator): void {
  const { webhooks, delivery } = simulator;
  const choose = ({ id, topic, resourceId }: z.output<typeof choice>) => {
    const chosen = webhooks
      .all()
      .filter(({ id: ownId, event }) => (id ?? ownId) === ownId && (topic ?? event.topic) === event.topic)
      .filter(({ event }) => (resourceId ?? event.resource.id) === event.resource.id);
    if (chosen.length === 0) throw notFound("No webhook fits.");
    return chosen;
  };
  const doneTo = (chosen: readonly Webhook[]) => ({ webhooks: chosen.map(webhookView) });

  app.post("/webhooks/mischief", async (request) => {
    webhooks.mischief = readControlBody(mischiefRequest, request.body);
    return webhooks.mischief;
  });

  app.get("/webhooks", async () => ({ webhooks: webhooks.all().map(webhookView) }));

  app.post("/webhooks/hold", async (request) => {
    const chosen = choose(readControlBody(choice, request.body));
    for (const webhook of chosen) delivery.hold(webhook);
    return doneTo(chosen);
  });

  app.post("/webhooks/release", async (request) => {
    const held = choose(readControlBody(choice, request.body)).filter(({ isHeld }) => isHeld);
    for (const webhook of held) delivery.release(webhook);
    return doneTo(held);
  });

  app.post("/webhooks/send", async (request) => {
    const { times, ...wanted } = readControlBody(sendRequest, request.body);
    const chosen = choose(wanted);
    for (const webhook of chosen) for (let time = 0; time < times; time += 1) delivery.release(webhook);
    return doneTo(chosen);
  });

  app.post("/events", async (request, reply) => {
    const { topic, resource, customerId } = readControlBody(eventRequest, request.body);
    return reply.code(201).send({ eventId: simulator.announce(topic, resource, customerId).id });
  });
}
