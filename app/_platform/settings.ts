import "server-only";
import type { Settings } from "./context.ts";
import { env } from "./env.ts";

export function settings(): Settings {
  const { DWOLLA_API_URL, REAUTH_REDIRECTS, REAUTH_COOLDOWN_SECONDS, SWEEP_BALANCE_CHECKS, SWEEP_CONCURRENCY } = env();
  return {
    dwollaApiUrl: DWOLLA_API_URL,
    reauthRedirects: REAUTH_REDIRECTS,
    reauthCooldownSeconds: REAUTH_COOLDOWN_SECONDS,
    sweepBalanceChecks: SWEEP_BALANCE_CHECKS,
    sweepConcurrency: SWEEP_CONCURRENCY,
  };
}
