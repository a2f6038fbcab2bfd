import { existsSync, renameSync } from "node:fs";
import pg from "pg";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { type DatabaseUrls, localLogins, migrateWithLocalLogins } from "./local-logins.ts";

const OLDEST_POSTGRES = 15;

export interface LocalDatabase extends DatabaseUrls {
  /** Where it runs and what was done to it, in words for a person. */
  summary: string;
  /** What the sealer remembers of this database's audit trail. */
  checkpointDirectory: string;
  stop(): Promise<void>;
}

export interface LocalDatabaseOptions {
  /** The owner's connection to a Postgres that exists; without it the embedded one is started. */
  databaseUrl: string | undefined;
  port: number;
  /** Empties the embedded database first. One that was given is never emptied. */
  startEmpty: boolean;
}

/** A running Postgres with the newest schema and the logins of the processes. */
export async function prepareDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const server = options.databaseUrl
    ? { url: options.databaseUrl, stop: async () => undefined }
    : await startEmbeddedPostgres({ dataDirectory: ".data/postgres", port: options.port });
  try {
    const version = await requirePostgres(server.url);
    const isEmptied = options.startEmpty && !options.databaseUrl;
    const checkpointDirectory = checkpointsOf(options.databaseUrl);
    if (isEmptied) await recreate(server.url);
    // A new trail must not be taken for the old one cut short.
    if (isEmptied && existsSync(checkpointDirectory)) {
      renameSync(checkpointDirectory, `${checkpointDirectory}-until-${new Date().toISOString().replaceAll(":", "")}`);
    }
    const urls = localLogins(server.url);
    const applied = await migrateWithLocalLogins(urls);
    const origin = options.databaseUrl ? "from DATABASE_URL" : "embedded";
    const changes = [isEmptied && "emptied for the new world", `${applied.length} migrations applied`].filter(Boolean);
    const summary = `PostgreSQL ${version}, ${origin}: ${changes.join(", ")}`;
    return { ...urls, summary, checkpointDirectory, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** One folder for each database: the heads of two trails must not be mixed up. */
function checkpointsOf(databaseUrl: string | undefined): string {
  if (!databaseUrl) return ".data/checkpoints";
  const { host, pathname } = new URL(databaseUrl);
  return `.data/checkpoints-${`${host}${pathname}`.replaceAll(/[^\w.-]/g, "-")}`;
}

async function recreate(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const client = new pg.Client({ connectionString: Object.assign(new URL(url), { pathname: "/postgres" }).href });
  try {
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Returns the major version; refuses what the migrations do not run on. */
export async function requirePostgres(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int / 10000 AS version",
    );
    const version = rows[0]?.version ?? 0;
    if (version >= OLDEST_POSTGRES) return version;
    throw new Error(`PostgreSQL ${OLDEST_POSTGRES} or newer is needed; DATABASE_URL leads to version ${version}.`);
  } finally {
    await client.end();
  }
}
