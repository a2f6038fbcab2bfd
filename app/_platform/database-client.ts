import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "./prisma-client/client.ts";

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

// A press must not hang on a database that is gone: give up well before the person does.
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 15_000;

const PREPARED_MARK = "/* prepared */";
/** Begins a raw statement whose text never varies and that runs often: each connection parses it once. */
export const PREPARED = Prisma.raw(PREPARED_MARK);

export interface DatabaseClientOptions {
  url: string;
  maxConnections?: number;
  /** Told of connections that broke while idle; they are replaced by themselves. */
  onIdleError?: (error: Error) => void;
}

/** A Prisma client on its own pool. Reconnects by itself after the server was away. */
export function createDatabaseClient({ url, maxConnections = 10, onIdleError }: DatabaseClientOptions): Database {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
    },
    { onPoolError: onIdleError, onConnectionError: onIdleError, statementNameGenerator: nameOf },
  );
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: STATEMENT_TIMEOUT_MS },
  });
}

const names = new Map<string, string>();

/** Nothing is the name of a statement that is parsed anew each time. */
function nameOf({ sql }: { sql: string }): string {
  if (!sql.startsWith(PREPARED_MARK)) return "";
  const known = names.get(sql) ?? createHash("sha256").update(sql).digest("hex").slice(0, 32);
  names.set(sql, known);
  return known;
}
