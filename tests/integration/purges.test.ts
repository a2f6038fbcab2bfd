import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { listPurges } from "#features/purges/data.ts";
import {
  approvePurge,
  purgeNextEvents,
  readRetention,
  requestPurge,
  withdrawPurge,
} from "#features/purges/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { emptyTrail, insertSealedEvents } from "../support/old-events.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { sealerFolder, startSealer } from "../support/sealer.ts";

const INPUT = { beforeDay: "2020-01-02", reason: "The retention schedule says so." };
/** Four of ten are recorded before that day. */
const FIRST_EVENT_AT = new Date("2020-01-01T23:56:00Z");

const PATIENCE = { timeout: 30_000, interval: 50 };

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let second: TestContext<StaffActor>;
let auditorDb: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  [compliance, second] = await Promise.all([contextOf("compliance"), contextOf("admin")]);
  auditorDb = createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 });
});

afterAll(async () => {
  await Promise.all([compliance?.close(), second?.close(), auditorDb?.$disconnect()]);
  await database?.drop();
});

beforeEach(async () => {
  await emptyTrail(database.ownerUrl);
  await insertSealedEvents(database.ownerUrl, { count: 10, from: FIRST_EVENT_AT });
});

describe("a purge", () => {
  it("deletes exactly the approved events and their personal data, and keeps every number, leaf and hash", async () => {
    const numbers = await sealedNumbers();
    const requestId = await request();
    expect(await approve(second, requestId)).toEqual({ ok: true, firstNumber: 1, lastNumber: 4 });
    expect(await purgeAll(requestId)).toBe(1);
    expect(await oldEvents()).toEqual([5, 6, 7, 8, 9, 10]);
    expect(await sealedNumbers()).toEqual(numbers);
    const [left] = await queryAsOwner(
      database.ownerUrl,
      "SELECT count(*)::int FROM audit.event_private WHERE salt = '\\x00'",
    );
    expect(left).toEqual({ count: 6 });
    expect(await listPurges(auditorDb)).toMatchObject([
      { requestId, state: "done", purged: 4, decidedById: second.actor.id },
    ]);
  });

  it("leaves one operation on record: who asked why, who approved, what went", async () => {
    const requestId = await request();
    await approve(second, requestId);
    await purgeAll(requestId);
    const range = { firstNumber: 1, lastNumber: 4 };
    const rows = (await auditRows(database.auditorUrl)).filter((row) => row.operation_id === requestId);
    expect(rows.map(({ action, actor_id, details }) => [action, actor_id, details])).toEqual([
      ["audit.purge_requested", compliance.actor.id, { beforeDay: INPUT.beforeDay, ...range }],
      ["audit.purge_approved", second.actor.id, range],
      ["audit.purged", "test", { ...range, events: 4, privateRows: 4 }],
    ]);
  });

  it("goes on where the last one ended, and ends at the newest checkpoint", async () => {
    const requestId = await request();
    await approve(second, requestId);
    await purgeAll(requestId);
    expect(await requestPurge({ ctx: compliance, input: INPUT })).toEqual({ ok: false, reason: "nothing_to_purge" });
    const input = { ...INPUT, beforeDay: "2020-01-03" };
    expect(await requestPurge({ ctx: compliance, input })).toEqual({ ok: true, firstNumber: 5, lastNumber: 10 });
  });

  it("deletes nothing at all, and no record of it, when an event went missing after the approval", async () => {
    const requestId = await request();
    await approve(second, requestId);
    await deleteBehindTheDesk(2);
    await expect(purgeAll(requestId)).rejects.toThrow(/Numbers 1 to 4 are 3 events recorded before 2020-01-02/);
    expect(await oldEvents()).toHaveLength(9);
    expect(await auditRows(database.auditorUrl, { action: "audit.purged" })).toEqual([]);
  });

  it("run by two workers at once deletes each event once and records each step once", async () => {
    const requestId = await request();
    await approve(second, requestId);
    await Promise.all([purgeAll(requestId), purgeAll(requestId)]);
    expect(await oldEvents()).toHaveLength(6);
    expect(await auditRows(database.auditorUrl, { action: "audit.purged" })).toHaveLength(1);
  });
});

