import type { FastifyInstance, FastifyRequest } from "fastify";
import { baseUrl, link } from "../http/hal.ts";
import { Problem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Exchange } from "../world/exchanges.ts";
import type { Partner } from "../world/partners.ts";
import { requireCustomer, requireExchange, textAt } from "./resources.ts";

const CUSTOMER_ID_NOT_FOUND = "Customer ID not found. Check Customer ID.";

export function registerExchanges(app: FastifyInstance, simulator: Simulator): void {
  const { world } = simulator;

  // The exchanges of the account itself, never those of its customers. This account has none.
  app.get("/exchanges", async (request) => exchangeList(simulator, request, [], "/exchanges"));

  app.get("/exchanges/:id", async (request) => exchangeBody(simulator, request, requireExchange(simulator, request)));

  app.get("/customers/:id/exchanges", async (request) => {
    const customer = requireCustomer(simulator, request, CUSTOMER_ID_NOT_FOUND, "NotFound");
    return exchangeList(simulator, request, world.exchangesOf(customer), `/customers/${customer.id}/exchanges`);
  });

  app.post("/customers/:id/exchanges", async (request, reply) => {
    const customer = requireCustomer(simulator, request, "The requested resource was not found.", "NotFound");
    const partner = requirePartner(simulator, request);
    if (!hasExchangeToken(partner, request.body)) throw invalidExchangeToken();
    const exchange = world.addExchange(customer, partner);
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/exchanges/${exchange.id}`)
      .send();
  });
}

/** The partner that a body's `_links.exchange-partner` names. */
export function requirePartner({ world }: Simulator, request: FastifyRequest): Partner {
  const href = textAt(request.body, "_links", "exchange-partner", "href");
  const partner = world.partnerById(href?.split("/").at(-1) ?? "");
  if (partner === undefined) throw new Problem(400, "ValidationError", "/_links/exchange-partner/href is invalid");
  return partner;
}

function hasExchangeToken({ name }: Partner, body: unknown): boolean {
  if (textAt(body, "token")) return true;
  if (name === "MX") return Boolean(textAt(body, "mx", "availableConnectionToken"));
  if (name === "Plaid") return Boolean(textAt(body, "plaid", "publicToken"));
  return name === "Finicity" && Boolean(textAt(body, "finicity", "receiptId"));
}

function invalidExchangeToken(): Problem {
  return new Problem(
    401,
    "InvalidExchangeToken",
    "The exchange token is not valid to perform this operation. Either the token is expired or invalid, or the products permissions to the token are invalid or expired.",
  );
}

function exchangeList(simulator: Simulator, request: FastifyRequest, exchanges: readonly Exchange[], path: string) {
  return {
    _links: { self: link(`${baseUrl(request)}${path}`, "exchange") },
    _embedded: { exchanges: exchanges.map((exchange) => exchangeBody(simulator, request, exchange)) },
    total: exchanges.length,
  };
}

function exchangeBody({ world }: Simulator, request: FastifyRequest, exchange: Exchange) {
  const base = baseUrl(request);
  return {
    _links: {
      self: link(`${base}/exchanges/${exchange.id}`, "exchange"),
      "exchange-partner": link(`${base}/exchange-partners/${exchange.partner.id}`, "exchange-partner"),
      // Documented so: all funding sources, not those of this exchange.
      "funding-sources": link(`${base}/funding-sources`, "funding-source"),
      customer: link(`${base}/customers/${world.customerIdAt(exchange.customerIndex)}`, "customer"),
    },
    id: exchange.id,
    status: statusOf(exchange),
    created: new Date(exchange.created).toISOString(),
  };
}

/** No status says "needs re-authentication": an exchange that only balance checks complain about is still active. */
function statusOf({ condition }: Exchange): "active" | "deactivated" | "removed" {
  return condition === "deactivated" || condition === "removed" ? condition : "active";
}
