import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { freePort } from "./ports.ts";
import type { Cleanup } from "./shutdown.ts";

/** Data that nobody will miss after a crash: half of a test run would otherwise be waiting for the disk. */
const CARELESS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

/** A Postgres of its own on a free port, for tests; `stop` also deletes its data. */
export async function startTemporaryPostgres(): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-test-"));
  // mkdtemp keeps the folder to its maker, and root's Postgres runs as somebody else.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDirectory: join(folder, "postgres"),
    port: await freePort(),
    settings: CARELESS,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same for as long as a program runs. Gives its address. Ctrl-C may come while it starts, and then waits for it. */
export async function temporaryPostgresFor(cleanup: Cleanup): Promise<string> {
  const starting = startTemporaryPostgres();
  cleanup.add(() => starting.then(({ stop }) => stop()).catch(() => undefined));
  return (await starting).url;
}
