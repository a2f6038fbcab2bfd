import type { FastifyInstance, FastifyRequest } from "fastify";
import { baseUrl, HAL_TYPE, link } from "../http/hal.ts";
import { notFound, Problem, validationProblem } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Customer } from "../world/customers.ts";
import { type Exchange, isBroken } from "../world/exchanges.ts";
import type { FundingSource, NewBank } from "../world/funding-sources.ts";
import { hash, salt } from "../world/random.ts";
import { idOf, queryOf, requireCustomer, textAt } from "./resources.ts";

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

  app.get("/funding-sources/:id", async (request) =>
    fundingSourceBody(simulator, request, requireFundingSource(simulator, request)),
  );

  app.post("/customers/:id/funding-sources", async (request, reply) => {
    const customer = requireCustomer(simulator, request, "Customer ID not found. Check Customer ID.", "NotFound");
    const source = simulator.addBank(customer, readNewBank(simulator, request, customer));
    return reply
      .code(201)
      .header("location", `${baseUrl(request)}/funding-sources/${source.id}`)
      .send();
  });

  // Of the documented changes only the removal.
  app.post("/funding-sources/:id", async (request) => {
    const source = requireFundingSource(simulator, request);
    if (!isRemoval(request.body)) {
      throw validationProblem({ code: "Required", message: "Removed required.", path: "/removed" });
    }
    if (source.type !== "bank") {
      throw new Problem(400, "ValidationError", "Only funding sources of type='bank' can be updated.");
    }
    if (source.removed) throw new Problem(403, "InvalidResourceState", "A removed bank cannot be updated.");
    world.removeFundingSource(source.id);
    const resource = { path: "funding-sources", id: source.id } as const;
    simulator.announce("customer_funding_source_removed", resource, world.customerIdAt(source.index));
    return fundingSourceBody(simulator, request, { ...source, removed: true });
  });

  app.get("/funding-sources/:id/balance", async (request) => {
    const source = world.fundingSource(idOf(request));
    // No balance of a removed funding source: our choice.
    if (source === undefined || source.removed) throw notFound();
    if (source.type === "bank") requireReadableBank(world.exchangeOf(source), baseUrl(request));
    return balanceBody(simulator, request, source);
  });
}

function requireFundingSource({ world }: Simulator, request: FastifyRequest): FundingSource {
  const source = world.fundingSource(idOf(request));
  if (source === undefined) throw notFound("Funding source not found.", "notFound");
  return source;
}

/** Through an exchange of this customer, or by routing and account number. The numbers are not kept. */
function readNewBank({ world }: Simulator, request: FastifyRequest, customer: Customer): NewBank {
  const { body } = request;
  const name = textAt(body, "name");
  if (!name) throw validationProblem({ code: "Required", message: "Name required.", path: "/name" });
  const bankAccountType = textAt(body, "bankAccountType") === "savings" ? "savings" : "checking";
  const href = textAt(body, "_links", "exchange", "href");
  if (href !== undefined) {
    const exchange = world.exchange(href.split("/").at(-1) ?? "");
    if (exchange?.customerIndex !== customer.index || exchange.condition === "removed")
      throw new Problem(400, "InactiveExchange", "The Exchange was removed or disabled.");
    return { name, bankAccountType, exchangeId: exchange.id };
  }
  for (const [field, digits] of [
    ["routingNumber", /^\d{9}$/],
    ["accountNumber", /^\d{4,17}$/],
  ] as const) {
    if (!digits.test(textAt(body, field) ?? ""))
      throw validationProblem({ code: "Invalid", message: `${field} invalid.`, path: `/${field}` });
  }
  return { name, bankAccountType, exchangeId: undefined };
}

function isRemoval(body: unknown): boolean {
  return typeof body === "object" && body !== null && "removed" in body && body.removed === true;
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
