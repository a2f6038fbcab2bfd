import type { FastifyInstance, FastifyRequest } from "fastify";
import { baseUrl, link, pageLinks, readPage } from "../http/hal.ts";
import { notFound, Problem, validationProblem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { MOST_SUBSCRIPTIONS, type Subscription, type Webhook } from "../state/webhooks.ts";
import { idOf, queryOf, textAt } from "./resources.ts";
import { webhookBody } from "./webhooks.ts";

export function registerWebhookSubscriptions(app: FastifyInstance, simulator: Simulator): void {
  const { webhooks } = simulator;

  app.post("/webhook-subscriptions", async (request, reply) => {
    const { url, secret } = readSubscription(request.body);
    if (webhooks.subscriptions().length >= MOST_SUBSCRIPTIONS) {
      throw new Problem(400, "MaxNumberOfResources", "The maximum number of subscriptions has been reached.");
    }
    const base = baseUrl(request);
    const { id } = webhooks.subscribe({ url, secret, base });
    return reply.code(201).header("location", `${base}/webhook-subscriptions/${id}`).send();
  });

  app.get("/webhook-subscriptions", async (request) => {
    const subscriptions = webhooks
      .subscriptions()
      .map((subscription) => subscriptionBody(subscription, baseUrl(request)));
    return {
      _links: { self: link(`${baseUrl(request)}/webhook-subscriptions`, "webhook-subscription") },
      _embedded: { "webhook-subscriptions": subscriptions },
      total: subscriptions.length,
    };
  });

  app.get("/webhook-subscriptions/:id", async (request) =>
    subscriptionBody(requireSubscription(simulator, request), baseUrl(request)),
  );

  app.post("/webhook-subscriptions/:id", async (request) => {
    const subscription = requireSubscription(simulator, request);
    subscription.paused = readPaused(request.body);
    return subscriptionBody(subscription, baseUrl(request));
  });

  app.delete("/webhook-subscriptions/:id", async (request) => {
    const subscription = requireSubscription(simulator, request);
    webhooks.unsubscribe(subscription.id);
    return subscriptionBody(subscription, baseUrl(request));
  });

  app.get("/webhook-subscriptions/:id/webhooks", async (request) => {
    const subscription = requireSubscription(simulator, request);
    const page = readPage(queryOf(request));
    const fitting = webhooks.webhooksOf(subscription.id).filter(webhookFilter(queryOf(request)));
    const shown = fitting.slice(page.offset, page.offset + page.limit);
    return {
      _links: pageLinks(request, page, fitting.length),
      _embedded: { webhooks: shown.map((webhook) => webhookBody(simulator, request, webhook)) },
      total: fitting.length,
    };
  });
}

function requireSubscription({ webhooks }: Simulator, request: FastifyRequest): Subscription {
  const subscription = webhooks.subscription(idOf(request));
  if (subscription === undefined) throw notFound();
  return subscription;
}

/** Dwolla wants HTTPS and a public host; ours also sends to http and to this machine, which is what it is for. */
function readSubscription(body: unknown): { url: string; secret: string } {
  const url = textAt(body, "url");
  const secret = textAt(body, "secret");
  if (!url) throw validationProblem({ code: "Required", message: "Url required.", path: "/url" });
  if (!URL.canParse(url) || !/^https?:\/\//.test(url)) {
    throw validationProblem({ code: "InvalidFormat", message: "Url must be a valid url.", path: "/url" });
  }
  if (!secret) throw validationProblem({ code: "Required", message: "Secret required.", path: "/secret" });
  if (secret.length > 128) {
    throw validationProblem({
      code: "InvalidFormat",
      message: "Secret must be 128 or fewer characters.",
      path: "/secret",
    });
  }
  return { url, secret };
}

function readPaused(body: unknown): boolean {
  const paused = typeof body === "object" && body !== null && "paused" in body ? body.paused : undefined;
  if (typeof paused === "boolean") return paused;
  throw validationProblem({ code: "Required", message: "Paused required.", path: "/paused" });
}

function subscriptionBody({ id, url, paused, created }: Subscription, base: string) {
  const self = `${base}/webhook-subscriptions/${id}`;
  return {
    _links: { self: link(self, "webhook-subscription"), webhooks: link(`${self}/webhooks`, "webhook") },
    id,
    url,
    paused,
    created: new Date(created).toISOString(),
  };
}

/** startDate and endDate are days (YYYY-MM-DD), both included; resourceId is what the event is about. */
function webhookFilter({ startDate, endDate, resourceId }: Readonly<Record<string, unknown>>) {
  return ({ created, event }: Webhook) => {
    const day = new Date(created).toISOString().slice(0, 10);
    if (typeof startDate === "string" && day < startDate) return false;
    if (typeof endDate === "string" && day > endDate) return false;
    return typeof resourceId !== "string" || event.resource.id === resourceId;
  };
}
