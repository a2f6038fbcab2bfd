import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";

const DEFAULT_LIFETIME_SECONDS = 3600;

/** Application access tokens. An earlier one stays good when a new one is made: both SDKs treat them so, Dwolla does not say. */
export class AccessTokens {
  lifetimeSeconds = DEFAULT_LIFETIME_SECONDS;
  readonly #clock: Clock;
  readonly #expiresAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): { token: string; expiresInSeconds: number } {
    const token = randomBytes(36).toString("base64url");
    this.#expiresAt.set(token, this.#clock.now() + this.lifetimeSeconds * 1000);
    return { token, expiresInSeconds: this.lifetimeSeconds };
  }

  check(token: string): "good" | "expired" | "unknown" {
    const expiresAt = this.#expiresAt.get(token);
    if (expiresAt === undefined) return "unknown";
    return expiresAt > this.#clock.now() ? "good" : "expired";
  }

  all(): string[] {
    return [...this.#expiresAt.keys()];
  }

  /** Tokens in use stay good, so that a client need not notice a reset. */
  resetLifetime(): void {
    this.lifetimeSeconds = DEFAULT_LIFETIME_SECONDS;
  }
}
