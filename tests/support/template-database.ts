import { randomUUID } from "node:crypto";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { localLogins, migrateWithLocalLogins } from "../../scripts/local-logins.ts";
import { startTemporaryPostgres } from "../../scripts/temporary-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The owner's connection to a migrated, empty database that `createTestDatabase` copies. */
    templateUrl: string;
  }
}

/** Vitest's global set-up: one Postgres, one migrated database for all its projects; each test file copies it in some 50 ms. */
export default async function setUpTemplateDatabase(project: TestProject): Promise<() => Promise<void>> {
  const made = project.vitest.projects.map((other) => other.getProvidedContext().templateUrl).find(Boolean);
  if (made) {
    project.provide("templateUrl", made);
    return async () => undefined;
  }
  const given = process.env.TEST_POSTGRES_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startTemporaryPostgres();
  const name = `template_${randomUUID().replaceAll("-", "")}`;
  const templateUrl = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const tearDown = async () => {
    await onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.stop();
  };
  try {
    await onServer(server.url, `CREATE DATABASE ${name}`);
    await migrateWithLocalLogins(localLogins(templateUrl));
    project.provide("templateUrl", templateUrl);
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
