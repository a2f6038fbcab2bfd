import { randomUUID } from "node:crypto";
import pg from "pg";
import { type DatabaseUrls, localLogins } from "../../scripts/local-logins.ts";

export interface TestDatabase extends DatabaseUrls {
  drop(): Promise<void>;
}

/** A copy of a migrated, empty database, in some 50 ms. */
export async function copyDatabase(templateUrl: string): Promise<TestDatabase> {
  const template = new URL(templateUrl);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = Object.assign(new URL(template), { pathname: "/postgres" }).href;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`);
  return {
    ...localLogins(Object.assign(new URL(template), { pathname: `/${name}` }).href),
    async drop() {
      // A connection that is just being closed must not be cut off: its client would take that for an error nobody handles.
      await onServer(server, letGo(name));
      await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Waits until nobody is connected, two seconds at most. */
function letGo(name: string): string {
  return `DO $$ BEGIN FOR i IN 1..40 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid());
    PERFORM pg_sleep(0.05);
  END LOOP; END $$`;
}
