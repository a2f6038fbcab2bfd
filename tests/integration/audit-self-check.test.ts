import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertAuditTrailIsProtected } from "#platform/audit-self-check.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Database;

const PROCESSES = [
  ["appUrl", "reconnect_app"],
  ["auditorUrl", "reconnect_auditor"],
  ["sealerUrl", "reconnect_sealer"],
] as const;

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl, maxConnections: 2 });
});

afterEach(async () => {
  await db?.$disconnect();
  await database?.drop();
});

describe("the self-check of the audit trail", () => {
  it("passes on a database as the migrations made it, for each process as itself and for none as another", async () => {
    for (const [url, role] of PROCESSES) {
      const own = createDatabaseClient({ url: database[url], maxConnections: 2 });
      await expect(assertAuditTrailIsProtected(own, role)).resolves.toBeUndefined();
      const another = role === "reconnect_app" ? "reconnect_sealer" : "reconnect_app";
      await expect(assertAuditTrailIsProtected(own, another)).rejects.toThrow(
        `not expected: this connection belongs to ${role}`,
      );
      await own.$disconnect();
    }
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
    [
      "the trail is cut into partitions",
      "CREATE TABLE audit.part () INHERITS (audit.sealed_event)",
      "not expected: table audit.sealed_event belongs to audit_owner, in parts",
    ],
    [
      "an event trigger runs",
      "CREATE FUNCTION public.quiet() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER quiet ON ddl_command_end EXECUTE FUNCTION public.quiet()",
      "not expected: an event trigger runs: quiet",
    ],
    [
      "a purge no longer needs two people",
      "ALTER TABLE audit.purge_decision DROP CONSTRAINT purge_decision_of_two_people",
      "missing: audit.purge_decision: CHECK",
    ],
    [
      "a purge may reach younger events",
      "ALTER TABLE audit.purge_request ALTER requested_at SET DEFAULT 'infinity'",
      "missing: audit.purge_request.requested_at defaults to clock_timestamp()",
    ],
    [
      "who asked for a purge may be forged",
      "ALTER TABLE audit.purge_decision DROP CONSTRAINT purge_decision_request_id_requested_by_fkey",
      "missing: audit.purge_decision: FOREIGN KEY",
    ],
    [
      "the deletion is not looked at",
      "ALTER TABLE audit.event DISABLE TRIGGER event_deleted_by_purge",
      "disabled: CREATE TRIGGER event_deleted_by_purge",
    ],
    [
      "a definer's function is replaced",
      "CREATE OR REPLACE FUNCTION audit.decide_purge(request uuid, verdict text, person uuid) RETURNS TABLE (first_number bigint, last_number bigint) LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1::bigint, 1::bigint'",
      "missing: function audit.decide_purge(",
    ],
    [
      "a definer's function no longer runs as its definer",
      "ALTER FUNCTION audit.purge_events(uuid) SECURITY INVOKER",
      "not expected: function audit.purge_events(request uuid) belongs to audit_owner, plpgsql, as invoker",
    ],
    [
      "a definer's function finds names of the caller's",
      "ALTER FUNCTION audit.purge_events(uuid) SET search_path = public",
      "missing: function audit.purge_events(",
    ],
    [
      "a function belongs to somebody else",
      "ALTER FUNCTION audit.purge_events(uuid) OWNER TO CURRENT_USER",
      "missing: function audit.purge_events(",
    ],
    [
      "a function is said to be stable",
      "ALTER FUNCTION audit.refuse_change() STABLE",
      "not expected: function audit.refuse_change() belongs to audit_owner, plpgsql, as invoker, not volatile",
    ],
    [
      "everybody may purge",
      "GRANT EXECUTE ON FUNCTION audit.purge_events(uuid) TO PUBLIC",
      "not expected: PUBLIC may EXECUTE on function audit.purge_events",
    ],
    [
      "the app may make objects beside the trail",
      "GRANT CREATE ON SCHEMA audit TO reconnect_app",
      "not expected: this connection may make objects in schema audit",
    ],
    ["the trail is gone", "ALTER SCHEMA audit RENAME TO other", "missing: schema audit belongs to audit_owner"],
  ])("refuses, and says so, when %s", async (_change, sql, difference) => {
    await asOwner(sql);
    await expect(assertAuditTrailIsProtected(db, "reconnect_app")).rejects.toThrow(difference);
  });

  // Roles belong to the whole server, on which other tests run: so what is changed is put back within the transaction.
  it.each([
    [
      "its login passes row security",
      "ALTER ROLE reconnect_desk_app BYPASSRLS",
      "this connection is a superuser, may make roles, replicate",
    ],
    [
      "its login may replicate",
      "ALTER ROLE reconnect_desk_app REPLICATION",
      "this connection is a superuser, may make roles, replicate",
    ],
    [
      "its login may read everything",
      "GRANT pg_read_all_data TO reconnect_desk_app",
      "this connection belongs to pg_read_all_data",
    ],
    [
      "its group may read everything",
      "GRANT pg_read_all_data TO reconnect_app",
      "reconnect_app belongs to pg_read_all_data",
    ],
    [
      "its login is the auditor too",
      "GRANT reconnect_auditor TO reconnect_desk_app",
      "this connection belongs to reconnect_auditor",
    ],
    ["the owner may sign in", "ALTER ROLE audit_owner LOGIN", "audit_owner may sign in or has rights over the server"],
    [
      "the owner passes row security",
      "ALTER ROLE audit_owner BYPASSRLS",
      "audit_owner may sign in or has rights over the server",
    ],
  ])("refuses, and says so, when %s", async (_change, sql, difference) => {
    const ownerDb = createDatabaseClient({ url: database.ownerUrl, maxConnections: 1 });
    const check = ownerDb.$transaction(async (tx) => {
      await tx.$executeRawUnsafe(sql);
      await tx.$executeRawUnsafe("SET LOCAL SESSION AUTHORIZATION reconnect_desk_app");
      await assertAuditTrailIsProtected(tx as Database, "reconnect_app");
    });
    await expect(check).rejects.toThrow(difference);
    await ownerDb.$disconnect();
  });

  it("refuses to run as a superuser, because nothing would hold that back", async () => {
    const ownerDb = createDatabaseClient({ url: database.ownerUrl, maxConnections: 1 });
    const refusal = await assertAuditTrailIsProtected(ownerDb, "reconnect_app").catch((error: Error) => error.message);
    await ownerDb.$disconnect();
    expect(refusal).toContain("this connection is a superuser, may make roles, replicate or pass row security");
    expect(refusal).toContain("this connection may DELETE on audit.event");
    expect(refusal).toContain("this connection may switch triggers off");
  });
});

async function asOwner(sql: string): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(sql).finally(() => owner.end());
}
