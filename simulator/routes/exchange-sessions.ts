import type { FastifyInstance, FastifyRequest } from "fastify";
import { CONTROL_PREFIX } from "../controls/prefix.ts";
import { baseUrl, link } from "../http/hal.ts";
import { notFound, Problem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { ExchangeSession } from "../state/exchange-sessions.ts";
import { requirePartner } from "./exchanges.ts";
import { idOf, requireCustomer, requireExchange, textAt } from "./resources.ts";

export function registerExchangeSessions(app: FastifyInstance, simulator: Simulator): void {
  const { world, sessions } = simulator;

  app.post("/exchanges/:id/exchange-sessions", async (request, reply) => {
    const exchange = requireExchange(simulator, request);
    // Dwolla does not say what it does for a removed exchange: 404 is our choice. A healthy one is allowed, also our choice.
    if (exchange.condition === "removed") throw notFound("The requested resource was not found. Check Exchange ID.");
    const { partner } = exchange;
    if (partner.session === "none") throw forbidden("Not authorized to create re-authentication exchange session.");
    const redirect = readRedirect(simulator, request.body);
    const customerId = world.customerIdAt(exchange.customerIndex);
    const session = sessions.create({ partner, customerId, exchangeId: exchange.id, redirect });
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/exchange-sessions/${session.id}`)
      .send();
  });

  app.post("/customers/:id/exchange-sessions", async (request, reply) => {
    const customer = requireCustomer(simulator, request, "The requested resource was not found.", "NotFound");
    const partner = requirePartner(simulator, request);
    if (partner.session === "none") throw forbidden("The exchange partner specified does not support this product");
    const redirect = readRedirect(simulator, request.body);
    const session = sessions.create({ partner, customerId: customer.id, exchangeId: undefined, redirect });
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/exchange-sessions/${session.id}`)
      .send();
  });

  // Whether a used or expired session still gives its token is not documented: ours does, and the bank then refuses it.
  app.get("/exchange-sessions/:id", async (request, reply) => {
    const session = sessions.get(idOf(request));
    if (session === undefined) throw notFound("Exchange session not found.", "notFound");
    reply.header("cache-control", "no-store");
    return sessionBody(simulator, request, session);
  });
}

function forbidden(message: string): Problem {
  return new Problem(403, "forbidden", message);
}

const ANDROID_PACKAGE = /^[a-z]\w*(\.[a-z]\w*)+$/i;

/** Dwolla, "Plaid": what does not start with http:// or https:// is an Android package name. All must be configured for the account. */
function readRedirect({ redirectAddresses }: Simulator, body: unknown): string | undefined {
  if (body === undefined) return undefined;
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("Invalid request parameters");
  if (!hasRedirect(body)) return undefined;
  const redirect = textAt(body, "_links", "redirect-url", "href");
  const isWellFormed =
    redirect !== undefined && (/^https?:\/\//.test(redirect) ? URL.canParse(redirect) : ANDROID_PACKAGE.test(redirect));
  if (!isWellFormed) throw invalid("/_links/redirect-url/href is invalid");
  if (!redirectAddresses.includes(redirect)) {
    throw invalid("The provided redirect URL must exactly match one of the configured URLs for the account");
  }
  return redirect;
}

function hasRedirect(body: object): boolean {
  const links = "_links" in body ? body._links : undefined;
  return typeof links === "object" && links !== null && "redirect-url" in links;
}

function invalid(message: string): Problem {
  return new Problem(400, "ValidationError", message);
}

function sessionBody({ sessions }: Simulator, request: FastifyRequest, session: ExchangeSession) {
  const base = baseUrl(request);
  const links = {
    self: link(`${base}/exchange-sessions/${session.id}`, "exchange-sessions"),
    "exchange-partner": link(`${base}/exchange-partners/${session.partner.id}`, "exchange-partner"),
  };
  const created = new Date(session.created).toISOString();
  if (session.partner.session === "token")
    return { created, _links: links, externalProviderSessionToken: session.secret };
  const address = `${base}${CONTROL_PREFIX}/bank/${session.secret}`;
  sessions.recordServedAddress(address);
  const external = { href: address, type: "text/html", "resource-type": "external-provider-session" };
  return { created, _links: { ...links, "external-provider-session": external } };
}
