import type { FastifyReply, FastifyRequest } from "fastify";
import type { FaultKind } from "../state/faults.ts";
import { HAL_TYPE } from "./hal.ts";
import type { ProblemBody } from "./problem.ts";

const FOREIGN_HOST = "https://dwolla.attacker.example.test";
const DEFAULT_PROBLEMS: Readonly<Record<number, readonly [string, string]>> = {
  400: ["ValidationError", "Invalid request parameters"],
  401: ["InvalidAccessToken", "Invalid access token."],
  403: ["Forbidden", "The supplied credentials are not authorized for this resource."],
  404: ["NotFound", "The requested resource was not found."],
  409: ["Conflict", "A request with this idempotency key is still running."],
  429: ["Too Many Requests", "Please wait a short period of time before re-attempting the request."],
};

const SERVER_ERROR = ["ServerError", "A server error occurred. Error ID: 0"] as const;

/** Does a fault that strikes before the request has any effect. Answers only when the request may go on. */
export async function strikeBeforeEffect(
  fault: FaultKind,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  switch (fault.kind) {
    case "status":
      return reply.send(statusAnswer(fault, reply));
    case "rate-limit":
      return reply.send(statusAnswer({ status: 429 }, reply));
    case "delay":
      return new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
    case "hang":
      return reply.hijack();
    case "reset":
      reply.hijack();
      return request.raw.socket.resetAndDestroy();
    default:
      return undefined;
  }
}

export function strikesAfterEffect(fault: FaultKind): boolean {
  if ("afterEffect" in fault) return fault.afterEffect;
  return fault.kind !== "rate-limit";
}

type Send = (payload: unknown) => void;
type Answer = { request: FastifyRequest; reply: FastifyReply; payload: unknown };

/** Spoils an answer whose effect has happened. Gives the new payload to `send`, or never calls it when no answer may come. */
export function strikeAnswer(fault: FaultKind, { request, reply, payload }: Answer, send: Send): void {
  switch (fault.kind) {
    case "delay":
      setTimeout(() => send(payload), fault.ms).unref();
      return;
    case "hang":
      return;
    case "reset":
      request.raw.socket.resetAndDestroy();
      return;
    case "truncate":
      sendTruncated(reply, typeof payload === "string" ? payload : "");
      return;
    default:
      send(spoil(fault, reply, payload));
  }
}

/** Promises more bytes than it sends, then hangs up. */
function sendTruncated(reply: FastifyReply, payload: string): void {
  const half = payload.slice(0, Math.ceil(payload.length / 2));
  const headers = { ...reply.getHeaders(), "content-length": String(Buffer.byteLength(payload) + 64) };
  reply.raw.writeHead(reply.statusCode, headers as Record<string, string>);
  reply.raw.write(half, () => reply.raw.destroy());
}

function spoil(fault: FaultKind, reply: FastifyReply, payload: unknown): unknown {
  switch (fault.kind) {
    case "status":
      reply.removeHeader("location").removeHeader("content-length");
      return statusAnswer(fault, reply);
    case "not-json":
      reply.removeHeader("location").removeHeader("content-length");
      return "<html><body>502 bad gateway</body></html>";
    case "foreign-location":
      moveLocation(reply);
      return payload;
    case "no-location":
      reply.removeHeader("location");
      return payload;
    default:
      return payload;
  }
}

function moveLocation(reply: FastifyReply): void {
  const location = reply.getHeader("location");
  if (typeof location === "string") reply.header("location", FOREIGN_HOST + new URL(location).pathname);
}

type StatusFault = Partial<Extract<FaultKind, { kind: "status" }>> & { status: number };

/** Sets status and headers on the reply and gives the body to send. */
function statusAnswer({ status, code, message, body, headers }: StatusFault, reply: FastifyReply): string {
  const [defaultCode, defaultMessage] = DEFAULT_PROBLEMS[status] ?? SERVER_ERROR;
  const problem: ProblemBody = { code: code ?? defaultCode, message: message ?? defaultMessage };
  reply
    .code(status)
    .type(HAL_TYPE)
    .headers(headers ?? {});
  return JSON.stringify(body ?? problem);
}
