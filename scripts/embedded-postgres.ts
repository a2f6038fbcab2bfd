import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { chown, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { endWithUs } from "./lifeline.ts";
import { lastLines } from "./log-files.ts";
import { requireFreePorts } from "./ports.ts";
import { findPostgres, type PostgresPlace } from "./postgres-binaries.ts";
import { runningServer } from "./postmaster-pid.ts";
import { runsDirectly } from "./runs-directly.ts";
import { runProgram, untilStopped } from "./shutdown.ts";

const DATABASE = "reconnect_desk";
const START_TIMEOUT_MS = 60_000;

export interface EmbeddedPostgresOptions {
  dataDirectory: string;
  port: number;
  /** Server settings, as in `postgres -c name=value`. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** The superuser's connection to the database `reconnect_desk`. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres on loopback. The data directory is made when missing; the log goes to `<data directory>.log`.
 * A server that already runs on this data directory is used as it is, and left running by `stop`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const logFile = `${resolve(options.dataDirectory)}.log`;
  mkdirSync(dirname(logFile), { recursive: true });
  const place = await findPostgres(resolve(options.dataDirectory));
  const running = await runningServer(place.dataDirectory);
  if (running) {
    await createDatabase(running.port);
    return { url: databaseUrl(running.port), stop: async () => undefined };
  }
  await requireFreePorts([{ purpose: "embedded Postgres", port: options.port, variable: "POSTGRES_PORT" }]);
  if (!existsSync(join(place.dataDirectory, "PG_VERSION"))) await initialise(place, logFile);
  const server = spawnServer(place, options, logFile);
  const letGo = server.pid === undefined ? undefined : endWithUs(server.pid, "INT");
  const stop = async () => {
    await stopServer(server);
    letGo?.();
  };
  try {
    await acceptsConnections(server, options.port, logFile);
    await createDatabase(options.port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: databaseUrl(options.port), stop };
}

/** In a folder beside it first, so that an interrupted initdb never looks like a finished one. */
async function initialise(place: PostgresPlace, logFile: string): Promise<void> {
  const unfinished = `${place.dataDirectory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = join(unfinished, "..", `.postgres-password-${process.pid}`);
  await writeFile(passwordFile, "postgres\n");
  await giveTo(place, unfinished);
  await giveTo(place, passwordFile);
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const auth = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const initdb = spawn(
    place.initdb,
    [`--pgdata=${unfinished}`, "--no-sync", ...locale, ...auth],
    childOptions(place, logFile),
  );
  const [code] = await once(initdb, "exit").finally(() => rm(passwordFile, { force: true }));
  if (code !== 0) throw new Error(`initdb failed:\n${lastLines(logFile, 10)}`);
  // A folder that was made ahead, empty, would be in the way.
  await rm(place.dataDirectory, { recursive: true, force: true });
  await rename(unfinished, place.dataDirectory);
}

async function giveTo({ identity }: PostgresPlace, path: string): Promise<void> {
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(path, identity.uid, identity.gid);
}

function spawnServer(place: PostgresPlace, options: EmbeddedPostgresOptions, logFile: string): ChildProcess {
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", place.dataDirectory, "-p", String(options.port), ...flags];
  return spawn(place.postgres, args, childOptions(place, logFile));
}

/** Detached, because a Ctrl-C in the terminal must reach the processes that use the database, not the database. */
function childOptions(place: PostgresPlace, logFile: string) {
  const log = openSync(logFile, "a");
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  return { ...place.identity, cwd: "/", detached: true, env, stdio: ["ignore" as const, log, log] };
}

async function acceptsConnections(server: ChildProcess, port: number, logFile: string): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  let failure: Error | undefined;
  server.once("error", (error) => {
    failure = error;
  });
  while (Date.now() < giveUpAt) {
    if (failure) throw failure;
    if (server.exitCode !== null) throw new Error(`Postgres did not start:\n${lastLines(logFile, 10)}`);
    if (await query(port, "SELECT 1").catch(() => null)) return;
    await sleep(50);
  }
  throw new Error(
    `Postgres did not accept connections within ${START_TIMEOUT_MS / 1000} s:\n${lastLines(logFile, 10)}`,
  );
}

async function createDatabase(port: number): Promise<void> {
  const found = await query(port, `SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`);
  if (found.rowCount === 0) await query(port, `CREATE DATABASE ${DATABASE}`);
}

async function query(port: number, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: databaseUrl(port, "postgres") });
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

function databaseUrl(port: number, database = DATABASE): string {
  return `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`;
}

/** SIGINT is Postgres' fast shutdown: sessions are ended, everything committed is kept. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  server.kill("SIGINT");
  await once(server, "exit");
}

if (runsDirectly(import.meta.url)) {
  await runProgram(
    async (cleanup) => {
      const port = Number(process.env.POSTGRES_PORT ?? 54329);
      const server = await startEmbeddedPostgres({ dataDirectory: ".data/postgres", port });
      cleanup.add(server.stop);
      console.log(`Postgres is ready: ${server.url}\nCtrl-C stops it.`);
      return untilStopped();
    },
    { interruptedCode: 0 },
  );
}
