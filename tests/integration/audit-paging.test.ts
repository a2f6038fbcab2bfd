import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { AUDIT_PAGE_SIZE, type AuditReader, readAuditPage } from "#features/audit/mutations.ts";
import { type AuditCursor, auditPageHref, parseAuditAddress } from "#features/audit/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Many of them recorded in the same microsecond. */
const EVENTS = 1_234;
const SAME_INSTANT = 300;
const FILTER = { action: "sweep.requested" };

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
  it("shows every event once, newest first, with exact places, and the same on the way back", async () => {
    const seen: string[] = [];
    const starts: number[] = [];
    let page = await read({});
    const last = () => page.events.at(-1);
    for (;;) {
      expect(page.total).toBe(EVENTS);
      starts.push(page.newer);
      seen.push(...page.events.map(({ eventId }) => eventId));
      const oldest = last();
      if (!oldest || page.newer + page.events.length === EVENTS) break;
      page = await read({ after: placeOf(oldest) });
    }
    expect(starts).toEqual(
      Array.from({ length: Math.ceil(EVENTS / AUDIT_PAGE_SIZE) }, (_, place) => place * AUDIT_PAGE_SIZE),
    );
    expect(seen).toEqual(await allIds());

    const [first] = page.events;
    const back = await read({ before: placeOf(first) });
    expect(back.events.map(({ eventId }) => eventId)).toEqual(
      seen.slice(-AUDIT_PAGE_SIZE - page.events.length, -page.events.length),
    );
    expect(back.newer).toBe(page.newer - AUDIT_PAGE_SIZE);
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
    expect(page).toMatchObject({ newer: AUDIT_PAGE_SIZE, total: first.total });
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
