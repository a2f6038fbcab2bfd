import { existsSync } from "node:fs";
import pino from "pino";
import { sealerEnv } from "#platform/env.ts";
import { keepSealing } from "./keep-sealing.ts";
import { refuseUnprotectedTrail } from "./refuse-unprotected.ts";

if (existsSync(".env")) process.loadEnvFile();

const stopping = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());
try {
  const settings = sealerEnv();
  await refuseUnprotectedTrail(settings.SEALER_DATABASE_URL, stopping.signal);
  const log = pino({ level: settings.LOG_LEVEL, base: { environment: settings.RECONNECT_ENVIRONMENT } });
  await keepSealing(settings, { log, signal: stopping.signal, mayAdopt: process.argv.includes("--adopt") });
} catch (error) {
  process.stderr.write(`Refused to start. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
