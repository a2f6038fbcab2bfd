import type { FastifyRequest } from "fastify";
import { validationProblem } from "./problem.ts";

export const HAL_TYPE = "application/vnd.dwolla.v1.hal+json";

/** Links are full addresses on the host that the client asked, as behind Dwolla's own names. */
export function baseUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

export function link(href: string, resourceType: string) {
  return { href, type: HAL_TYPE, "resource-type": resourceType };
}

type PageRequest = { limit: number; offset: number };

/** Over 200 Dwolla does not say what happens: 400 is our choice, so that a client cannot believe it got them all. */
export function readPage(query: Readonly<Record<string, unknown>>): PageRequest {
  return {
    limit: readNumber(query, "limit", { fallback: 25, least: 1, most: 200 }),
    offset: readNumber(query, "offset", { fallback: 0, least: 0, most: Number.MAX_SAFE_INTEGER }),
  };
}

type NumberRule = { fallback: number; least: number; most: number };

function readNumber(
  query: Readonly<Record<string, unknown>>,
  name: string,
  { fallback, least, most }: NumberRule,
): number {
  const text = query[name];
  if (text === undefined) return fallback;
  const number = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw validationProblem({
    code: "Invalid",
    message: `${name} must be a number from ${least} to ${most}.`,
    path: `/${name}`,
  });
}

/** self, first, last, and next and prev where there are such pages; every other part of the query is kept. */
export function pageLinks(request: FastifyRequest, { limit, offset }: PageRequest, total: number) {
  const self = new URL(request.url, baseUrl(request));
  const at = (start: number) => {
    const url = new URL(self);
    url.searchParams.set("limit", String(limit));
    url.searchParams.set("offset", String(start));
    return { href: url.href, type: HAL_TYPE };
  };
  const lastOffset = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  return {
    self: { href: self.href, type: HAL_TYPE },
    first: at(0),
    last: at(lastOffset),
    ...(offset + limit < total && { next: at(offset + limit) }),
    ...(offset > 0 && { prev: at(Math.max(0, offset - limit)) }),
  };
}
