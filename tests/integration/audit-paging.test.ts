import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { countAuditEvents, getRecordingTime } from "#features/audit/data.ts";
import { type AuditReader, countAuditPage, readAuditPage } from "#features/audit/mutations.ts";
import { type AuditCursor, auditPageHref, parseAuditAddress } from "#features/audit/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Many of them recorded in the same microsecond. */
const EVENTS = 1_234;
const SAME_INSTANT = 300;
const FILTER = { q: "action:sweep.requested" };

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let reader: AuditReader;

beforeAll(async () => {
  database = await createTestDatabase();
  compliance = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("compliance"),
  });
  reader = { ...compliance, auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }) };
  await fillTrail();
});

afterAll(async () => {
  await Promise.all([compliance?.close(), reader?.auditorDb.$disconnect()]);
  await database?.drop();
});

describe("paging through the trail", () => {
  it("shows every event once, newest first, and the same on the way back", async () => {
    const there = [await read({})];
    expect(there[0]?.hasNewer).toBe(false);
    for (let page = there[0]; page?.hasOlder; page = there.at(-1)) {
      there.push(await read({ after: placeOf(page.events.at(-1)) }));
    }
    expect(there.flatMap(idsOf)).toEqual(await allIds());

    const last = await read({ before: placeOf(there.at(-1)?.events[0]) });
    expect([idsOf(last), last.hasNewer, last.hasOlder]).toEqual([idsOf(there.at(-2) ?? last), true, true]);
    const first = await read({ before: placeOf(there[1]?.events[0]) });
    expect([idsOf(first), first.hasNewer, first.hasOlder]).toEqual([idsOf(there[0] ?? first), false, true]);
  });

  it("counts the events of a filter, up to a bound", async () => {
    const { filter } = parseAuditAddress(FILTER, await getRecordingTime(reader.auditorDb));
    const input = { filter, scope: { all: true } } as const;
    expect(await countAuditPage({ ctx: reader, input })).toEqual({ count: EVENTS, isMore: false });
    expect(await countAuditEvents(reader.auditorDb, { ...input, most: 1_000 })).toBe(1_000);
  });
});

describe("a later page of the trail", () => {
  it("stays where it was while new events arrive, reading among them", async () => {
    const query = parseAuditAddress({}, await getRecordingTime(reader.auditorDb));
    const first = await readAuditPage({ ctx: reader, input: { ...query, scope: { all: true } } });
    await insertEvent("arrived meanwhile");
    const href = auditPageHref(query.filter, "after", first.events.at(-1) ?? { recordedAt: "", eventId: "" });
    const address = Object.fromEntries(new URL(href, "http://desk.test").searchParams);
    const second = parseAuditAddress(address, await getRecordingTime(reader.auditorDb));
    const page = await readAuditPage({ ctx: reader, input: { ...second, scope: { all: true } } });
    expect(first.events.map(placeOf)).not.toContain(placeOf(page.events[0]));
    const back = auditPageHref(second.filter, "before", page.events[0] ?? { recordedAt: "", eventId: "" });
    const third = parseAuditAddress(
      Object.fromEntries(new URL(back, "http://desk.test").searchParams),
      await getRecordingTime(reader.auditorDb),
    );
    const again = await readAuditPage({ ctx: reader, input: { ...third, scope: { all: true } } });
    expect(idsOf(again)).toEqual(idsOf(first));
  });
});

async function read(address: Record<string, string>) {
  return readAuditPage({
    ctx: reader,
    input: {
      ...parseAuditAddress({ ...FILTER, ...address }, await getRecordingTime(reader.auditorDb)),
      scope: { all: true },
    },
  });
}

function idsOf({ events }: { events: AuditCursor[] }): string[] {
  return events.map(({ eventId }) => eventId);
}

function placeOf(row: AuditCursor | undefined): string {
  return `${row?.recordedAt}_${row?.eventId}`;
}

async function allIds(): Promise<string[]> {
  const { rows } = await onOwner(
    "SELECT event_id FROM audit.event WHERE action = 'sweep.requested' ORDER BY recorded_at DESC, event_id DESC",
  );
  return rows.map(({ event_id }) => event_id);
}

async function fillTrail(): Promise<void> {
  await onOwner(`
    INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment,
      actor_type, actor_id, action, decision, outcome, request_id, body)
    SELECT gen_random_uuid(), gen_random_uuid(), 'single', now(), now() - greatest(n - ${SAME_INSTANT}, 0) * interval '1 microsecond',
      1, 'simulator', 'system', 'test', 'sweep.requested', 'allow', 'succeeded', 'request', '{}'
    FROM generate_series(1, ${EVENTS}) n`);
}

async function insertEvent(reason: string): Promise<void> {
  await onOwner(
    `INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, schema_version, environment,
       actor_type, actor_id, action, decision, outcome, request_id, reason, body)
     VALUES (gen_random_uuid(), gen_random_uuid(), 'single', now(), 1, 'simulator', 'system', 'test', 'exchange.checked', 'allow', 'succeeded', 'request', $1, '{}')`,
    [reason],
  );
}

async function onOwner(sql: string, values: unknown[] = []) {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  return owner.query(sql, values).finally(() => owner.end());
}
