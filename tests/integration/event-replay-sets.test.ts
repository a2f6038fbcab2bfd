import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { EVENT_COOLDOWN_MS, PERSON_COOLDOWN_MS } from "#domain/event-replay.ts";
import { eventSetDigest } from "#domain/event-set-digest.ts";
import { listReplayedEvents } from "#features/event-replays/data.ts";
import { previewReplay, replayEvents } from "#features/event-replays/mutations.ts";
import { previewInput } from "#features/event-replays/schema.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { givenUpEvent } from "../support/lost-event.ts";
import { addBrokenExchange } from "../support/worklist-rows.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const DAY_MS = 86_400_000;
const yesterday = new Date(NOON - DAY_MS);
/** A person's press must not wait longer for a preview. */
const MOST_WAITED = "2s";

let database: TestDatabase;
let engineer: TestContext<StaffActor>;
let other: pg.Client;
let nowMs = NOON;

beforeAll(async () => {
  database = await createTestDatabase();
  engineer = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    now: () => new Date(nowMs),
    actor: staffActor("engineer"),
  });
  other = new pg.Client({ connectionString: database.ownerUrl });
  await other.connect();
});

afterAll(async () => {
  await Promise.all([engineer.close(), other.end()]);
  await database.drop();
});

const preview = (eventIds: string[]) => previewReplay({ ctx: engineer, input: { eventIds } });

test("the trail says by which filter a set was chosen and which events it was, also when they are dropped", async () => {
  const topic = "transfer_completed";
  const event = () => givenUpEvent(engineer, { createdAt: yesterday, topic, effect: "no_reading" });
  const [cooling, ...others] = [await event(), await event(), await event()];
  await replayEvents({ ctx: engineer, input: { eventIds: [cooling] } });
  nowMs += PERSON_COOLDOWN_MS;
  const filter = { topic, period: "7d" };
  const foreseen = await previewReplay({ ctx: engineer, input: { filter } });
  if (!foreseen.ok) throw new Error(foreseen.reason);
  const done = await replayEvents({ ctx: engineer, input: { eventIds: foreseen.eventIds, filter } });
  if (!done.ok) throw new Error(done.reason);

  const rows = (await trail()).filter(({ operation_id }) => operation_id === done.operationId);
  expect(rows.map(({ details }) => details)).toMatchObject([
    { events: 3, eventsSha256: eventSetDigest([cooling, ...others]), filter: "topic=transfer_completed period=7d" },
    { events: 3, replayed: 2, replayedSha256: eventSetDigest(others) },
  ]);
  await engineer.db.dwollaEvent.delete({ where: { id: others[0] ?? "" } });
  const replayed = await listReplayedEvents(engineer.db, done.operationId);
  expect(new Map(replayed.map(({ eventId, ...rest }) => [eventId, rest]))).toEqual(
    new Map([
      [others[0], { topic: null, result: "no_reading" }],
      [others[1], { topic, result: "no_reading" }],
    ]),
  );
});

test("a filter that is not that of the events is refused, and nothing of it comes into the trail", async () => {
  nowMs += DAY_MS;
  const eventIds = [
    await givenUpEvent(engineer, { createdAt: yesterday }),
    await givenUpEvent(engineer, { createdAt: yesterday }),
  ];
  for (const filter of [{ topic: "Jane.Doe" }, { resource: "Jane.Doe" }]) {
    expect(await replayEvents({ ctx: engineer, input: { eventIds, filter } })).toEqual({ ok: false, reason: "filter" });
  }
  const unknown = { eventIds: [randomUUID(), randomUUID()], filter: { topic: "Jane.Doe" } };
  expect(await replayEvents({ ctx: engineer, input: unknown })).toEqual({ ok: false, reason: "filter" });
  const rows = (await trail()).slice(-6);
  expect(rows.map(({ outcome }) => outcome)).toEqual(["pending", "denied", "pending", "denied", "pending", "denied"]);
  expect(JSON.stringify(rows)).not.toContain("Jane");
  expect(await engineer.db.eventReplay.count({ where: { eventId: { in: eventIds } } })).toBe(0);
  expect(previewInput.safeParse({ filter: { topicc: "customer_suspended" } }).success).toBe(false);
  expect(previewInput.safeParse({ filter: JSON.parse('{"__proto__":"x","constructor":"y"}') }).success).toBe(false);
});

test("a preview that finds others at work on a link changes nothing, says so, and lets a press on the same link through", async () => {
  nowMs += EVENT_COOLDOWN_MS;
  const { exchangeId, customerId, caseId } = await addBrokenExchange(engineer.db, { brokenSince: yesterday });
  const eventId = await givenUpEvent(engineer, { link: { exchangeId, customerId }, createdAt: yesterday });
  await other.query("BEGIN");
  await other.query(`SELECT FROM "RepairCase" WHERE id = $1 FOR UPDATE`, [caseId]);
  const previewing = preview([eventId]);
  // By now it holds the exchange and waits for the case.
  await expect.poll(waiting, { interval: 10 }).toBe(1);
  const press = engineer.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('lock_timeout', ${MOST_WAITED}, true)`;
    return tx.$queryRaw`SELECT id FROM "Exchange" WHERE id = ${exchangeId}::uuid FOR NO KEY UPDATE`;
  });
  expect(await press).toEqual([{ id: exchangeId }]);
  expect(await previewing).toEqual({ ok: false, reason: "too_slow" });
  await other.query("ROLLBACK");
  expect(await preview([eventId])).toMatchObject({ ok: true, summary: { counts: { signal: 1 } } });
});

test("a preview does not wait for a replay that is under way", async () => {
  await other.query("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('event_replay', 0))");
  expect(await preview([await givenUpEvent(engineer, { createdAt: yesterday })])).toEqual({
    ok: false,
    reason: "too_slow",
  });
  await other.query("ROLLBACK");
});

// An id nobody knows, as a set of none: what was asked for stands in the trail, and that nothing was done.
test("a set of which no event is there is refused by its number and digest alone", async () => {
  nowMs += DAY_MS;
  const eventIds = [randomUUID(), randomUUID()];
  expect(await replayEvents({ ctx: engineer, input: { eventIds, filter: {} } })).toEqual({ ok: false, reason: "none" });
  expect((await trail()).slice(-2).map(({ details }) => details)).toEqual([
    { events: 2, eventsSha256: eventSetDigest(eventIds), filter: "all" },
    { events: 2, refusedBy: "none" },
  ]);
});

function trail() {
  return auditRows(database.auditorUrl, { action: "dwolla_event.replayed" });
}

/** How many wait for the transaction of `other`. */
async function waiting(): Promise<number> {
  const found = await other.query(
    "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))",
  );
  return found.rowCount ?? 0;
}
