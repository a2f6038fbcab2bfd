import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { notFound, Problem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { isUnderWay, mischiefRequest, type Webhook } from "../state/webhooks.ts";
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
/** `is` under-way: it is being sent, or about to be. The newest `limit` of those that fit. */
const listRequest = choice.extend({
  is: z.literal("under-way").optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
});
/** All of a queue are in memory. */
const MOST_SENT = 10_000;

export function registerWebhookControls(app: FastifyInstance, simulator: Simulator): void {
  const { webhooks, delivery } = simulator;
  const fitting = ({ id, topic, resourceId }: z.output<typeof choice>) =>
    webhooks
      .all()
      .filter(({ id: ownId, event }) => (id ?? ownId) === ownId && (topic ?? event.topic) === event.topic)
      .filter(({ event }) => (resourceId ?? event.resource.id) === event.resource.id);
  const choose = (wanted: z.output<typeof choice>) => {
    const chosen = fitting(wanted);
    if (chosen.length === 0) throw notFound("No webhook fits.");
    return chosen;
  };
  const doneTo = (chosen: readonly Webhook[]) => ({ webhooks: chosen.map(webhookView) });

  app.post("/webhooks/mischief", async (request) => {
    webhooks.mischief = readControlBody(mischiefRequest, request.body);
    return webhooks.mischief;
  });

  app.get("/webhooks", async (request) => {
    const { limit, is, ...wanted } = readControlBody(listRequest, request.query);
    const found = fitting(wanted).filter((webhook) => is === undefined || isUnderWay(webhook));
    return { webhooks: found.slice(-limit).map(webhookView), total: found.length, dropped: webhooks.dropped };
  });

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
    if (chosen.length * times > MOST_SENT) {
      throw new Problem(
        400,
        "InvalidControl",
        `At most ${MOST_SENT} are sent at once. Choose fewer webhooks or times.`,
      );
    }
    for (const webhook of chosen) for (let time = 0; time < times; time += 1) delivery.release(webhook);
    return doneTo(chosen);
  });

  app.post("/events", async (request, reply) => {
    const { topic, resource, customerId } = readControlBody(eventRequest, request.body);
    return reply.code(201).send({ eventId: simulator.announce(topic, resource, customerId).id });
  });
}
