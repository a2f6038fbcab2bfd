import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "./prisma-client/client.ts";

/** `pool`: what is beneath, for a statement that runs so often that Prisma's own way to it costs more than the statement. */
export type Database = PrismaClient & { readonly pool: pg.Pool };
export type Transaction = Prisma.TransactionClient;

// A press must not hang on a database that is gone: give up well before the person does.
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 15_000;

/** Begins the text of a raw statement that never varies and runs often: each connection parses it once. */
export const PREPARED = "/* prepared */";

export interface DatabaseClientOptions {
  url: string;
  maxConnections?: number;
  /** Told of connections that broke while idle; they are replaced by themselves. */
  onIdleError?: (error: Error) => void;
}

/** A Prisma client on its own pool. Reconnects by itself after the server was away. */
export function createDatabaseClient({ url, maxConnections = 10, onIdleError }: DatabaseClientOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener, a connection that breaks while idle would end the process.
  pool.on("error", (error) => onIdleError?.(error));
  const adapter = new PrismaPg(pool, {
    onConnectionError: onIdleError,
    statementNameGenerator: nameOf,
    disposeExternalPool: true,
  });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: STATEMENT_TIMEOUT_MS },
  });
  // On the client itself, which all bundles share: each has its own instance of this module.
  return Object.assign(client, { pool });
}

const names = new Map<string, string>();

/** Nothing is the name of a statement that is parsed anew each time. */
function nameOf({ sql }: { sql: string }): string {
  if (!sql.startsWith(PREPARED)) return "";
  const known = names.get(sql) ?? createHash("sha256").update(sql).digest("hex").slice(0, 32);
  names.set(sql, known);
  return known;
}
