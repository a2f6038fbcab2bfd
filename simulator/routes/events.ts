import type { FastifyInstance } from "fastify";
import { eventBody } from "../http/event-body.ts";
import { baseUrl, pageLinks, readPage } from "../http/hal.ts";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { idOf, queryOf } from "./resources.ts";

export function registerEvents(app: FastifyInstance, { events, world }: Simulator): void {
  app.get("/events", async (request) => {
    const page = readPage(queryOf(request));
    const { shown, total } = events.page(page);
    const base = baseUrl(request);
    return {
      _links: pageLinks(request, page, total),
      _embedded: { events: shown.map((event) => eventBody(event, base, world.accountId)) },
      total,
    };
  });

  app.get("/events/:id", async (request) => {
    const event = events.get(idOf(request));
    if (event === undefined) throw notFound();
    return eventBody(event, baseUrl(request), world.accountId);
  });
}
