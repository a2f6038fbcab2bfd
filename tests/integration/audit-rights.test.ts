import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const INSUFFICIENT_PRIVILEGE = "42501";

let database: TestDatabase;
let ctx: TestContext;
let app: pg.Client;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor("agent") });
  app = await connect(database.appUrl);
  owner = await connect(database.ownerUrl);
});

afterAll(async () => {
  await Promise.all([ctx?.close(), app?.end(), owner?.end()]);
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
    ["changes an event", "UPDATE audit.event SET reason = 'another'"],
    [
      "changes an event by INSERT … ON CONFLICT",
      insertEvent({}, "ON CONFLICT (event_id) DO UPDATE SET reason = 'another'"),
    ],
    ["deletes events", "DELETE FROM audit.event"],
    ["deletes personal data", "DELETE FROM audit.event_private"],
    ["empties the trail", "TRUNCATE audit.event CASCADE"],
    ["drops the trail", "DROP TABLE audit.event CASCADE"],
    ["drops the schema", "DROP SCHEMA audit CASCADE"],
    ["adds a column", "ALTER TABLE audit.event ADD COLUMN note text"],
    ["disables the trigger", "ALTER TABLE audit.event DISABLE TRIGGER event_append_only"],
    ["drops the trigger", "DROP TRIGGER event_append_only ON audit.event"],
    ["adds a trigger", "CREATE TRIGGER mine BEFORE INSERT ON audit.event EXECUTE FUNCTION audit.refuse_change()"],
    [
      "replaces the function",
      "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
    ["makes a table beside it", "CREATE TABLE audit.other (id int)"],
    ["switches to the replica role", "SET session_replication_role = replica"],
    ["becomes the owner", "SET ROLE audit_owner"],
    ["becomes the sealer", "SET ROLE reconnect_sealer"],
    ["forges the time of recording", insertEvent({ recorded_at: "'2020-01-01'" })],
    [
      "numbers an event",
      "INSERT INTO audit.sealed_event (number, event_id, leaf, hash) VALUES (1, gen_random_uuid(), sha256('a'), sha256('a'))",
    ],
    [
      "signs a checkpoint",
      "INSERT INTO audit.checkpoint (size, root, note, key_id) VALUES (1, sha256('a'), 'note', 'key')",
    ],
    ["grants itself a right", "GRANT SELECT ON audit.event TO CURRENT_USER"],
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
    ["changes an event", "UPDATE audit.event SET reason = 'another'"],
    ["deletes events", "DELETE FROM audit.event"],
    ["empties the trail", "TRUNCATE audit.event CASCADE"],
    ["reads personal data", "SELECT * FROM audit.event_private"],
    ["reads the desk's tables", 'SELECT * FROM "Customer"'],
  ])("is refused when it %s", async (_attempt, sql) => {
    const auditor = await connect(database.auditorUrl);
    await expect(auditor.query(sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    await auditor.end();
  });
});

describe("the owner of the database", () => {
  it.each([
    ["updates an event", "UPDATE audit.event SET reason = 'another'"],
    ["updates no event at all", "UPDATE audit.event SET reason = 'another' WHERE false"],
    ["deletes an event", "DELETE FROM audit.event"],
    ["truncates the trail", "TRUNCATE audit.event CASCADE"],
    ["deletes a number", "DELETE FROM audit.sealed_event"],
    ["truncates the checkpoints", "TRUNCATE audit.checkpoint"],
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
