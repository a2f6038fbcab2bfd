import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { localLogins, migrateWithLocalLogins } from "../../scripts/local-logins.ts";
import type { Cleanup } from "../../scripts/shutdown.ts";
import { startMortalPostgres } from "./mortal-postgres.ts";
import { bundlePrograms } from "./programs.ts";

export type CrashGround = Awaited<ReturnType<typeof startCrashGround>>;

/** A migrated database on a server that may be struck, programs that may be killed, and a folder on which neither has a hand. */
export async function startCrashGround(cleanup: Cleanup) {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-crash-"));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const [postgres, programs] = await Promise.all([startMortalPostgres(cleanup), bundlePrograms(folder)]);
  const urls = localLogins(postgres.url);
  await migrateWithLocalLogins(urls);
  const owner = new pg.Pool({ connectionString: urls.ownerUrl, max: 3 });
  // Connections that broke when the server was struck; the pool makes new ones.
  owner.on("error", () => undefined);
  cleanup.add(() => owner.end());
  return { cleanup, folder, postgres, programs, urls, owner };
}
