import type { Effect } from "./errors.ts";
import type { WireRequest } from "./wire-request.ts";

/**
 * Answers by which Dwolla refuses before it acts. 409 is not among them: it says that the first request with this
 * idempotency key is still running. Anything not listed (5xx, 3xx, an unexpected 2xx) may come after the act.
 * @see https://developers.dwolla.com/docs/api-reference/api-fundamentals/errors and .../idempotency-key
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 406, 429]);

export function effectOfAnswer(request: WireRequest, status: number): Effect {
  return request.hasEffect && !REFUSALS.has(status) ? "unknown" : "not-applied";
}

/** For a call that got no whole answer. `isSent` is true from the moment its first byte may have left this machine. */
export function effectOfFailure(request: WireRequest, isSent: boolean): Effect {
  return request.hasEffect && isSent ? "unknown" : "not-applied";
}
