import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openSchemaEngine } from "../../prisma/schema-engine.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Made by hand, because Prisma's schema language cannot say them. */
const BY_HAND = [
  "RepairCase_one_open_per_exchange",
  "ReauthSession_one_pending_per_exchange",
  "Sweep_one_live",
  "CatchUp_one_running",
  "Proof_one_running_per_exchange",
  "DwollaEvent_unprocessed",
  "DwollaEvent_missed",
  "Exchange_troubled",
  "SweepPlan_due",
  "RepairCase_open_by_urgency",
  "ReauthSession_pending",
  "DwollaCall_failed",
  "DwollaCall_by_people",
  "DwollaCall_changes",
  "DwollaCall_of_pages",
  "DwollaCall_made",
  "DwollaCall_of_requests",
];

const CHECKS_BY_HAND = [
  "AuditReview_subjects_are_known",
  "AuditReview_reviewer_is_no_subject",
  "AuditReview_signed_off_by_another",
  "AuditReview_signed_off_by_no_subject",
  "AuditReview_returned_by_another",
  "AuditReview_signed_off_by_somebody",
  "AuditReview_abandoned_with_reason",
  "AuditReview_sizes",
  "AuditReviewItem_decision",
  "AuditReviewItem_finding_has_words",
];

const COLUMNS = `SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`;

const CONSTRAINTS = `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations' AND contype <> 'n' ORDER BY 1, 2`;

const ENUMS = `SELECT typname, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY typname, enumsortorder`;

const INDEXES = `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`;

let migrated: TestDatabase;
let drawn: TestDatabase;

beforeAll(async () => {
  [migrated, drawn] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await query(drawn.ownerUrl, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
  await query(drawn.ownerUrl, await drawSchema(drawn.ownerUrl));
});

afterAll(async () => {
  await Promise.all([migrated.drop(), drawn.drop()]);
});

describe("migrations", () => {
  it.each([
    ["columns", COLUMNS],
    ["enumerations", ENUMS],
  ])("leave the very %s that schema.prisma describes", async (_, sql) => {
    expect(await query(migrated.ownerUrl, sql)).toEqual(await query(drawn.ownerUrl, sql));
  });

  it.each([
    ["indexes", INDEXES, BY_HAND],
    ["constraints", CONSTRAINTS, CHECKS_BY_HAND],
  ])("leave the %s that schema.prisma describes, and those made by hand", async (_, sql, byHand) => {
    const rows = await query(migrated.ownerUrl, sql);
    const described = rows.filter((row) => !byHand.includes(String(row.name)));
    expect(described).toEqual(await query(drawn.ownerUrl, sql));
    expect(rows.length - described.length).toBe(byHand.length);
  });

  it("are on record with a checksum each, as Prisma's own deployment writes them", async () => {
    const rows = await query(
      migrated.ownerUrl,
      `SELECT checksum, finished_at, applied_steps_count FROM "_prisma_migrations"`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toMatchObject({ checksum: expect.stringMatching(/^[0-9a-f]{64}$/), applied_steps_count: 1 });
      expect(row.finished_at).not.toBeNull();
    }
  });
});

test("an old event keeps the hash of its webhook, and nothing of its bytes", async () => {
  const rows = await query(
    migrated.ownerUrl,
    `CREATE SCHEMA old; SET search_path TO old;
    CREATE TABLE "DwollaEvent" (id int, body bytea NOT NULL, "receivedAt" timestamptz(3), "readAt" timestamptz(3));
    INSERT INTO "DwollaEvent" VALUES (1, 'Ana came', now(), NULL), (2, 'Ana was listed', NULL, now()),
      (3, 'Ana came late', now(), now() - interval '1 hour');
    ${readFileSync("prisma/migrations/20261126000000_event_payload/migration.sql", "utf8")}
    SELECT id, payload, encode("signedSha256", 'hex') AS sha256, "signedBytes" AS bytes FROM "DwollaEvent" ORDER BY id;`,
  );
  expect(rows).toEqual([
    { id: 1, payload: null, sha256: hash("sha256", "Ana came"), bytes: 8 },
    { id: 2, payload: null, sha256: null, bytes: null },
    { id: 3, payload: null, sha256: null, bytes: null },
  ]);
});

/** The SQL of a database made from schema.prisma alone. */
async function drawSchema(ownerUrl: string): Promise<string> {
  const { engine, schema, close } = await openSchemaEngine(ownerUrl);
  try {
    const { stdout } = await engine.diff({
      from: { tag: "empty" },
      to: { tag: "schemaDatamodel", files: [schema] },
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    } as Parameters<typeof engine.diff>[0]);
    return stdout ?? "";
  } finally {
    await close();
  }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Of several statements the last.
    const results = [await client.query(sql)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}
