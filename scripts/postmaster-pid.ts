import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const SHUTDOWN_TIMEOUT_MS = 30_000;

/**
 * The server that runs on a data directory, or null when it is free to be started.
 * Waits for one that is just shutting down, and clears a lock file whose process is dead or is no Postgres (as
 * after a restarted container, where another program got the number).
 */
export async function runningServer(dataDirectory: string): Promise<{ port: number } | null> {
  const lockFile = join(dataDirectory, "postmaster.pid");
  const giveUpAt = Date.now() + SHUTDOWN_TIMEOUT_MS;
  for (;;) {
    const lock = await readLock(lockFile);
    if (!lock) return null;
    if (!(await isPostgres(lock.pid))) {
      await rm(lockFile, { force: true });
      return null;
    }
    if (await accepts(lock.port)) return { port: lock.port };
    if (Date.now() > giveUpAt) {
      throw new Error(
        `Postgres (process ${lock.pid}) holds ${dataDirectory} but answers nothing. Stop it and try again.`,
      );
    }
    await sleep(100);
  }
}

/** Line 1 is the process, line 4 the port (PostgreSQL documentation, "Database File Layout"). */
async function readLock(lockFile: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(lockFile, "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]) } : null;
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  // Where there is no /proc, a living process is believed to be what the file says.
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "postgres");
  return name.trim() === "postgres";
}

async function accepts(port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres` });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
