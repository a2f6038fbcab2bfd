import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import type { Cleanup } from "../../scripts/shutdown.ts";

/** A Postgres of its own, as durable as Postgres is by itself, that can be stopped in an instant. */
export async function startMortalPostgres(cleanup: Cleanup) {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-crash-"));
  // mkdtemp keeps the folder to its maker, and root's Postgres runs as somebody else.
  await chmod(folder, 0o755);
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const options = { dataDirectory: join(folder, "postgres"), port: await freePort() };
  let server = await startEmbeddedPostgres(options);
  cleanup.add(() => server.stop());
  return {
    url: server.url,
    dataDirectory: options.dataDirectory,
    /** `pg_ctl stop -m immediate`, and a start that has to recover from the log. */
    async crash(): Promise<void> {
      const lock = await readFile(join(options.dataDirectory, "postmaster.pid"), "utf8");
      process.kill(Number(lock.split("\n")[0]), "SIGQUIT");
      // Waits for its end; a politer signal than the one before changes nothing.
      await server.stop();
      server = await startEmbeddedPostgres(options);
    },
  };
}
