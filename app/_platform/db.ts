import "server-only";
import { type Changes, listenToChanges } from "./changes.ts";
import { type CopyOut, copyOutFrom } from "./copy-out.ts";
import { createDatabaseClient, type Database } from "./database-client.ts";
import { env } from "./env.ts";
import { logger } from "./logger.ts";

// On globalThis because `next dev` loads this module anew at each change, and pools would pile up.
const shared = globalThis as typeof globalThis & {
  reconnectDb?: Database;
  reconnectAuditorDb?: Database;
  reconnectChanges?: Changes;
};

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

/** Reads as the auditor, many rows at once, on a connection that lasts as long as the reading. */
export function auditorCopyOut(): CopyOut {
  return copyOutFrom(env().AUDITOR_DATABASE_URL);
}

/** What changed on the screens, as the database tells it to all processes. */
export function changes(): Changes {
  shared.reconnectChanges ??= listenToChanges({ url: env().DATABASE_URL, warn });
  return shared.reconnectChanges;
}

function warn(error: Error): void {
  logger.warn({ reason: error.message }, "database connection lost");
}
