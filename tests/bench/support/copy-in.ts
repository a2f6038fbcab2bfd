import type pg from "pg";

type Connection = {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

export type Cell = string | boolean | null | undefined;

/** `COPY … FROM STDIN` of rows that are at hand, through pg's own protocol: the fastest way into a table that there is. */
export function copyIn(client: pg.Client, { into, rows }: { into: string; rows: readonly Cell[][] }): Promise<void> {
  const data = Buffer.from(rows.map((row) => `${row.map(cellText).join("\t")}\n`).join(""));
  return new Promise((resolve, reject) => {
    // What pg wants of a query of one's own; its types do not know it.
    const submittable = {
      submit: (connection: Connection) => connection.query(`COPY ${into} FROM STDIN`),
      handleCopyInResponse(connection: Connection) {
        connection.sendCopyFromChunk(data);
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => resolve(),
      handleError: (error: Error) => reject(error),
    };
    client.query(submittable as unknown as pg.Submittable);
  });
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "\\N";
  return typeof cell === "string" ? cell.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? "") : String(cell);
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
