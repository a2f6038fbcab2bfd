import { Socket } from "node:net";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { Prisma } from "./prisma-client/client.ts";

/** The rows of a query as the server writes them; at the end, how many they were. */
export type CopyOut = (query: Prisma.Sql, format: "csv" | "lines") => AsyncGenerator<Buffer, number>;

/** "lines": a text is a line, as it is. No text of ours holds the two controls that this format would quote. */
const FORMATS = { csv: "FORMAT csv", lines: `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'` } as const;
const CONNECT_TIMEOUT_MS = 3_000;
/** Nobody may hold a view of the past, and with it what others want to clear away, for longer. */
const LONGEST_COPY_MS = 60 * 60_000;

/**
 * `COPY (…) TO STDOUT` on a connection of its own: as fast as the server can, and no faster than the reader reads. Times are given in UTC.
 * Who stops reading ends the connection, and the server its work.
 */
export function copyOutFrom(url: string): CopyOut {
  return async function* copyOut(query, format) {
    const socket = new Socket();
    const client = new pg.Client({
      connectionString: url,
      stream: () => socket,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: LONGEST_COPY_MS,
      keepAlive: true,
    });
    // What breaks the connection breaks the copy too, which says so.
    client.on("error", () => undefined);
    let isDone = false;
    try {
      await client.connect();
      await client.query("SET timezone = 'UTC'");
      const rows = client.query(copyTo(`COPY (${withValues(query)}) TO STDOUT (${FORMATS[format]})`));
      yield* rows as AsyncIterable<Buffer>;
      isDone = true;
      return rows.rowCount;
    } finally {
      if (isDone) await client.end();
      else socket.destroy();
    }
  };
}

/** COPY takes no parameters: the values are written into the text, each as a literal that Postgres' own rules quote. */
function withValues({ strings, values }: Prisma.Sql): string {
  return strings.reduce((text, part, at) => text + literal(values[at - 1]) + part);
}

function literal(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return pg.escapeLiteral(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(", ")}]`;
  throw new TypeError("This kind of value cannot be written into a statement.");
}
