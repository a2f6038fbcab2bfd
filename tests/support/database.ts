import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { type DatabaseUrls, localLogins } from "../../scripts/local-logins.ts";

export interface TestDatabase extends DatabaseUrls {
  drop(): Promise<void>;
}

/** A migrated, empty database for one test file or one test. It fails without a database server, it never skips. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject("templateUrl"));
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = Object.assign(new URL(template), { pathname: "/postgres" }).href;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`);
  return {
    ...localLogins(Object.assign(new URL(template), { pathname: `/${name}` }).href),
    drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
