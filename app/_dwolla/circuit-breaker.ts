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

/**
 * Opens at a 429 for five minutes, then lets a single attempt through: its answer closes the breaker, a second 429 opens it again.
 * `probeMs` is how long that attempt can take at most, which is what the others are told meanwhile.
 */
export function createCircuitBreaker({ clock, probeMs }: { clock: () => Date; probeMs: number }): CircuitBreaker {
  let resumesAt: Date | null = null;
  let isProbing = false;

  return {
    enter() {
      if (resumesAt === null) return "normal";
      const now = clock();
      if (now < resumesAt) return resumesAt;
      if (isProbing) return new Date(now.getTime() + probeMs);
      isProbing = true;
      return "probe";
    },
    leave(pass, status) {
      if (pass === "probe") isProbing = false;
      if (status === 429) resumesAt = new Date(clock().getTime() + RATE_LIMIT_PAUSE_MS);
      else if (pass === "probe" && status !== null) resumesAt = null;
    },
    resumesAt: () => resumesAt,
  };
}
