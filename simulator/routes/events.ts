import type { FastifyInstance } from "fastify";
import { baseUrl, link, pageLinks, readPage } from "../http/hal.ts";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { DwollaEvent } from "../state/events.ts";
import { idOf, queryOf } from "./resources.ts";

export function registerEvents(app: FastifyInstance, { events, world }: Simulator): void {
  app.get("/events", async (request) => {
    const page = readPage(queryOf(request));
    const all = events.list();
    const shown = all.slice(page.offset, page.offset + page.limit);
    const base = baseUrl(request);
    return {
      _links: pageLinks(request, page, all.length),
      _embedded: { events: shown.map((event) => eventBody(event, base, world.accountId)) },
      total: all.length,
    };
  });

  app.get("/events/:id", async (request) => {
    const event = events.get(idOf(request));
    if (event === undefined) throw notFound("Event not found.", "notFound");
    return eventBody(event, baseUrl(request), world.accountId);
  });
}

const RESOURCE_TYPES = { exchanges: "exchange", "funding-sources": "funding-source", customers: "customer" } as const;

/** The same body is sent by webhooks. */
export function eventBody({ id, created, topic, resource, customerId }: DwollaEvent, base: string, accountId: string) {
  return {
    _links: {
      self: link(`${base}/events/${id}`, "event"),
      account: link(`${base}/accounts/${accountId}`, "account"),
      resource: link(`${base}/${resource.path}/${resource.id}`, RESOURCE_TYPES[resource.path]),
      customer: link(`${base}/customers/${customerId}`, "customer"),
    },
    id,
    created: new Date(created).toISOString(),
    topic,
    resourceId: resource.id,
  };
}
