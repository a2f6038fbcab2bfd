import type { WireRequest } from "./wire-request.ts";

/** `not-applied`: certain that Dwolla changed nothing. `unknown`: it may have; look it up, never repeat blindly. */
export type Effect = "not-applied" | "unknown";
export type DwollaErrorKind = DwollaError["kind"];
export type FieldError = { path: string | null; code: string | null };
export type Deadline = "connect" | "headers" | "body" | "total";

type Failure = {
  request: WireRequest;
  effect: Effect;
  status?: number | null;
  requestId?: string | null;
};

/** A bundler may load this module more than once in one process, and `instanceof` knows only its own copy. */
const BRAND = Symbol.for("reconnect-desk.dwolla-error");

/**
 * Anything that kept a call from giving its result. What the far side wrote never enters a message, and no `cause` is
 * attached: parser and socket errors quote the answer they choked on, and an answer can hold a session token.
 */
abstract class BaseError extends Error {
  readonly [BRAND] = true;
  readonly effect: Effect;
  readonly method: string;
  readonly pathTemplate: string;
  readonly status: number | null;
  readonly requestId: string | null;

  constructor(failure: Failure, happening: string) {
    const { method, pathTemplate } = failure.request;
    super(`${method} ${pathTemplate} ${happening}; effect ${failure.effect}`);
    this.name = new.target.name;
    this.effect = failure.effect;
    this.method = method;
    this.pathTemplate = pathTemplate;
    this.status = failure.status ?? null;
    this.requestId = failure.requestId ?? null;
  }
}

/** The connection could not be made or broke. `reason` is the error code of Node or undici, such as `ECONNRESET`. */
export class DwollaNetworkError extends BaseError {
  readonly kind = "network";
  readonly reason: string;

  constructor(failure: Failure, reason: string) {
    super(failure, `failed on the network (${reason})`);
    this.reason = reason;
  }
}

export class DwollaTimeoutError extends BaseError {
  readonly kind = "timeout";
  readonly deadline: Deadline;

  constructor(failure: Failure, deadline: Deadline) {
    super(failure, `ran past its ${deadline} deadline`);
    this.deadline = deadline;
  }
}

/** The caller's AbortSignal fired. */
export class DwollaAbortedError extends BaseError {
  readonly kind = "aborted";

  constructor(failure: Failure) {
    super(failure, "was aborted by the caller");
  }
}

/** A whole answer with a status that the call has no result for. `resumesAt` is set for 429 only. */
export class DwollaHttpError extends BaseError {
  readonly kind = "http";
  readonly code: string | null;
  readonly fieldErrors: readonly FieldError[];
  readonly resumesAt: Date | null;

  constructor(
    failure: Failure & { status: number },
    vendor: { code: string | null; fieldErrors: readonly FieldError[] },
    resumesAt: Date | null = null,
  ) {
    super(failure, `was answered ${failure.status} ${vendor.code ?? "without a code"}`);
    this.code = vendor.code;
    this.fieldErrors = vendor.fieldErrors;
    this.resumesAt = resumesAt;
  }
}

/** The answer arrived but is not what Dwolla documents. `problem` is in our words and quotes nothing. */
export class DwollaResponseShapeError extends BaseError {
  readonly kind = "response_shape";
  readonly problem: string;

  constructor(failure: Failure, problem: string) {
    super(failure, `was answered in an unusable shape: ${problem}`);
    this.problem = problem;
  }
}

/** Not sent: an earlier 429 closed the way to Dwolla until `resumesAt`. */
export class DwollaCircuitOpenError extends BaseError {
  readonly kind = "circuit_open";
  readonly resumesAt: Date;

  constructor(request: WireRequest, resumesAt: Date) {
    super(
      { request, effect: "not-applied" },
      `was not sent, Dwolla's rate limit holds until ${resumesAt.toISOString()}`,
    );
    this.resumesAt = resumesAt;
  }
}

export type DwollaError =
  | DwollaNetworkError
  | DwollaTimeoutError
  | DwollaAbortedError
  | DwollaHttpError
  | DwollaResponseShapeError
  | DwollaCircuitOpenError;

/** When Dwolla's rate limit ends, null where none holds. */
export function resumesAtOf(error: DwollaError): Date | null {
  return error.kind === "circuit_open" || error.kind === "http" ? error.resumesAt : null;
}

/** Dwolla itself answered: a 5xx may be of whatever stands before it. A 429 is an answer too. */
export function isAnsweredByDwolla({ kind, status }: DwollaError): boolean {
  return kind === "http" && status !== null && status < 500;
}

export function isDwollaError(error: unknown): error is DwollaError {
  return error instanceof Error && BRAND in error;
}
