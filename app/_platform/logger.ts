import pino from "pino";
import { env } from "./env.ts";

// The last line of defence: whoever logs an object with one of these names logs nothing.
const SECRET_NAMES = [
  "handover",
  "token",
  "address",
  "authorization",
  "cookie",
  "secret",
  "password",
  "access_token",
  "externalProviderSessionToken",
];

/** JSON lines on standard output. Pass facts as the first argument; never a session's token or address, never personal data. */
export const logger = pino({
  level: env().LOG_LEVEL,
  base: { environment: env().RECONNECT_ENVIRONMENT },
  redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[secret]" },
});