describe("the second person", () => {
  it("is never the one who asked, on record", async () => {
    const requestId = await request();
    expect(await approve(compliance, requestId)).toEqual({ ok: false, reason: "own_request" });
    expect((await auditRows(database.auditorUrl, { action: "audit.purge_approved" })).map(outcomeOf)).toEqual([
      ["denied", { refusedBy: "own_request" }],
    ]);
    await expect(purgeAll(requestId)).rejects.toThrow(/No approved purge/);
  });

  it("is one: of two who approve at once the first counts", async () => {
    const third = await contextOf("compliance");
    const requestId = await request();
    const answers = await Promise.all([approve(second, requestId), approve(third, requestId)]);
    await third.close();
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect((await auditRows(database.auditorUrl, { action: "audit.purge_approved" })).map(outcomeOf)).toContainEqual([
      "denied",
      { refusedBy: "not_open" },
    ]);
  });

  it("may say no, and then nobody can say yes", async () => {
    const requestId = await request();
    expect(await withdrawPurge({ ctx: second, input: { requestId } })).toMatchObject({ ok: true });
    expect(await approve(second, requestId)).toEqual({ ok: false, reason: "not_open" });
    expect(await oldEvents()).toHaveLength(10);
  });
});

describe("a request", () => {
  it.each([
    ["events younger than 13 months", "2026-11-01", "too_young"],
    ["a day before the first event", "2019-01-01", "nothing_to_purge"],
  ])("for %s is refused, on record", async (_what, beforeDay, reason) => {
    const ctx = { ...compliance, now: () => new Date("2026-11-25T12:00:00Z") };
    expect(await requestPurge({ ctx, input: { ...INPUT, beforeDay } })).toEqual({ ok: false, reason });
    expect((await auditRows(database.auditorUrl, { action: "audit.purge_requested" })).map(outcomeOf)).toEqual([
      ["denied", { refusedBy: reason }],
    ]);
  });

  it("is not made, approved or withdrawn by a role that may not", async () => {
    const [agent, requestId] = [await contextOf("agent"), await request()];
    const forbidden = { name: "ForbiddenError" };
    await expect(requestPurge({ ctx: second, input: INPUT })).rejects.toMatchObject(forbidden);
    await expect(approve(agent, requestId)).rejects.toMatchObject(forbidden);
    await expect(withdrawPurge({ ctx: agent, input: { requestId } })).rejects.toMatchObject(forbidden);
    await agent.close();
  });

  it("is not made when it cannot be put on record", async () => {
    const ctx = { ...compliance, origin: { ...compliance.origin, requestId: "" } };
    await expect(requestPurge({ ctx, input: INPUT })).rejects.toMatchObject({ name: "ZodError" });
    expect(await listPurges(auditorDb)).toEqual([]);
  });
});

describe("by direct SQL as the app", () => {
  const sql = {
    request: (day: string) =>
      `SELECT * FROM audit.request_purge(gen_random_uuid(), '${day}', gen_random_uuid(), 'because it is old')`,
    decide: (id: string, person: string) => `SELECT * FROM audit.decide_purge('${id}', 'approved', '${person}')`,
  };

  it("nothing younger than 13 months can be asked for", async () => {
    const [row] = await queryAsOwner(
      database.ownerUrl,
      "SELECT ((now() AT TIME ZONE 'UTC') - interval '13 months' + interval '1 day')::date::text AS day",
    );
    await expect(queryAsOwner(database.appUrl, sql.request(String(row?.day)))).rejects.toThrow(
      "purge_request_keeps_13_months",
    );
    await expect(queryAsOwner(database.appUrl, sql.request("infinity"))).rejects.toThrow(
      "purge_request_keeps_13_months",
    );
  });

  it("nobody approves the own request", async () => {
    const requestId = await request();
    await expect(queryAsOwner(database.appUrl, sql.decide(requestId, compliance.actor.id))).rejects.toThrow(
      "purge_decision_of_two_people",
    );
  });

  it("tables and types of the session's own, which stand first in its path, change nothing", async () => {
    const requestId = await request();
    await queryAsOwner(
      database.appUrl,
      `CREATE TEMP TABLE purge (last_number bigint, first_number bigint); CREATE TEMP TABLE event (event_id uuid, recorded_at date);
       CREATE TEMP TABLE purge_request (request_id uuid); CREATE TEMP TABLE gone (event_id uuid); CREATE TEMP TABLE numbered (event_id uuid);
       CREATE DOMAIN pg_temp.date AS text; CREATE DOMAIN pg_temp.uuid AS text;
       CREATE FUNCTION pg_temp.least(bigint, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 10::bigint';
       CREATE FUNCTION pg_temp.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
       CREATE FUNCTION pg_temp.pg_current_xact_id() RETURNS xid8 LANGUAGE sql AS $$ SELECT '1'::xid8 $$;
       SET search_path = pg_temp, public;
       SELECT audit.decide_purge('${requestId}', 'approved', '${second.actor.id}');
       SELECT audit.purge_events('${requestId}');`,
    );
    expect(await oldEvents()).toEqual([5, 6, 7, 8, 9, 10]);
  });
});

