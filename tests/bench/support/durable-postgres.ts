import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../../scripts/embedded-postgres.ts";
import { type DatabaseUrls, localLogins, migrateWithLocalLogins } from "../../../scripts/local-logins.ts";
import { freePort } from "../../../scripts/ports.ts";
import type { Cleanup } from "../../../scripts/shutdown.ts";

/**
 * fsync, synchronous_commit and full_page_writes stay as Postgres has them: on. No checkpoint comes by itself, so that none falls
 * on one of the two that are compared, and no page is logged whole because of it. Statements are counted.
 */
const SETTINGS = {
  max_wal_size: "16GB",
  checkpoint_timeout: "1d",
  autovacuum: "off",
  max_connections: "200",
  shared_preload_libraries: "pg_stat_statements",
};

/** A migrated, empty database on a server of its own; its data is deleted at the end. */
export function startDurableDatabase(cleanup: Cleanup): Promise<DatabaseUrls> {
  return startDatabase(cleanup, SETTINGS);
}

/** The same with settings of the caller's own, where nothing has to survive. */
export async function startDatabase(cleanup: Cleanup, settings: Record<string, string>): Promise<DatabaseUrls> {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-bench-"));
  // mkdtemp keeps the folder to its maker, and root's Postgres runs as somebody else.
  await chmod(folder, 0o755);
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const dataDirectory = join(folder, "postgres");
  const server = await startEmbeddedPostgres({ dataDirectory, port: await freePort(), settings });
  cleanup.add(server.stop);
  const urls = localLogins(server.url);
  await migrateWithLocalLogins(urls);
  return urls;
}
