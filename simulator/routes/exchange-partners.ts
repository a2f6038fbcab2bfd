import type { FastifyInstance } from "fastify";
import { baseUrl, link } from "../http/hal.ts";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Partner } from "../world/partners.ts";
import { idOf } from "./resources.ts";

export function registerExchangePartners(app: FastifyInstance, { world }: Simulator): void {
  app.get("/exchange-partners", async (request) => {
    const base = baseUrl(request);
    const partners = [...world.partners.values()].map((partner) => partnerBody(partner, base));
    return {
      _links: { self: link(`${base}/exchange-partners`, "exchange-partner") },
      _embedded: { "exchange-partners": partners },
      total: partners.length,
    };
  });

  app.get("/exchange-partners/:id", async (request) => {
    const partner = world.partnerById(idOf(request));
    if (partner === undefined) throw notFound();
    return partnerBody(partner, baseUrl(request));
  });
}

function partnerBody({ id, name, created }: Partner, base: string) {
  return {
    _links: {
      self: link(`${base}/exchange-partners/${id}`, "exchange-partner"),
      "funding-source": link(`${base}/funding-sources`, "funding-source"),
    },
    id,
    name,
    status: "active",
    created,
  };
}
