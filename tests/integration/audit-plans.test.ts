import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { uncoveredSql } from "#features/audit-exports/data.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { fillAuditTrail } from "../support/audit-fill.ts";
import { readsWholeTrail, sampleSearches, statementsAround } from "../support/audit-plans.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Enough that reading all of it is never the cheapest; `npm run bench -- audit-list` does the same with ten million. */
const ROWS = 20_000;

let database: TestDatabase;
let auditorDb: Database;
let auditor: pg.Client;
let searches: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await fillAuditTrail(owner, ROWS).finally(() => owner.end());
  auditorDb = createDatabaseClient({ url: database.auditorUrl, maxConnections: 1 });
  auditor = new pg.Client({ connectionString: database.auditorUrl });
  await auditor.connect();
  searches = await sampleSearches(auditor);
});

afterAll(async () => {
  await Promise.all([auditorDb?.$disconnect(), auditor?.end()]);
  await database?.drop();
});

describe("every page of every filter of the trail", () => {
  it("is read by indexes, never through the whole trail", async () => {
    const found: string[] = [];
    for (const [name, q] of Object.entries(searches)) {
      for (const [page, statement] of Object.entries(await statementsAround(auditorDb, q))) {
        if (await readsWholeTrail(auditor, statement)) found.push(`${name}, ${page} page`);
      }
    }
    expect(found).toEqual([]);
  });

  it("leaves it to a few rows to say what a bundle of it does not cover", async () => {
    const { filter } = parseAuditAddress({ q: "created:>=2020" }, new Date());
    const seenBefore = new Date(Date.now() - 60 * 60_000);
    expect(await readsWholeTrail(auditor, uncoveredSql({ filter, size: ROWS, seenBefore }))).toBe(false);
  });
});
