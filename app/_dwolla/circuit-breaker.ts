import type { CallBudget } from "./call-budget.ts";

/**
 * Dwolla answers 429 for five minutes once its volume limit is passed, and publishes no Retry-After.
 * @see https://developers.dwolla.com/docs/api-reference/api-fundamentals/rate-limits (read 2026-11)
 */
export const RATE_LIMIT_PAUSE_MS = 5 * 60_000;

/** Given by `enter`, given back by `leave`; only the probe's answer can close the breaker. */
export type Pass = "normal" | "probe";

export type CircuitBreaker = {
  /** The pass for one HTTP attempt, or the time at which trying again makes sense. */
  enter(): Pass | Date;
  /** What came of the attempt: its status, null when there was none. */
  leave(pass: Pass, status: number | null): void;
  resumesAt(): Date | null;
};

type CircuitBreakerParts = { clock: () => Date; probeMs: number; budget: CallBudget };

/**
 * Opens at a 429 for five minutes, then lets a single attempt through: its answer closes the breaker, a second 429 opens it again.
 * `probeMs` is how long that attempt can take at most, which is what the others are told meanwhile. Whoever shares the budget
 * tells and is told.
 */
export function createCircuitBreaker({ clock, probeMs, budget }: CircuitBreakerParts): CircuitBreaker {
  let resumesAt: Date | null = null;
  let isProbing = false;

  return {
    enter() {
      const shared = budget.resumesAt();
      if (resumesAt === null && shared === null) return "normal";
      const now = clock();
      if (shared !== null && now < shared) return shared;
      if (resumesAt === null) return "normal";
      if (now < resumesAt) return resumesAt;
      if (isProbing) return new Date(now.getTime() + probeMs);
      isProbing = true;
      return "probe";
    },
    leave(pass, status) {
      if (pass === "probe") isProbing = false;
      if (status === 429) {
        resumesAt = new Date(clock().getTime() + RATE_LIMIT_PAUSE_MS);
        budget.rateLimited(resumesAt);
      } else if (pass === "probe" && status !== null) resumesAt = null;
    },
    resumesAt: () => resumesAt,
  };
}
