import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { notFound } from "../http/problem.ts";
import { idOf } from "../routes/resources.ts";
import type { Simulator } from "../simulator.ts";
import { PARTNER_BREAKS } from "../world/breaks.ts";
import type { Partner } from "../world/partners.ts";
import { readControlBody } from "./control-body.ts";

const breakRequest = z.strictObject({ as: z.enum(PARTNER_BREAKS) });

/** What happens to every exchange of a partner at once. A partner goes by its id or its name. */
export function registerPartnerControls(app: FastifyInstance, { world }: Simulator): void {
  const requirePartner = (request: FastifyRequest): Partner => {
    const wanted = idOf(request);
    const partner = [...world.partners.values()].find(({ id, name }) => id === wanted || name === wanted);
    if (partner === undefined) throw notFound("No exchange partner has this id or name.");
    return partner;
  };

  app.post("/partners/:id/break", async (request) => {
    const { as } = readControlBody(breakRequest, request.body);
    const { id, name } = requirePartner(request);
    world.breakPartner(name, as);
    return { partnerId: id, partner: name, as };
  });

  app.post("/partners/:id/repair", async (request) => {
    const { id, name } = requirePartner(request);
    world.repairPartner(name);
    return { partnerId: id, partner: name, as: null };
  });
}
