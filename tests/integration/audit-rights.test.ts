import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const INSUFFICIENT_PRIVILEGE = "42501";
const FOREIGN_KEY_VIOLATION = "23503";

let database: TestDatabase;
let ctx: TestContext;
let app: pg.Client;
let owner: pg.Client;
let as: Record<"app" | "auditor" | "sealer", pg.Client>;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor("agent") });
  app = await connect(database.appUrl);
  owner = await connect(database.ownerUrl);
  as = { app, auditor: await connect(database.auditorUrl), sealer: await connect(database.sealerUrl) };
});

afterAll(async () => {
  await Promise.all([ctx?.close(), owner?.end(), ...Object.values(as ?? {}).map((client) => client.end())]);
  await database?.drop();
});

beforeEach(async () => {
  await recordAuditEvent(ctx.db, ctx, { action: "sweep.requested", outcome: "succeeded" });
});

describe("the app's database role", () => {
  it.each([
    ["reads events", "SELECT * FROM audit.event"],
    ["reads one column", "SELECT event_id FROM audit.event"],
    ["reads personal data", "SELECT * FROM audit.event_private"],
    ["reads by INSERT … RETURNING", insertEvent({}, "RETURNING event_id")],
    ["copies events out", "COPY audit.event TO STDOUT"],
    [
      "changes an event by INSERT … ON CONFLICT",
      insertEvent({}, "ON CONFLICT (event_id) DO UPDATE SET reason = 'another'"),
    ],
    ["deletes personal data", "DELETE FROM audit.event_private"],
    ["adds a column", "ALTER TABLE audit.event ADD COLUMN note text"],
    ["makes a table beside it", "CREATE TABLE audit.other (id int)"],
    ["reads what was purged", "SELECT * FROM audit.purge"],
    ["erases personal data", "SELECT audit.erase_personal_data('anybody', gen_random_uuid())"],
    ["forges the time of recording", insertEvent({ recorded_at: "'2020-01-01'" })],
    [
      "numbers an event",
      "INSERT INTO audit.sealed_event (number, event_id, leaf, hash) VALUES (1, gen_random_uuid(), sha256('a'), sha256('a'))",
    ],
    [
      "signs a checkpoint",
      "INSERT INTO audit.checkpoint (size, root, note, key_id) VALUES (1, sha256('a'), 'note', 'key')",
    ],
  ])("is refused when it %s", async (_attempt, sql) => {
    const before = await trail();
    await expect(app.query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    expect(await trail()).toEqual(before);
  });

  it("adds an event, which is the one thing it may do", async () => {
    const before = await trail();
    await app.query(insertEvent({}));
    expect(await trail()).toHaveLength(before.length + 1);
  });
});

describe("the auditor's database role", () => {
  it.each([
    ["adds an event", insertEvent({})],
    ["adds personal data", "INSERT INTO audit.event_private (event_id, salt) VALUES (gen_random_uuid(), '')"],
    ["erases personal data", "SELECT audit.erase_personal_data('anybody', gen_random_uuid())"],
    [
      "asks for a purge",
      "SELECT audit.request_purge(gen_random_uuid(), '2000-01-01', gen_random_uuid(), 'because it is old')",
    ],
    ["reads the desk's tables", 'SELECT * FROM "Customer"'],
  ])("is refused when it %s", async (_attempt, sql) => {
    await expect(as.auditor.query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });
});

describe("the sealer's database role", () => {
  it.each([
    ["adds an event", insertEvent({})],
    ["reads personal data", "SELECT * FROM audit.event_private"],
    ["renumbers an event", "UPDATE audit.sealed_event SET number = number + 1"],
    [
      "replaces a signature",
      "INSERT INTO audit.checkpoint (size, root, note, key_id) VALUES (1, '', '', '') ON CONFLICT (size) DO UPDATE SET note = ''",
    ],
    ["takes an alarm back", "DELETE FROM audit.alarm"],
    ["rewords an alarm", "UPDATE audit.alarm SET sentence = 'nothing'"],
    [
      "says that events were purged",
      "INSERT INTO audit.purge (first_number, last_number, request_id, private_rows) VALUES (1, 9, gen_random_uuid(), 0)",
    ],
    ["purges", "SELECT audit.purge_events(gen_random_uuid())"],
    ["reads the desk's tables", 'SELECT * FROM "Customer"'],
  ])("is refused when it %s", async (_attempt, sql) => {
    await expect(as.sealer.query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  it("gives no number to an event that is not there, also not with a table of its own that says otherwise", async () => {
    await as.sealer.query("CREATE TEMP TABLE event AS SELECT '00000000-0000-4000-8000-000000000000'::uuid AS event_id");
    await as.sealer.query("SET search_path = pg_temp");
    const forged = as.sealer.query(
      "INSERT INTO audit.sealed_event (number, event_id, leaf, hash) VALUES (1, '00000000-0000-4000-8000-000000000000', sha256('a'), sha256('a'))",
    );
    await expect(forged).rejects.toMatchObject({ code: FOREIGN_KEY_VIOLATION });
    await as.sealer.query("RESET search_path");
  });
});

/** What none of the processes can do, by whatever hole. */
describe.each(["app", "auditor", "sealer"] as const)("the login of the %s", (login) => {
  it.each([
    ["changes an event", "UPDATE audit.event SET reason = 'another'"],
    ["deletes events", "DELETE FROM audit.event"],
    ["deletes no event at all", "DELETE FROM audit.event WHERE false"],
    ["changes personal data", "UPDATE audit.event_private SET ip = NULL"],
    ["copies events in", "COPY audit.event FROM STDIN"],
    ["copies events to a program", "COPY (SELECT 1) TO PROGRAM 'cat'"],
    ["reads the server's files", "SELECT pg_read_file('PG_VERSION')"],
    ["drops a table", "DROP TABLE audit.sealed_event"],
    ["drops the schema", "DROP SCHEMA audit CASCADE"],
    ["disables a trigger", "ALTER TABLE audit.event DISABLE TRIGGER event_deleted_by_purge"],
    ["disables all triggers", "ALTER TABLE audit.sealed_event DISABLE TRIGGER ALL"],
    ["drops a trigger", "DROP TRIGGER event_append_only ON audit.event"],
    ["adds a trigger", "CREATE TRIGGER mine BEFORE INSERT ON audit.event EXECUTE FUNCTION audit.refuse_change()"],
    ["adds a rule", "CREATE RULE mine AS ON INSERT TO audit.event DO INSTEAD NOTHING"],
    ["drops a constraint", "ALTER TABLE audit.purge_decision DROP CONSTRAINT purge_decision_of_two_people"],
    ["makes a function beside it", "CREATE FUNCTION audit.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    [
      "replaces a function",
      "CREATE OR REPLACE FUNCTION audit.purge_events(request uuid) RETURNS TABLE (first_number bigint, last_number bigint, private_rows bigint) LANGUAGE sql AS 'SELECT 1::bigint, 1::bigint, 1::bigint'",
    ],
    ["turns a definer's function", "ALTER FUNCTION audit.purge_events(uuid) RESET search_path"],
    ["inherits from a table", "CREATE TEMP TABLE mine () INHERITS (audit.event)"],
    [
      "approves a purge beside the function",
      "INSERT INTO audit.purge_decision (request_id, requested_by, decision, decided_by) VALUES (gen_random_uuid(), gen_random_uuid(), 'approved', gen_random_uuid())",
    ],
    ["locks everybody out", "DO $$ BEGIN LOCK TABLE audit.event IN ACCESS EXCLUSIVE MODE; END $$"],
    ["switches to the replica role", "SET session_replication_role = replica"],
    ["becomes the owner", "SET ROLE audit_owner"],
    ["becomes a superuser", "SET SESSION AUTHORIZATION postgres"],
    ["gives itself a role", "GRANT audit_owner TO CURRENT_USER"],
    ["grants itself a function", "GRANT EXECUTE ON FUNCTION audit.erase_personal_data(text, uuid) TO CURRENT_USER"],
    ["makes an event trigger", "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION audit.refuse_change()"],
  ])("is refused when it %s", async (_attempt, sql) => {
    const before = await trail();
    await expect(as[login].query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    expect(await trail()).toEqual(before);
  });

  it("is refused when it empties any table, none of which is cut into partitions", async () => {
    const { rows } = await owner.query(
      "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p', 'f', 'm', 'v')",
    );
    expect(rows.length).toBeGreaterThan(8);
    for (const { relname, relkind } of rows) {
      expect([relname, relkind]).toEqual([relname, "r"]);
      for (const tail of ["", " CASCADE"])
        await expect(as[login].query(`TRUNCATE audit.${relname}${tail}`)).rejects.toMatchObject({
          code: INSUFFICIENT_PRIVILEGE,
        });
    }
    expect((await owner.query("SELECT FROM pg_inherits")).rowCount).toBe(0);
  });

  it("can become no other role of the trail", async () => {
    const others = ["audit_owner", "reconnect_app", "reconnect_auditor", "reconnect_sealer"].filter(
      (role) => role !== `reconnect_${login}`,
    );
    for (const role of others)
      await expect(as[login].query(`SET ROLE ${role}`)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });
});

describe("the owner of the database", () => {
  it.each([
    ["updates an event", "UPDATE audit.event SET reason = 'another'"],
    ["updates no event at all", "UPDATE audit.event SET reason = 'another' WHERE false"],
    ["deletes an event and what stands beside it", "DELETE FROM audit.event_private; DELETE FROM audit.event"],
    ["truncates the trail", "TRUNCATE audit.event CASCADE"],
    ["deletes a number", "DELETE FROM audit.sealed_event"],
    ["truncates the checkpoints", "TRUNCATE audit.checkpoint"],
    ["takes a purge back", "DELETE FROM audit.purge"],
    ["rewrites who approved", "UPDATE audit.purge_decision SET decided_by = requested_by"],
    ["rewrites what was asked for", "UPDATE audit.purge_request SET last_number = 9"],
    ["deletes a signing key", "DELETE FROM audit.signing_key"],
    ["deletes an alarm", "DELETE FROM audit.alarm"],
    [
      "brings tables of its own that tell of a purge",
      "CREATE TEMP TABLE IF NOT EXISTS purge AS SELECT 1 AS first_number, 99 AS last_number, pg_current_xact_id() AS transaction_id; SET search_path = pg_temp; DELETE FROM audit.event_private; DELETE FROM audit.event",
    ],
  ])("is stopped by the trigger when it %s, even under the replica role", async (_attempt, sql) => {
    const before = await trail();
    for (const role of ["origin", "replica"]) {
      await owner.query(`SET session_replication_role = ${role}`);
      await expect(owner.query(sql)).rejects.toThrow(/The audit trail is append-only/);
    }
    await owner.query("RESET session_replication_role");
    expect(await trail()).toEqual(before);
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function trail(): Promise<unknown[]> {
  const { rows } = await owner.query("SELECT * FROM audit.event ORDER BY recorded_at, event_id");
  return rows;
}

/** An event that the table takes, with columns set to other SQL expressions. */
function insertEvent(columns: Record<string, string>, tail = ""): string {
  const values: Record<string, string> = {
    event_id: `'${randomUUID()}'`,
    operation_id: "gen_random_uuid()",
    phase: "'single'",
    occurred_at: "now()",
    schema_version: "1",
    environment: "'simulator'",
    actor_type: "'system'",
    actor_id: "'test'",
    action: "'sweep.requested'",
    decision: "'allow'",
    outcome: "'succeeded'",
    request_id: "'request'",
    body: "'{}'",
    ...columns,
  };
  return `INSERT INTO audit.event (${Object.keys(values).join(", ")}) VALUES (${Object.values(values).join(", ")}) ${tail}`;
}
