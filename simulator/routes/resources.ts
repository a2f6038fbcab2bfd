import type { FastifyRequest } from "fastify";
import { notFound } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Customer } from "../world/customers.ts";
import type { Exchange } from "../world/exchanges.ts";

export function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

export function queryOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return request.query as Readonly<Record<string, unknown>>;
}

/** The customer that the path names; Dwolla words the 404 differently per endpoint. */
export function requireCustomer(
  { world }: Simulator,
  request: FastifyRequest,
  message = "Customer not found.",
  code = "notFound",
): Customer {
  const customer = world.customer(idOf(request));
  if (customer === undefined) throw notFound(message, code);
  return customer;
}

export function requireExchange({ world }: Simulator, request: FastifyRequest): Exchange {
  const exchange = world.exchange(idOf(request));
  if (exchange === undefined) throw notFound("The requested resource was not found. Check Exchange ID.");
  return exchange;
}

/** The value at a path of a JSON body, when it is text. */
export function textAt(body: unknown, ...path: readonly string[]): string | undefined {
  let value = body;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : undefined;
}
