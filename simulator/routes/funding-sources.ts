import type { FastifyInstance, FastifyRequest } from "fastify";
import { baseUrl, HAL_TYPE, link } from "../http/hal.ts";
import { notFound, Problem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import { type Exchange, isBroken } from "../world/exchanges.ts";
import type { FundingSource } from "../world/funding-sources.ts";
import { hash, salt } from "../world/random.ts";
import { idOf, queryOf, requireCustomer } from "./resources.ts";

export function registerFundingSources(app: FastifyInstance, simulator: Simulator): void {
  const { world } = simulator;

  app.get("/customers/:id/funding-sources", async (request) => {
    const customer = requireCustomer(simulator, request);
    const withRemoved = queryOf(request).removed !== "false";
    const sources = world.fundingSourcesOf(customer).filter(({ removed }) => withRemoved || !removed);
    return {
      _links: {
        self: link(`${baseUrl(request)}/customers/${customer.id}/funding-sources`, "funding-source"),
        customer: link(`${baseUrl(request)}/customers/${customer.id}`, "customer"),
      },
      _embedded: { "funding-sources": sources.map((source) => fundingSourceBody(simulator, request, source)) },
      total: sources.length,
    };
  });

  app.get("/funding-sources/:id", async (request) => {
    const source = world.fundingSource(idOf(request));
    if (source === undefined) throw notFound("Funding source not found.", "notFound");
    return fundingSourceBody(simulator, request, source);
  });

  app.get("/funding-sources/:id/balance", async (request) => {
    const source = world.fundingSource(idOf(request));
    // No balance of a removed funding source: our choice.
    if (source === undefined || source.removed) throw notFound();
    if (source.type === "bank") requireReadableBank(world.exchangeOf(source), baseUrl(request));
    return balanceBody(simulator, request, source);
  });
}

/** Throws what Dwolla answers when the bank behind a funding source cannot be asked ("Retrieve a bank balance"). */
function requireReadableBank(exchange: Exchange | undefined, base: string): void {
  if (exchange === undefined)
    throw unsupported("Retrieving the balance is not supported for this type of funding source.");
  if (!exchange.partner.allowsBalanceChecks)
    throw unsupported("Balance Check is not supported by your exchange partner.");
  if (isBroken(exchange.condition)) throw updateCredentials(exchange, base);
  if (exchange.bank === "no-balance-check")
    throw unsupported("Balance Check is not supported by your exchange partner.");
  // Dwolla documents this answer for any call, and none of its own for a bank that is away: that it gives this one then is our choice.
  if (exchange.bank === "down") throw new Problem(500, "RequestTimeout", "The request timed out.");
}

function unsupported(message: string): Problem {
  return new Problem(400, "UnsupportedOperation", message);
}

function updateCredentials(exchange: Exchange, base: string): Problem {
  return new Problem(
    400,
    "UpdateCredentials",
    "Re-authentication is required in order to access account data. Please initiate the exchange session flow to regain access.",
    { _links: { about: link(`${base}/exchanges/${exchange.id}/exchange-sessions`, "exchange-session") } },
  );
}

function fundingSourceBody({ world }: Simulator, request: FastifyRequest, source: FundingSource) {
  const base = baseUrl(request);
  const self = `${base}/funding-sources/${source.id}`;
  return {
    _links: {
      self: link(self, "funding-source"),
      customer: link(`${base}/customers/${world.customerIdAt(source.index)}`, "customer"),
      balance: link(`${self}/balance`, "balance"),
    },
    id: source.id,
    status: source.status,
    type: source.type,
    name: source.name,
    created: new Date(source.created).toISOString(),
    removed: source.removed,
    channels: source.type === "bank" ? ["ach"] : [],
    ...(source.type === "bank" && {
      bankAccountType: source.bankAccountType,
      bankName: source.bankName,
      fingerprint: fingerprintOf(world.seed, source),
    }),
  };
}

function fingerprintOf(seed: number, { index, slot }: FundingSource): string {
  const parts = Array.from({ length: 8 }, (_, part) => hash(seed, salt.bank + 1000 * (part + 1), index, slot));
  return parts.map((bits) => bits.toString(16).padStart(8, "0")).join("");
}

function balanceBody({ clock }: Simulator, request: FastifyRequest, { id, type, balance }: FundingSource) {
  const self = `${baseUrl(request)}/funding-sources/${id}`;
  const amount = { value: balance, currency: "USD" };
  const amounts = type === "bank" ? { available: amount, closing: amount } : { balance: amount, total: amount };
  return {
    _links: {
      self: { href: `${self}/balance`, type: HAL_TYPE, "resource-type": "balance" },
      "funding-source": link(self, "funding-source"),
    },
    ...amounts,
    lastUpdated: clock.timestamp(),
  };
}
