import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conflict, notFound } from "../http/problem.ts";
import { idOf, requireExchange } from "../routes/resources.ts";
import type { Simulator } from "../simulator.ts";
import type { Exchange } from "../world/world.ts";
import { readControlBody } from "./control-body.ts";
import { finishSession } from "./reauthentication.ts";

const breakRequest = z.strictObject({ as: z.enum(["UpdateCredentials", "deactivated", "removed", "warned"]) });

export function registerExchangeControls(app: FastifyInstance, simulator: Simulator): void {
  const { world, clock, events, sessions, delivery } = simulator;

  app.post("/exchanges/:id/break", async (request) => {
    const { as: condition } = readControlBody(breakRequest, request.body);
    const exchange = requireExchange(simulator, request);
    if (condition === "UpdateCredentials") requireBalanceCheck(simulator, exchange);
    world.change(exchange.id, { condition, since: clock.now() });
    if (condition === "warned") delivery.announce(events.addReauthRequired(exchange));
    return { exchangeId: exchange.id, condition };
  });

  app.post("/exchanges/:id/repair", async (request) => {
    const exchange = requireExchange(simulator, request);
    world.change(exchange.id, { condition: "healthy", since: clock.now() });
    return { exchangeId: exchange.id, condition: "healthy" };
  });

  for (const [verb, state] of [
    ["complete", "completed"],
    ["abandon", "abandoned"],
  ] as const) {
    app.post(`/exchange-sessions/:id/${verb}`, async (request) => {
      const session = sessions.get(idOf(request));
      if (session === undefined) throw notFound("Exchange session not found.");
      finishSession(simulator, session, state);
      return { sessionId: session.id, exchangeId: session.exchangeId ?? null, state };
    });
  }
}

/** A break that no balance check could show would make the truth unfindable. */
function requireBalanceCheck({ world }: Simulator, exchange: Exchange): void {
  const { partner } = exchange;
  if (!partner.allowsBalanceChecks)
    throw conflict(`${partner.name} allows no balance checks, so nothing can say UpdateCredentials.`);
  if (exchange.condition !== "removed" && world.hasBank(exchange)) return;
  throw conflict("The exchange has no funding source whose balance could say UpdateCredentials.");
}
