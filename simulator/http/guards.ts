import { setTimeout as pause } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Simulator } from "../simulator.ts";
import type { FaultKind } from "../state/faults.ts";
import type { LoggedRequest } from "../state/request-log.ts";
import { baseUrl, HAL_TYPE } from "./hal.ts";
import { strikeBeforeEffect, strikesAfterEffect } from "./injected-faults.ts";
import { conflict, Problem } from "./problem.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The body as it came, for the comparison of idempotent requests. */
    rawBody: string;
    /** A fault that has to spoil the answer to this request. */
    answerFault: FaultKind | undefined;
    /** The idempotency key that this request was the first to bring. */
    claimedKey: string | undefined;
    /** The line of the request log; none for a control. */
    logged: LoggedRequest | undefined;
  }
}

/** Dwolla, "Errors": 401 in its three forms. */
export function requireAccessToken({ tokens }: Simulator, request: FastifyRequest): void {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) throw new Problem(401, "InvalidCredentials", "Missing or invalid Authorization header.");
  const verdict = tokens.check(token);
  if (verdict === "good") return;
  if (verdict === "unknown") throw new Problem(401, "InvalidAccessToken", "Invalid access token.");
  throw new Problem(401, "ExpiredAccessToken", "Generate a new access token using your client credentials.");
}

export function requireHalAccepted(request: FastifyRequest): void {
  if (request.headers.accept?.toLowerCase().includes(HAL_TYPE)) return;
  throw new Problem(406, "InvalidVersion", `The Accept header must be ${HAL_TYPE}.`);
}

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Every answer links to the host that was asked, so that it has to be one. */
export function requireHost(request: FastifyRequest): void {
  if (HOST.test(request.host) && URL.canParse(baseUrl(request))) return;
  throw new Problem(400, "BadRequest", "The Host header is missing or invalid.");
}

/** Refuses what is more than Dwolla takes; gives no answer while Dwolla is away; is as slow as was wished. */
export async function enforceLimits(
  { limits }: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (limits.latencyMs > 0) await pause(limits.latencyMs, undefined, { ref: false });
  if (limits.outage === "hang") reply.hijack();
  if (limits.outage === "down") {
    reply.hijack();
    request.raw.socket.resetAndDestroy();
  }
  if (limits.outage !== "none" || limits.take()) return;
  throw new Problem(429, "Too Many Requests", "Please wait a short period of time before re-attempting the request.");
}

/** Claims the request's idempotency key, answers a repeat with the original answer, refuses a conflict. */
export function claimIdempotencyKey(
  { idempotencyKeys }: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const key = request.headers["idempotency-key"];
  if (request.method !== "POST" || typeof key !== "string") return;
  const claim = idempotencyKeys.claim(key, `${request.url}\n${request.rawBody}`);
  if (claim.outcome === "conflict") {
    throw conflict("The idempotency key belongs to a request that still runs or that had another body.");
  }
  if (claim.outcome === "replay") {
    reply.code(201).header("location", claim.location).send();
    return;
  }
  request.claimedKey = key;
}

/** Lets a planned fault strike: now, or on the answer once the request has had its effect. */
export async function letFaultStrike(
  simulator: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (reply.sent) return;
  const fault = simulator.faults.take(request.method, pathOf(request));
  if (fault === undefined) return;
  if (strikesAfterEffect(fault)) {
    request.answerFault = fault;
    return;
  }
  await strikeBeforeEffect(fault, request, reply);
  if (reply.sent) reply.raw.once("close", () => settleIdempotencyKey(simulator, request, undefined));
}

/** Keeps the address that a claimed key made, or frees the key when nothing was made. Acts once per request. */
export function settleIdempotencyKey(
  { idempotencyKeys }: Simulator,
  request: FastifyRequest,
  location: string | undefined,
): void {
  const key = request.claimedKey;
  if (key === undefined) return;
  request.claimedKey = undefined;
  if (location === undefined) idempotencyKeys.release(key);
  else idempotencyKeys.complete(key, location);
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? request.url;
}
