import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assertAuditTrailIsProtected } from "#platform/audit-self-check.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { migrate } from "../../prisma/migrate.ts";
import type { EmbeddedPostgres } from "../../scripts/embedded-postgres.ts";
import { startTemporaryPostgres } from "../../scripts/temporary-postgres.ts";

// A server of its own, because roles belong to the whole server: on the others the migrations have made them.
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startTemporaryPostgres();
});

afterAll(() => server?.stop());

test("roles made by hand as the README says are enough: an owner who may create none migrates, and every process starts", async () => {
  await run(server.url, ["CREATE ROLE provider LOGIN PASSWORD 'secret' CREATEROLE CREATEDB"]);
  await run(as("provider", "postgres"), statementsOfReadme());
  const ownerUrl = as("desk_owner", "desk");
  const { applied } = await migrate({ ownerUrl, logins: [] });
  expect(applied.length).toBeGreaterThan(0);
  expect(await migrate({ ownerUrl, logins: [] })).toEqual({ applied: [] });

  for (const process of ["app", "auditor", "sealer"] as const) {
    const db = createDatabaseClient({ url: as(`desk_${process}`, "desk"), maxConnections: 1 });
    await assertAuditTrailIsProtected(db, `reconnect_${process}`).finally(() => db.$disconnect());
  }
  // The queue's tables are behind row security, which only their owner's group passes.
  expect(await run(as("desk_app", "desk"), ["SELECT graphile_worker.add_job('any')"])).toBe(1);
}, 120_000);

/** With a password where the README leaves it out. A database cannot be made among other statements of one message, so they go one by one. */
function statementsOfReadme(): string[] {
  const [, sql = ""] = /^```sql\n(CREATE ROLE desk_owner .*?)```$/ms.exec(readFileSync("README.md", "utf8")) ?? [];
  const bare = sql.replaceAll(/--.*$/gm, "").replaceAll("'…'", "'secret'");
  return bare.split(";").filter((statement) => statement.trim());
}

function as(username: string, database: string): string {
  return Object.assign(new URL(server.url), { username, password: "secret", pathname: `/${database}` }).href;
}

/** @returns the rows of the last one. */
async function run(url: string, statements: string[]): Promise<number | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: number | null = null;
    for (const statement of statements) rows = (await client.query(statement)).rowCount;
    return rows;
  } finally {
    await client.end();
  }
}
