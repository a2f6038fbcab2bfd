import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { requireCustomer } from "../routes/resources.ts";
import type { Simulator } from "../simulator.ts";
import { findCustomers, searchRequest } from "../world/customer-choice.ts";
import { PARTNER_NAMES } from "../world/partners.ts";
import { readControlBody } from "./control-body.ts";
import { exchangeSummary } from "./exchange-view.ts";

/** Dwolla lets whoever makes a customer leave a mark of their own. */
const MADE_MARK = "simulator-made";

const name = z.string().trim().min(1).max(200);
const partner = z.enum(PARTNER_NAMES);
const customersRequest = z.union([
  z.strictObject({ add: z.int().min(1).max(1_000_000) }),
  z.strictObject({ partner, firstName: name.default("Lab"), lastName: name.default("Customer") }),
]);
const linkRequest = z.strictObject({ partner });

export function registerCustomerControls(app: FastifyInstance, simulator: Simulator): void {
  const { world } = simulator;

  app.get("/customers", async (request) => {
    const { places, isComplete } = await findCustomers(world, readControlBody(searchRequest, request.query));
    const customers = places.map((place) => {
      const customer = world.customerAt(place);
      const { id, firstName, lastName, email } = customer;
      const exchanges = world.exchangesOf(customer).map(exchangeSummary);
      return { customerId: id, firstName, lastName, email, isMade: world.isMade(place), exchanges };
    });
    return { customers, isComplete };
  });

  app.post("/customers", async (request, reply) => {
    const wanted = readControlBody(customersRequest, request.body);
    if ("add" in wanted) {
      simulator.addCustomers(wanted.add);
      return { customers: world.listedCount };
    }
    const { partner, ...person } = wanted;
    const customer = simulator.makeCustomer({ ...person, correlationId: MADE_MARK });
    const linked = simulator.linkBank(customer, world.partner(partner));
    return reply.code(201).send({ customerId: customer.id, email: customer.email, ...linked });
  });

  app.post("/customers/:id/exchanges", async (request, reply) => {
    const wanted = readControlBody(linkRequest, request.body);
    const customer = requireCustomer(simulator, request);
    const linked = simulator.linkBank(customer, world.partner(wanted.partner));
    return reply.code(201).send({ customerId: customer.id, ...linked });
  });

  app.delete("/customers/:id", async (request) => {
    world.removeCustomer(requireCustomer(simulator, request).index);
    return { customers: world.listedCount };
  });
}