it("the sealer goes on after a purge: what it looks through anew is as it was sealed", async () => {
  await emptyTrail(database.ownerUrl);
  for (let n = 0; n < 6; n += 1)
    await recordAuditEvent(compliance.db, compliance, { action: "sweep.requested", outcome: "succeeded" });
  await queryAsOwner(
    database.ownerUrl,
    `ALTER TABLE audit.event DISABLE TRIGGER event_append_only; UPDATE audit.event SET recorded_at = recorded_at - interval '10 years';
     ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only`,
  );
  const folder = sealerFolder();
  const first = startSealer(database.sealerUrl, folder);
  await vi.waitFor(async () => expect(await oldEvents()).toHaveLength(6), PATIENCE);
  await first.stop();
  const requestId = await request({ beforeDay: "2020-01-01", lastNumber: 6 });
  await approve(second, requestId);
  await purgeAll(requestId);
  const again = startSealer(database.sealerUrl, folder);
  await vi.waitFor(async () => {
    const [status] = await queryAsOwner(
      database.ownerUrl,
      "SELECT size > 6 AND patrol_round_at > leader_since AS looked FROM audit.sealer_status",
    );
    expect(status).toEqual({ looked: true });
  }, PATIENCE);
  await again.stop();
  expect(await queryAsOwner(database.ownerUrl, "SELECT sentence FROM audit.alarm")).toEqual([]);

  // The owner deletes one event more and says it was part of that purge.
  await queryAsOwner(
    database.ownerUrl,
    `BEGIN; INSERT INTO audit.purge (first_number, last_number, request_id, private_rows) VALUES (7, 7, '${requestId}', 0);
     DELETE FROM audit.event_private WHERE event_id = (SELECT event_id FROM audit.sealed_event WHERE number = 7);
     DELETE FROM audit.event WHERE event_id = (SELECT event_id FROM audit.sealed_event WHERE number = 7); COMMIT`,
  );
  const looking = startSealer(database.sealerUrl, folder);
  await vi.waitFor(async () => {
    const alarms = await queryAsOwner(database.ownerUrl, "SELECT kind, number::int FROM audit.alarm");
    expect(alarms).toEqual([{ kind: "altered_row", number: 7 }]);
  }, PATIENCE);
  await looking.stop();
  folder.remove();
});

it("the retention page's look is on record before anything is read", async () => {
  await request();
  const view = await readRetention({ ctx: { ...compliance, auditorDb } });
  expect(view).toMatchObject({ oldestAt: FIRST_EVENT_AT.toISOString(), newestNumber: 10, purgedUpTo: 0 });
  expect(view.names.get(compliance.actor.id)).toBe(compliance.actor.name);
  await expect(readRetention({ ctx: { ...compliance, auditorDb: compliance.db } })).rejects.toThrow(
    /permission denied/,
  );
  expect((await auditRows(database.auditorUrl, { action: "audit.viewed" })).map((row) => row.target_id)).toEqual([
    "retention",
    "retention",
  ]);
});

function contextOf(role: "compliance" | "admin" | "agent"): Promise<TestContext<StaffActor>> {
  return testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor(role) });
}

async function request({ beforeDay = INPUT.beforeDay, lastNumber = 4 } = {}): Promise<string> {
  const answer = await requestPurge({ ctx: compliance, input: { ...INPUT, beforeDay } });
  expect(answer).toEqual({ ok: true, firstNumber: 1, lastNumber });
  return (await listPurges(auditorDb))[0]?.requestId ?? "";
}

function approve(ctx: TestContext<StaffActor>, requestId: string) {
  return approvePurge({ ctx: { ...ctx, auditorDb }, input: { requestId } });
}

/** As the worker does; how many steps it took. */
async function purgeAll(requestId: string): Promise<number> {
  let steps = 0;
  while (await purgeNextEvents({ ctx: { ...second, actor: systemActor() }, input: { requestId } })) steps += 1;
  return steps;
}

/** The numbers whose events are still there. */
async function oldEvents(): Promise<number[]> {
  const rows = await queryAsOwner(
    database.ownerUrl,
    "SELECT number::int FROM audit.sealed_event JOIN audit.event USING (event_id) ORDER BY number",
  );
  return rows.map(({ number }) => Number(number));
}

function sealedNumbers() {
  return queryAsOwner(database.ownerUrl, "SELECT number, event_id, leaf, hash FROM audit.sealed_event ORDER BY number");
}

function outcomeOf({ outcome, details }: { outcome: string; details: unknown }) {
  return [outcome, details];
}

/** What only a superuser can do: past the trigger, and with nothing that tells of it. */
function deleteBehindTheDesk(number: number) {
  const event = `WHERE event_id = (SELECT event_id FROM audit.sealed_event WHERE number = ${number})`;
  return queryAsOwner(
    database.ownerUrl,
    `ALTER TABLE audit.event DISABLE TRIGGER event_deleted_by_purge;
     DELETE FROM audit.event_private ${event}; DELETE FROM audit.event ${event};
     ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_deleted_by_purge`,
  );
}
