import { isDwollaError } from "#dwolla/errors.ts";

// Prisma's codes for: cannot reach, timed out, connection closed, no connection free, transaction could not start.
const PRISMA_CODES = ["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"];
// Of a host with two addresses, such as localhost, Node's error has this code and no message.
const NODE_CODES = ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND"];
// PostgreSQL, appendix A: too many connections, shut down by an admin, crashed, cannot connect now. Prisma has its own for them.
const POSTGRES_CODES = ["53300", "57P01", "57P02", "57P03"];
const OUTAGE_CODES = new Set([...PRISMA_CODES, ...NODE_CODES, ...POSTGRES_CODES]);
// Of a raw query Prisma's code says nothing, only its words do.
const OUTAGE_WORDS =
  /Can't reach database server|Server has closed the connection|Operation has timed out|Too many database connections|ECONNREFUSED|ECONNRESET|ETIMEDOUT|timeout exceeded when trying to connect|Connection terminated|terminating connection|the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting connections)/i;

/** Whether an error means that Postgres did not answer, rather than that it said no. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error) || isDwollaError(error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && OUTAGE_CODES.has(code)) return true;
  return OUTAGE_WORDS.test(error.message) || isDatabaseOutage(error.cause);
}
