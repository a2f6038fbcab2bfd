import type { FastifyInstance } from "fastify";
import {
  claimIdempotencyKey,
  enforceLimits,
  letFaultStrike,
  requireAccessToken,
  requireHalAccepted,
  requireHost,
} from "../http/guards.ts";
import { HAL_TYPE } from "../http/hal.ts";
import type { Simulator } from "../simulator.ts";
import { registerCustomers } from "./customers.ts";
import { registerEvents } from "./events.ts";
import { registerExchangePartners } from "./exchange-partners.ts";
import { registerExchangeSessions } from "./exchange-sessions.ts";
import { registerExchanges } from "./exchanges.ts";
import { registerFundingSources } from "./funding-sources.ts";
import { registerRoot } from "./root.ts";
import { registerToken } from "./token.ts";
import { registerWebhookSubscriptions } from "./webhook-subscriptions.ts";
import { registerWebhooks } from "./webhooks.ts";

/** The part of Dwolla's API that a bank-link desk uses. @returns its operations, `GET /customers/{id}`, once the app is ready. */
export function registerDwollaApi(app: FastifyInstance, simulator: Simulator): readonly string[] {
  const operations: string[] = [];
  const note = (plugin: FastifyInstance) =>
    plugin.addHook("onRoute", ({ method, url }) => void operations.push(`${method} ${url.replace(":id", "{id}")}`));
  app.register(async (tokens) => {
    note(tokens);
    tokens.addHook("onRequest", (request, reply) => enforceLimits(simulator, request, reply));
    tokens.addHook("preHandler", (request, reply) => letFaultStrike(simulator, request, reply));
    registerToken(tokens, simulator);
  });
  app.register(async (api) => {
    note(api);
    api.addHook("onRequest", async (request, reply) => {
      reply.type(HAL_TYPE);
      await enforceLimits(simulator, request, reply);
      if (reply.sent) return;
      requireHost(request);
      requireAccessToken(simulator, request);
      requireHalAccepted(request);
    });
    api.addHook("preHandler", async (request, reply) => {
      claimIdempotencyKey(simulator, request, reply);
      await letFaultStrike(simulator, request, reply);
    });
    api.setReplySerializer((payload) => JSON.stringify(payload));
    registerRoot(api, simulator);
    registerCustomers(api, simulator);
    registerExchanges(api, simulator);
    registerExchangeSessions(api, simulator);
    registerExchangePartners(api, simulator);
    registerFundingSources(api, simulator);
    registerEvents(api, simulator);
    registerWebhookSubscriptions(api, simulator);
    registerWebhooks(api, simulator);
  });
  return operations;
}
