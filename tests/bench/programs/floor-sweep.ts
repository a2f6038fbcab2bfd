import pg from "pg";
import { Pool } from "undici";
import { type Cell, copyIn } from "../support/copy-in.ts";
import { FLOOR_TABLES, type FloorBody } from "../support/floor-tables.ts";

/**
 * The least that a sweep can cost: the same addresses through a bare Pool, JSON.parse, COPY into stages, one merge at the end. No
 * budget, no checks, no plan, nothing to go on from after a crash.
 */
const { DWOLLA_API_URL: origin = "", FLOOR_DATABASE_URL: databaseUrl = "", FLOOR_AT_ONCE: atOnce = "4" } = process.env;

const FLUSH_ROWS = 1_000;

const pool = new Pool(origin, { connections: Number(atOnce), pipelining: 1 });
const clients = await Promise.all(Array.from({ length: Number(atOnce) }, () => connect()));
const headers = {
  authorization: `Bearer ${await requestToken()}`,
  accept: "application/vnd.dwolla.v1.hal+json",
};

process.on("message", async ({ paths }: { paths: string[] }) => process.send?.(await sweep(paths)));
process.once("disconnect", () => process.exit(0));
process.send?.({});

async function sweep(paths: readonly string[]): Promise<{ ms: number; bytes: number }> {
  const startedAt = performance.now();
  const queue = paths.values();
  let bytes = 0;
  await clients[0]?.query(`TRUNCATE ${FLOOR_TABLES.map(({ stage }) => stage).join(", ")}`);
  const work = async (client: pg.Client) => {
    const staged = new Map<string, Cell[][]>(FLOOR_TABLES.map(({ stage }) => [stage, []]));
    for (const path of queue) {
      const answer = await pool.request({ method: "GET", path, headers });
      const body = await answer.body.text();
      bytes += body.length;
      for (const [into, rows] of stage(staged, path, JSON.parse(body), answer.statusCode)) {
        if (rows.length >= FLUSH_ROWS) await copyIn(client, { into, rows: rows.splice(0) });
      }
    }
    for (const [into, rows] of staged) if (rows.length > 0) await copyIn(client, { into, rows });
  };
  await Promise.all(clients.map(work));
  for (const { stage, merge } of FLOOR_TABLES) {
    if (paths.some((path) => isFor(stage, path))) for (const sql of merge) await clients[0]?.query(sql);
  }
  return { ms: performance.now() - startedAt, bytes };
}

function stage(staged: Map<string, Cell[][]>, path: string, body: FloorBody, status: number): Map<string, Cell[][]> {
  for (const table of FLOOR_TABLES) {
    const found = table.path.exec(path);
    if (found) staged.get(table.stage)?.push(...table.rowsOf(body, found, status));
  }
  return staged;
}

function isFor(stage: string, path: string): boolean {
  return FLOOR_TABLES.some((table) => table.stage === stage && table.path.test(path));
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return client;
}

async function requestToken(): Promise<string> {
  const basic = Buffer.from("local-key:local-secret").toString("base64");
  const { body } = await pool.request({
    method: "POST",
    path: "/token",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  });
  return ((await body.json()) as { access_token: string }).access_token;
}
