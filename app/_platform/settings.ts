import "server-only";
import { Secret } from "#domain/secret.ts";
import type { Settings } from "./context.ts";
import { env } from "./env.ts";

export function settings(): Settings {
  const values = env();
  return {
    dwollaApiUrl: values.DWOLLA_API_URL,
    reauthRedirects: values.REAUTH_REDIRECTS,
    reauthCooldownSeconds: values.REAUTH_COOLDOWN_SECONDS,
    sweepBalanceChecks: values.SWEEP_BALANCE_CHECKS,
    sweepConcurrency: values.SWEEP_CONCURRENCY,
    sweepIntervals: {
      list: values.SWEEP_LIST_INTERVAL_MINUTES,
      exchanges: values.SWEEP_EXCHANGES_INTERVAL_MINUTES,
      full: values.SWEEP_INTERVAL_MINUTES,
    },
    catchUpIntervalMinutes: values.CATCH_UP_INTERVAL_MINUTES,
    webhookUrl: values.WEBHOOK_URL,
    webhookSecrets: values.DWOLLA_WEBHOOK_SECRETS.map((secret) => new Secret(secret)),
    webhookSilenceMinutes: values.WEBHOOK_SILENCE_MINUTES,
    callsPerSecond: values.DWOLLA_CALLS_PER_SECOND,
    callLogDays: values.DWOLLA_CALL_LOG_DAYS,
  };
}
