import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";

let folder: string;
let dataDirectory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  await chmod(folder, 0o755);
  dataDirectory = join(folder, "postgres");
});

afterAll(() => rm(folder, { recursive: true }));

test("keeps what was written over a stop and a start", async () => {
  const first = await startEmbeddedPostgres({ dataDirectory, port: await freePort() });
  await query(first.url, "CREATE TABLE kept (n int)");
  await first.stop();

  const second = await startEmbeddedPostgres({ dataDirectory, port: await freePort() });
  const kept = await query(second.url, "SELECT count(*)::int AS n FROM kept");
  await second.stop();

  expect(kept.rows).toEqual([{ n: 0 }]);
});

test("uses a server that runs on the same data already, and leaves it running", async () => {
  const owner = await startEmbeddedPostgres({ dataDirectory, port: await freePort() });

  const guest = await startEmbeddedPostgres({ dataDirectory, port: await freePort() });
  await guest.stop();

  expect(guest.url).toBe(owner.url);
  expect((await query(owner.url, "SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await owner.stop();
});

test.each([
  { whose: "of a dead process", pid: endedProcess },
  { whose: "that now names a program that is no Postgres", pid: async () => process.pid },
])("starts over a lock file $whose", async ({ pid }) => {
  const port = await freePort();
  await writeFile(join(dataDirectory, "postmaster.pid"), `${await pid()}\n${dataDirectory}\n1\n${port}\n`);

  const server = await startEmbeddedPostgres({ dataDirectory, port });

  expect((await query(server.url, "SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await server.stop();
});

test("ends with the process that started it, even after kill -9", async () => {
  const port = await freePort();
  const code = `const { startEmbeddedPostgres } = await import("./scripts/embedded-postgres.ts");
    await startEmbeddedPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, port: ${port} });
    process.kill(process.pid, "SIGKILL");`;
  const starter = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code]);
  expect(await once(starter, "exit")).toEqual([null, "SIGKILL"]);

  await expect.poll(() => readFile(join(dataDirectory, "postmaster.pid"), "utf8").catch(() => "ended")).toBe("ended");
});

test("names the port that is in use, and the variable that changes it", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };

  const start = startEmbeddedPostgres({ dataDirectory, port });

  await expect(start).rejects.toThrow(`Port ${port} (embedded Postgres) is in use`);
  await expect(start).rejects.toThrow("POSTGRES_PORT=");
  other.close();
});

async function endedProcess(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  return child.pid ?? 0;
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}
