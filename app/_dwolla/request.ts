import { randomUUID } from "node:crypto";
import { Pool } from "undici";
import { type Answer, httpError } from "./answer.ts";
import { Attempt, AttemptStopped } from "./attempt.ts";
import type { BaseAddress } from "./base-address.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { effectOfFailure } from "./effect.ts";
import {
  type Deadline,
  DwollaAbortedError,
  DwollaCircuitOpenError,
  type DwollaError,
  type DwollaErrorKind,
  DwollaNetworkError,
  DwollaResponseShapeError,
  DwollaTimeoutError,
} from "./errors.ts";
import { Bodies, keptMadeId, keptQuery } from "./kept-body.ts";
import type { PathTemplate } from "./kept-fields.ts";
import type { WireRequest } from "./wire-request.ts";

export type DwollaLimits = {
  /** Includes the TLS handshake. undici counts this and the next two in steps of half a second. */
  connectTimeoutMs: number;
  headersTimeoutMs: number;
  /** Silence between two pieces of a body. */
  bodyTimeoutMs: number;
  /** The whole call: token, waiting for a connection, every attempt and the pauses between them. */
  totalTimeoutMs: number;
  /** Dwolla publishes no concurrency limit and asks to stay within normal usage. */
  maxConnections: number;
};

export const DEFAULT_LIMITS: DwollaLimits = {
  connectTimeoutMs: 3_000,
  headersTimeoutMs: 5_000,
  bodyTimeoutMs: 10_000,
  totalTimeoutMs: 10_000,
  maxConnections: 8,
};

/** One HTTP attempt, reported when it ended. Holds no header; of query and bodies only what the allow-list lets through. */
export type CallRecord = {
  at: Date;
  /** The same for all attempts of one call. */
  callId: string;
  /** Counted from 1. */
  attempt: number;
  method: string;
  pathTemplate: PathTemplate;
  path: string;
  /** With its question mark, or empty. */
  query: string;
  /** Null when no answer began. */
  status: number | null;
  durationMs: number;
  requestId: string | null;
  /** The id of what the call made, from the Location of its answer. */
  madeId: string | null;
  /** What kept a whole answer from arriving; null when one did, whatever its status. */
  errorKind: DwollaErrorKind | null;
  /** Copied when asked for: who does not want them pays nothing. */
  bodies: Bodies;
};

/** Which call an attempt belongs to. `sent` counts its attempts. */
export type CallTrace = { readonly callId: string; sent: number };

export function startTrace(): CallTrace {
  return { callId: randomUUID(), sent: 0 };
}

/**
 * Gives any whole answer but a 429.
 * @param deadlineAt on the clock of `performance.now()`.
 * @throws DwollaError when no whole answer arrived, when the breaker is open, and for a 429, which opens it.
 */
export type Send = (
  request: WireRequest,
  authorization: string[],
  deadlineAt: number,
  trace: CallTrace,
) => Promise<Answer>;

type SendParts = {
  pool: Pool;
  base: BaseAddress;
  breaker: CircuitBreaker;
  clock: () => Date;
  onCall: (record: CallRecord) => unknown;
};

export function createPool(base: BaseAddress, limits: DwollaLimits): Pool {
  return new Pool(base.origin, {
    connections: limits.maxConnections,
    pipelining: 1,
    connect: { timeout: limits.connectTimeoutMs },
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
  });
}

/** One HTTP attempt: never repeats, never follows a redirect, never leaves the pool's host. */
export function createSend({ pool, base, breaker, clock, onCall }: SendParts): Send {
  return async (request, authorization, deadlineAt, trace) => {
    const startedAt = performance.now();
    if (request.signal?.aborted) throw new DwollaAbortedError({ request, effect: "not-applied" });
    if (startedAt >= deadlineAt) throw new DwollaTimeoutError({ request, effect: "not-applied" }, "total");
    const pass = breaker.enter();
    if (pass instanceof Date) throw new DwollaCircuitOpenError(request, pass);

    const at = clock();
    const attempt = new Attempt(request.maxBytes);
    trace.sent += 1;
    let answer: Answer | null = null;
    let errorKind: DwollaErrorKind | null = null;
    try {
      answer = await perform(pool, attempt, request, authorization, deadlineAt - startedAt);
    } catch (cause) {
      const error = toDwollaError(request, attempt, cause);
      errorKind = error.kind;
      throw error;
    } finally {
      const { status } = attempt;
      breaker.leave(pass, status);
      const { method, pathTemplate, path } = request;
      const { callId, sent } = trace;
      report(onCall, {
        at,
        callId,
        attempt: sent,
        method,
        pathTemplate,
        path,
        query: keptQuery(request.query),
        status,
        durationMs: performance.now() - startedAt,
        requestId: requestIdOf(attempt),
        madeId: keptMadeId(request, answer, base.origin),
        errorKind,
        bodies: new Bodies(request, answer, base.origin),
      });
    }
    if (answer.status === 429) throw httpError(request, answer, breaker.resumesAt());
    return answer;
  };
}

async function perform(
  pool: Pool,
  attempt: Attempt,
  request: WireRequest,
  authorization: string[],
  remainingMs: number,
): Promise<Answer> {
  const { method, path, query, headers: own, body, signal } = request;
  const timer = setTimeout(() => attempt.stop("total_deadline"), remainingMs);
  const abort = signal && (() => attempt.stop("caller_abort"));
  if (abort) signal.addEventListener("abort", abort);
  try {
    const headers = own.length === 0 ? authorization : [...authorization, ...own];
    pool.dispatch({ method, path: path + query, headers, body }, attempt);
    const answered = await attempt.body;
    return { status: attempt.status ?? 0, headers: attempt.headers, requestId: requestIdOf(attempt), body: answered };
  } finally {
    clearTimeout(timer);
    if (abort) signal.removeEventListener("abort", abort);
  }
}

function toDwollaError(request: WireRequest, attempt: Attempt, cause: unknown): DwollaError {
  const failure = {
    request,
    effect: effectOfFailure(request, attempt.isSent),
    status: attempt.status,
    requestId: requestIdOf(attempt),
  };
  if (cause instanceof AttemptStopped) {
    if (cause.reason === "caller_abort") return new DwollaAbortedError(failure);
    if (cause.reason === "total_deadline") return new DwollaTimeoutError(failure, "total");
    return new DwollaResponseShapeError(failure, `its body is larger than ${request.maxBytes} bytes`);
  }
  const code = errorCodeOf(cause);
  const deadline = DEADLINE_BY_CODE.get(code);
  return deadline ? new DwollaTimeoutError(failure, deadline) : new DwollaNetworkError(failure, code);
}

const DEADLINE_BY_CODE: ReadonlyMap<string, Deadline> = new Map([
  ["UND_ERR_CONNECT_TIMEOUT", "connect"],
  ["UND_ERR_HEADERS_TIMEOUT", "headers"],
  ["UND_ERR_BODY_TIMEOUT", "body"],
]);

function errorCodeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

/** Dwolla's id is a UUID; anything that does not look like an id could be something that must not be logged. */
function requestIdOf(attempt: Attempt): string | null {
  const id = attempt.headers["x-request-id"];
  return typeof id === "string" && REQUEST_ID.test(id) ? id : null;
}

const REQUEST_ID = /^[0-9a-z-]{1,64}$/i;

/** The observer must not be able to change the outcome of a call, by throwing or by a promise that nobody awaits. */
function report(onCall: (record: CallRecord) => unknown, record: CallRecord): void {
  try {
    const returned = onCall(record);
    if (returned instanceof Promise) returned.catch(() => {});
  } catch {}
}
