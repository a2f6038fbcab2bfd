import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertAuditTrailIsProtected } from "#platform/audit-self-check.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Database;

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl, maxConnections: 2 });
});

afterEach(async () => {
  await db?.$disconnect();
  await database?.drop();
});

describe("the self-check of the audit trail", () => {
  it("passes on a database as the migrations made it", async () => {
    await expect(assertAuditTrailIsProtected(db)).resolves.toBeUndefined();
  });

  it.each([
    [
      "a trigger is disabled",
      "ALTER TABLE audit.event DISABLE TRIGGER event_append_only",
      "disabled: CREATE TRIGGER event_append_only",
    ],
    [
      "a trigger no longer fires always",
      "ALTER TABLE audit.event ENABLE TRIGGER event_append_only",
      "not always: CREATE TRIGGER event_append_only",
    ],
    [
      "a trigger is dropped",
      "DROP TRIGGER checkpoint_append_only ON audit.checkpoint",
      "missing: always: CREATE TRIGGER checkpoint_append_only",
    ],
    [
      "a trigger is added",
      "CREATE TRIGGER quiet BEFORE INSERT ON audit.event EXECUTE FUNCTION audit.refuse_change()",
      "not expected: not always: CREATE TRIGGER quiet",
    ],
    [
      "the function is replaced",
      "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN NULL; END'",
      "missing: function audit.refuse_change()",
    ],
    [
      "the function's search path is loosened",
      "ALTER FUNCTION audit.refuse_change() RESET search_path",
      "missing: function audit.refuse_change()",
    ],
    [
      "the owner gets a function with its rights",
      "CREATE FUNCTION public.erase() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''; ALTER FUNCTION public.erase() OWNER TO audit_owner",
      "not expected: function erase()",
    ],
    [
      "the app may read",
      "GRANT SELECT ON audit.event TO reconnect_app",
      "not expected: reconnect_app may SELECT on audit.event",
    ],
    [
      "the app may read one column",
      "GRANT SELECT (body) ON audit.event TO reconnect_app",
      "not expected: reconnect_app may SELECT on audit.event.body",
    ],
    [
      "the app may set the time of recording",
      "GRANT INSERT (recorded_at) ON audit.event TO reconnect_app",
      "not expected: reconnect_app may INSERT on audit.event.recorded_at",
    ],
    [
      "the app lost a right",
      "REVOKE INSERT ON audit.event_private FROM reconnect_app",
      "missing: reconnect_app may INSERT on audit.event_private",
    ],
    ["everybody may read", "GRANT SELECT ON audit.event TO PUBLIC", "not expected: PUBLIC may SELECT on audit.event"],
    [
      "everybody may run the function",
      "GRANT EXECUTE ON FUNCTION audit.refuse_change() TO PUBLIC",
      "not expected: PUBLIC may EXECUTE on function audit.refuse_change",
    ],
    [
      "a right may be passed on",
      "GRANT SELECT ON audit.event TO reconnect_auditor WITH GRANT OPTION",
      "not expected: reconnect_auditor may SELECT on audit.event, and pass it on",
    ],
    [
      "a table changed its owner",
      "ALTER TABLE audit.event OWNER TO CURRENT_USER",
      "missing: table audit.event belongs to audit_owner",
    ],
    [
      "a table no longer survives a crash",
      "ALTER TABLE audit.checkpoint SET UNLOGGED",
      "not expected: odd object audit.checkpoint",
    ],
    ["rows are hidden by a policy", "ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY", "with row security"],
    [
      "a rule swallows inserts",
      "CREATE RULE swallow AS ON INSERT TO audit.event_private DO INSTEAD NOTHING",
      "not expected: a rule rewrites statements: CREATE RULE swallow",
    ],
    [
      "the time of recording has another default",
      "ALTER TABLE audit.event ALTER recorded_at SET DEFAULT '2020-01-01'",
      "missing: audit.event.recorded_at defaults to clock_timestamp()",
    ],
    ["the trail is gone", "ALTER SCHEMA audit RENAME TO other", "missing: schema audit belongs to audit_owner"],
  ])("refuses, and says so, when %s", async (_change, sql, difference) => {
    await asOwner(sql);
    await expect(assertAuditTrailIsProtected(db)).rejects.toThrow(difference);
  });

  it("refuses to run as a superuser, because nothing would hold that back", async () => {
    const ownerDb = createDatabaseClient({ url: database.ownerUrl, maxConnections: 1 });
    const refusal = await assertAuditTrailIsProtected(ownerDb).catch((error: Error) => error.message);
    await ownerDb.$disconnect();
    expect(refusal).toContain("this connection is a superuser or may make roles");
    expect(refusal).toContain("this connection may DELETE on audit.event");
    expect(refusal).toContain("this connection may switch triggers off");
  });
});

async function asOwner(sql: string): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(sql).finally(() => owner.end());
}
