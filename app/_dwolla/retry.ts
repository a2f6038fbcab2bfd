import { setTimeout as delay } from "node:timers/promises";
import type { AccessToken, Authorization } from "./access-token.ts";
import { type Answer, httpError, isCode, readVendorError } from "./answer.ts";
import type { CallBudget, CallPriority } from "./call-budget.ts";
import { DwollaAbortedError, DwollaTimeoutError, isDwollaError } from "./errors.ts";
import { type CallTrace, type Send, startTrace } from "./request.ts";
import type { WireRequest } from "./wire-request.ts";

const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;

/** @returns an answer with one of the statuses that the request expects. @throws DwollaError */
export type Call = (request: WireRequest) => Promise<Answer>;
/** The calls of one priority. */
export type CallAs = (priority: CallPriority) => Call;
export type Sleep = (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;

type CallParts = {
  send: Send;
  budget: CallBudget;
  accessToken: AccessToken;
  totalTimeoutMs: number;
  sleep: Sleep;
  random: () => number;
};

/**
 * One call as the features see it. A GET is tried again after a network error, a 5xx or a timeout, within the total deadline.
 * Nothing else is, and a POST never: its answer may have been lost after Dwolla acted. Waiting for its turn in the budget takes
 * nothing from a call's deadline.
 */
export function createCall(parts: CallParts): CallAs {
  return (priority) => async (request) => {
    let deadlineAt = performance.now() + parts.totalTimeoutMs;
    const trace = startTrace();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const turn = parts.budget.take(priority, request.signal);
        if (turn !== null) deadlineAt += await waitForTurn(turn, request);
        return await sendAuthorized(parts, request, deadlineAt, trace);
      } catch (error) {
        const pauseMs = pauseBeforeNext(request, error, attempt, parts.random);
        if (pauseMs === null || performance.now() + pauseMs >= deadlineAt) throw error;
        await parts.sleep(pauseMs, request.signal);
      }
    }
  };
}

/** Null where the request must not be sent again. */
function pauseBeforeNext(request: WireRequest, error: unknown, attempt: number, random: () => number): number | null {
  if (request.method !== "GET" || attempt === MAX_ATTEMPTS || !isPassing(error)) return null;
  return random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}

/** @returns how long it took, in milliseconds. */
async function waitForTurn(turn: Promise<void>, request: WireRequest): Promise<number> {
  const startedAt = performance.now();
  try {
    await turn;
  } catch {
    throw new DwollaAbortedError({ request, effect: "not-applied" });
  }
  return performance.now() - startedAt;
}

/** Returns early when the signal fires; the next attempt then says so in its own words. */
export async function sleepUntilAborted(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(durationMs, undefined, { signal }).catch(() => {});
}

async function sendAuthorized(
  parts: CallParts,
  request: WireRequest,
  deadlineAt: number,
  trace: CallTrace,
): Promise<Answer> {
  const { send, accessToken } = parts;
  const authorization = accessToken.cached() ?? (await waitForToken(accessToken, request, deadlineAt));
  let answer = await send(request, authorization, deadlineAt, trace);
  if (answer.status === 401 && isAboutToken(answer)) {
    accessToken.forget(authorization);
    // A POST is sent once whatever comes back: its next press finds a fresh token.
    if (!request.hasEffect) {
      const fresh = accessToken.cached() ?? (await waitForToken(accessToken, request, deadlineAt));
      answer = await send(request, fresh, deadlineAt, trace);
    }
  }
  if (request.expects.includes(answer.status)) return answer;
  throw httpError(request, answer);
}

/** The token request is shared by many callers: each leaves at its own deadline or abort, the request goes on for the others. */
async function waitForToken(
  accessToken: AccessToken,
  request: WireRequest,
  deadlineAt: number,
): Promise<Authorization> {
  const { signal } = request;
  if (signal?.aborted) throw new DwollaAbortedError({ request, effect: "not-applied" });
  let leave = () => {};
  const departure = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DwollaTimeoutError({ request, effect: "not-applied" }, "total")),
      deadlineAt - performance.now(),
    );
    const abort = () => reject(new DwollaAbortedError({ request, effect: "not-applied" }));
    signal?.addEventListener("abort", abort);
    leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race([accessToken.fetch(), departure]);
  } finally {
    leave();
  }
}

/** A 401 about scopes or the account would be the same with any token. */
function isAboutToken(answer: Answer): boolean {
  const { code } = readVendorError(answer);
  return !LASTING_401_CODES.some((lasting) => isCode(code, lasting));
}

/** @see https://developers.dwolla.com/docs/api-reference/api-fundamentals/errors (both spellings of the scope code are documented) */
const LASTING_401_CODES = ["InvalidScope", "InvalidScopes", "InvalidAccountStatus", "InvalidApplicationStatus"];

function isPassing(error: unknown): boolean {
  if (!isDwollaError(error)) return false;
  switch (error.kind) {
    case "network":
      return true;
    case "timeout":
      return error.deadline !== "total";
    case "http":
      return error.status !== null && error.status >= 500;
    default:
      return false;
  }
}
