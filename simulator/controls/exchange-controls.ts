import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conflict, notFound } from "../http/problem.ts";
import { idOf, requireExchange } from "../routes/resources.ts";
import type { Simulator } from "../simulator.ts";
import { ACCOUNTS } from "../state/exchange-sessions.ts";
import { BREAKS } from "../world/breaks.ts";
import type { Exchange } from "../world/exchanges.ts";
import { readControlBody } from "./control-body.ts";
import { exchangeView } from "./exchange-view.ts";
import { abandonSession, completeSession } from "./reauthentication.ts";

const breakRequest = z.strictObject({
  as: z.enum(BREAKS),
  /** Whether the webhook of an announcement arrives. Its event is listed all the same. */
  webhook: z.boolean().default(true),
});
const completeRequest = z.strictObject({ account: z.enum(ACCOUNTS).default("same") });

export function registerExchangeControls(app: FastifyInstance, simulator: Simulator): void {
  const { world, events, sessions, delivery } = simulator;

  const requireSession = (id: string) => {
    const session = sessions.get(id);
    if (session === undefined) throw notFound("Exchange session not found.");
    return session;
  };

  app.get("/exchanges/:id", async (request) => exchangeView(simulator, requireExchange(simulator, request)));

  app.post("/exchanges/:id/break", async (request) => {
    const { as, webhook } = readControlBody(breakRequest, request.body);
    const exchange = requireExchange(simulator, request);
    if (as === "UpdateCredentials") requireBalanceCheck(simulator, exchange);
    const broken = world.break(exchange, as);
    const isAnnounced = as === "warned" || as === "pending-disconnect";
    if (isAnnounced) delivery.announce(events.addReauthRequired(broken), { arrives: webhook });
    return { exchangeId: exchange.id, condition: broken.condition };
  });

  app.post("/exchanges/:id/repair", async (request) => {
    const { id } = requireExchange(simulator, request);
    world.repair(id);
    return { exchangeId: id, condition: "healthy" };
  });

  app.post("/exchange-sessions/:id/complete", async (request) => {
    const { account } = readControlBody(completeRequest, request.body ?? {});
    const session = requireSession(idOf(request));
    completeSession(simulator, session, account);
    const condition = world.exchange(session.exchangeId ?? "")?.condition ?? null;
    return { sessionId: session.id, exchangeId: session.exchangeId ?? null, state: session.state, condition };
  });

  app.post("/exchange-sessions/:id/abandon", async (request) => {
    const session = requireSession(idOf(request));
    abandonSession(simulator, session);
    return { sessionId: session.id, exchangeId: session.exchangeId ?? null, state: session.state };
  });
}

/** A break that no balance check could show would make the truth unfindable. */
function requireBalanceCheck({ world }: Simulator, exchange: Exchange): void {
  const { name, allowsBalanceChecks } = exchange.partner;
  if (!allowsBalanceChecks) throw conflict(`${name} allows no balance checks, so nothing can say UpdateCredentials.`);
  if (world.canRefuse(exchange)) return;
  throw conflict("The exchange has no funding source whose balance could say UpdateCredentials.");
}
