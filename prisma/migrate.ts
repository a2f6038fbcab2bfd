import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { openSchemaEngine } from "./schema-engine.ts";

const migrationsDirectory = fileURLToPath(new URL("./migrations", import.meta.url));

export type GroupRole = "reconnect_app" | "reconnect_auditor" | "reconnect_sealer";

export interface MigrateOptions {
  /** The database's owner, who may create roles or finds them made by hand; used for nothing else. */
  ownerUrl: string;
  /** The connections of the processes. Their login roles are made, or given these passwords, and put into their group. */
  logins: { url: string; role: GroupRole }[];
}

/** Brings a database to the newest schema. Safe to repeat. Returns the names of the migrations it applied. */
export async function migrate({ ownerUrl, logins }: MigrateOptions): Promise<{ applied: string[] }> {
  const applied = await applyMigrations(ownerUrl);
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await grantLogins(owner, logins);
    await migrateJobQueue(owner, ownerUrl);
    return { applied };
  } finally {
    await owner.end();
  }
}

async function applyMigrations(ownerUrl: string): Promise<string[]> {
  const names = (await readdir(migrationsDirectory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (path) => ({
      path,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(`${migrationsDirectory}/${path}/migration.sql`, "utf8") },
      },
    })),
  );
  const lockfile = {
    path: "migration_lock.toml",
    content: await readFile(`${migrationsDirectory}/migration_lock.toml`, "utf8"),
  };
  const { engine, close } = await openSchemaEngine(ownerUrl);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: { baseDir: migrationsDirectory, lockfile, shadowDbInitScript: "", migrationDirectories },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } finally {
    await close();
  }
}

async function grantLogins(owner: pg.Client, logins: MigrateOptions["logins"]): Promise<void> {
  for (const { url, role } of logins) {
    const { username, password } = new URL(url);
    const login = owner.escapeIdentifier(decodeURIComponent(username));
    const secret = owner.escapeLiteral(decodeURIComponent(password));
    await owner.query(
      `DO $$ BEGIN CREATE ROLE ${login} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    // Two databases of one server may be migrated at once, and both touch the same catalogue row.
    await retryConcurrentUpdate(() => owner.query(`ALTER ROLE ${login} PASSWORD ${secret}`));
    await retryConcurrentUpdate(() => owner.query(`GRANT ${role} TO ${login}`));
  }
}

async function retryConcurrentUpdate(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run();
      return;
    } catch (error) {
      const isConcurrent = error instanceof Error && error.message.includes("tuple concurrently updated");
      if (!isConcurrent || attempt === 10) throw error;
    }
  }
}

/** graphile-worker protects its tables by row security, which only their owner passes: so the app's role owns them. */
async function migrateJobQueue(owner: pg.Client, ownerUrl: string): Promise<void> {
  const database = owner.escapeIdentifier(owner.database ?? "");
  const pgPool = new pg.Pool({ connectionString: ownerUrl, max: 2, options: "-c role=reconnect_app" });
  pgPool.on("error", () => undefined);
  pgPool.on("connect", (client) => client.on("error", () => undefined));
  await retryConcurrentUpdate(() => owner.query("GRANT reconnect_app TO CURRENT_USER"));
  await owner.query(`GRANT CREATE ON DATABASE ${database} TO reconnect_app`);
  try {
    await runMigrations({ pgPool });
  } finally {
    await owner.query(`REVOKE CREATE ON DATABASE ${database} FROM reconnect_app`);
    await pgPool.end();
  }
}

/** `npm run db:migrate`: the owner's address from MIGRATION_DATABASE_URL, the logins from the processes' own addresses. */
async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL, AUDITOR_DATABASE_URL, SEALER_DATABASE_URL } = process.env;
  if (!ownerUrl) throw new Error("MIGRATION_DATABASE_URL is missing: the address of the database's owner.");
  const logins: MigrateOptions["logins"] = [];
  if (DATABASE_URL) logins.push({ url: DATABASE_URL, role: "reconnect_app" });
  if (AUDITOR_DATABASE_URL) logins.push({ url: AUDITOR_DATABASE_URL, role: "reconnect_auditor" });
  if (SEALER_DATABASE_URL) logins.push({ url: SEALER_DATABASE_URL, role: "reconnect_sealer" });
  const { applied } = await migrate({ ownerUrl, logins });
  console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(`The migration stopped: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
