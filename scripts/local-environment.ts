import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { DatabaseUrls } from "./local-logins.ts";

export interface LocalPorts {
  web: number;
  simulator: number;
  identityProvider: number;
}

/** What a person may change about a local run from their own shell; everything else follows from ports and database. */
const ADJUSTABLE = [
  "CATCH_UP_INTERVAL_MINUTES",
  "DWOLLA_CALL_LOG",
  "DWOLLA_CALL_LOG_DAYS",
  "DWOLLA_CALLS_PER_SECOND",
  "LOG_LEVEL",
  "REAUTH_COOLDOWN_SECONDS",
  "REAUTH_REDIRECTS",
  "SWEEP_BALANCE_CHECKS",
  "SWEEP_CONCURRENCY",
  "SWEEP_EXCHANGES_INTERVAL_MINUTES",
  "SWEEP_INTERVAL_MINUTES",
  "SWEEP_LIST_INTERVAL_MINUTES",
  "WEBHOOK_SILENCE_MINUTES",
] as const;

/** The variables of all local processes: those of .env.example, moved to the given ports and database. */
export function localEnvironment(
  ports: LocalPorts,
  database: DatabaseUrls & { checkpointDirectory?: string },
): Record<string, string> {
  return {
    ...exampleEnvironment(),
    ...adjustments(),
    PORT: String(ports.web),
    NEXTAUTH_URL: `http://localhost:${ports.web}`,
    WEBHOOK_URL: `http://localhost:${ports.web}/api/webhooks/dwolla`,
    SIMULATOR_PORT: String(ports.simulator),
    DWOLLA_API_URL: `http://127.0.0.1:${ports.simulator}`,
    IDENTITY_PROVIDER_PORT: String(ports.identityProvider),
    OIDC_ISSUER: `http://localhost:${ports.identityProvider}`,
    DATABASE_URL: database.appUrl,
    AUDITOR_DATABASE_URL: database.auditorUrl,
    SEALER_DATABASE_URL: database.sealerUrl,
    ...(database.checkpointDirectory && { AUDIT_CHECKPOINT_DIRECTORY: database.checkpointDirectory }),
  };
}

export function exampleEnvironment(): Record<string, string> {
  const text = readFileSync(new URL("../.env.example", import.meta.url), "utf8");
  const { MIGRATION_DATABASE_URL: _, ...forProcesses } = parseEnv(text) as Record<string, string>;
  return forProcesses;
}

function adjustments(): Record<string, string> {
  return Object.fromEntries(ADJUSTABLE.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
