import "server-only";
import { createDatabaseClient, type Database } from "./database-client.ts";
import { env } from "./env.ts";
import { logger } from "./logger.ts";

// On globalThis because `next dev` loads this module anew at each change, and pools would pile up.
const shared = globalThis as typeof globalThis & { reconnectDb?: Database; reconnectAuditorDb?: Database };

/** The app's own connection: may add to the audit trail, cannot read it. */
export function db(): Database {
  shared.reconnectDb ??= createDatabaseClient({ url: env().DATABASE_URL, onIdleError: warn });
  return shared.reconnectDb;
}

/** The auditor's connection: may read the audit trail, and nothing else. */
export function auditorDb(): Database {
  shared.reconnectAuditorDb ??= createDatabaseClient({
    url: env().AUDITOR_DATABASE_URL,
    maxConnections: 4,
    onIdleError: warn,
  });
  return shared.reconnectAuditorDb;
}

function warn(error: Error): void {
  logger.warn({ reason: error.message }, "database connection lost");
}
