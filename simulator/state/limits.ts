import type { Clock } from "../clock.ts";

/** Dwolla, "Rate limits": a volume limit that was passed answers 429 for five minutes. */
const PENALTY_MS = 300_000;

export const OUTAGES = ["none", "down", "hang"] as const;
export type Outage = (typeof OUTAGES)[number];

/** How many calls Dwolla takes, whether it answers at all, and what was counted. Asked for every call, so it costs next to nothing. */
export class Limits {
  readonly #clock: Clock;
  outage: Outage = "none";
  /** How long every call waits before anything else happens to it. */
  latencyMs = 0;
  #callsPerSecond: number | null = null;
  #tokens = 0;
  #refilledAt = 0;
  #penaltyUntil = 0;
  #calls = 0;
  #rateLimited = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get callsPerSecond(): number | null {
    return this.#callsPerSecond;
  }

  /** A bucket that holds the calls of one second. Null takes any number. */
  set callsPerSecond(rate: number | null) {
    this.#callsPerSecond = rate;
    this.#tokens = rate ?? 0;
    this.#refilledAt = this.#clock.now();
    this.#penaltyUntil = 0;
  }

  /** Counts a call. False when it is one too many, and for five minutes after. */
  take(): boolean {
    this.#calls += 1;
    const rate = this.#callsPerSecond;
    if (rate === null) return true;
    const now = this.#clock.now();
    this.#tokens = Math.min(rate, this.#tokens + ((now - this.#refilledAt) / 1000) * rate);
    this.#refilledAt = now;
    if (now >= this.#penaltyUntil && this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    if (now >= this.#penaltyUntil) this.#penaltyUntil = now + PENALTY_MS;
    this.#rateLimited += 1;
    return false;
  }

  statistics(): { calls: number; rateLimited: number } {
    return { calls: this.#calls, rateLimited: this.#rateLimited };
  }

  clearStatistics(): void {
    this.#calls = 0;
    this.#rateLimited = 0;
  }

  reset(): void {
    this.outage = "none";
    this.latencyMs = 0;
    this.callsPerSecond = null;
    this.clearStatistics();
  }
}
