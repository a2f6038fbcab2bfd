import type { Clock } from "../clock.ts";

const KEY_LIFE_MS = 24 * 3_600_000;

type Entry = { fingerprint: string; location: string | undefined; at: number };
type Claim = { outcome: "first" } | { outcome: "conflict" } | { outcome: "replay"; location: string };

/**
 * Dwolla, "Idempotency-Key": the same key with the same body gives the original answer for 24 hours, and 409 while the original
 * still runs. What the same key with another body does is not documented: 409 is our choice.
 */
export class IdempotencyKeys {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  claim(key: string, fingerprint: string): Claim {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.at + KEY_LIFE_MS <= this.#clock.now()) {
      this.#entries.set(key, { fingerprint, location: undefined, at: this.#clock.now() });
      return { outcome: "first" };
    }
    if (entry.fingerprint !== fingerprint || entry.location === undefined) return { outcome: "conflict" };
    return { outcome: "replay", location: entry.location };
  }

  complete(key: string, location: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.location = location;
  }

  /** A refused request leaves its key free. */
  release(key: string): void {
    this.#entries.delete(key);
  }

  reset(): void {
    this.#entries.clear();
  }
}
