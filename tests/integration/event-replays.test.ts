import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import { EVENT_COOLDOWN_MS, PERSON_COOLDOWN_MS } from "#domain/event-replay.ts";
import { listReplays } from "#features/event-replays/data.ts";
import { previewReplay, replayEvents } from "#features/event-replays/mutations.ts";
import { MOST_REPLAYED, type ReplayAnswer } from "#features/event-replays/schema.ts";
import { nameLostOperations } from "#features/lost-operations/mutations.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { givenUpEvent, healthyLink, repairedLink } from "../support/lost-event.ts";
import { queryAsOwner } from "../support/owner-query.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOON - days * DAY_MS);
/** A thousand presses in all. */
const [ROUNDS, AT_ONCE] = [50, 20];

let database: TestDatabase;
let ctx: TestContext;
let engineer: TestContext<StaffActor>;
/** Moves on with every test, so that no pause of one is another's. */
let nowMs = NOON;

beforeAll(async () => {
  database = await createTestDatabase();
  const common = { appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", now: () => new Date(nowMs) };
  ctx = await testContext(common);
  engineer = await testContext({ ...common, actor: staffActor("engineer") });
});

afterAll(async () => {
  await Promise.all([ctx.close(), engineer.close()]);
  await database.drop();
});

const replay = (eventIds: string[], by = engineer) => replayEvents({ ctx: by, input: { eventIds } });
const preview = (eventIds: string[]) => previewReplay({ ctx: engineer, input: { eventIds } });

test("one webhook replayed a thousand times, twenty people at once, has one effect, dated by the event", async () => {
  const link = await healthyLink(ctx, daysAgo(2));
  const eventId = await givenUpEvent(ctx, { link, createdAt: daysAgo(1) });
  const people = await Promise.all(Array.from({ length: AT_ONCE }, newEngineer));
  for (let round = 0; round < ROUNDS; round += 1) {
    nowMs += EVENT_COOLDOWN_MS;
    const answers = await Promise.all(people.map((actor) => replay([eventId], { ...engineer, actor })));
    const until = new Date(nowMs + EVENT_COOLDOWN_MS).toISOString();
    const [done, ...others] = answers.toSorted((one, other) => Number(other.ok) - Number(one.ok));
    expect(done && resultOf(done)).toEqual(round === 0 ? { signal: 1 } : { on_record: 1 });
    expect(others).toEqual(others.map(() => ({ ok: false, reason: "event_cooldown", until })));
  }
  expect(await ctx.db.signal.findMany({ where: { eventId } })).toMatchObject([
    { speaksOfAt: daysAgo(1), observedAt: daysAgo(1), source: "webhook" },
  ]);
  const cases = await ctx.db.repairCase.findMany({ where: { exchangeId: link.exchangeId } });
  expect(cases).toMatchObject([{ closedAt: null, brokenSince: daysAgo(1) }]);
  expect(await ctx.db.proof.count({ where: { exchangeId: link.exchangeId } })).toBe(1);
  expect(await jobsOf(link.exchangeId)).toBe(1);
  const event = { effect: "read", openedCaseIds: [cases[0]?.id] };
  expect(await ctx.db.dwollaEvent.findUnique({ where: { id: eventId } })).toMatchObject(event);

  const rows = (await trail()).filter(({ target_id }) => target_id === eventId);
  const withOutcome = (word: string) => rows.filter(({ outcome }) => outcome === word);
  expect(withOutcome("pending")).toHaveLength(ROUNDS * AT_ONCE);
  expect(withOutcome("denied")).toHaveLength(ROUNDS * (AT_ONCE - 1));
  const [first, ...later] = withOutcome("succeeded").map(({ details }) => details);
  const nothing = { events: 1, signals: 0, readings: 0, unchanged: 1, casesOpened: 0, casesClosed: 0 };
  expect(first).toEqual({ ...nothing, signals: 1, unchanged: 0, casesOpened: 1 });
  expect(later).toEqual(Array.from({ length: ROUNDS - 1 }, () => nothing));
});

test("a preview says what the replay then does, and leaves nothing behind", async () => {
  nowMs += DAY_MS;
  const known = await healthyLink(ctx, daysAgo(3));
  const recorded = await givenUpEvent(ctx, { link: known, createdAt: daysAgo(2) });
  await replay([recorded]);
  nowMs += EVENT_COOLDOWN_MS;
  const eventIds = [
    recorded,
    await givenUpEvent(ctx, { link: await healthyLink(ctx, daysAgo(2)), createdAt: daysAgo(1) }),
    await givenUpEvent(ctx, {
      link: await repairedLink(ctx, { brokeAt: daysAgo(3), provenAt: daysAgo(1) }),
      createdAt: daysAgo(2),
    }),
    await givenUpEvent(ctx, { createdAt: daysAgo(1), topic: "customer_suspended" }),
    await givenUpEvent(ctx, { createdAt: daysAgo(1), topic: "transfer_completed", effect: "no_reading" }),
    await givenUpEvent(ctx, { link: { customerId: randomUUID(), exchangeId: randomUUID() }, createdAt: daysAgo(1) }),
  ];
  const before = await everything();
  const foreseen = await preview(eventIds);
  expect(await everything()).toEqual(before);
  const done = await replay(eventIds);
  expect(foreseen.ok && foreseen.summary).toEqual(done.ok && done.summary);
  expect(done).toMatchObject({
    ok: true,
    summary: {
      events: 6,
      counts: { on_record: 1, signal: 1, proven_since: 1, reading: 2, no_reading: 1 },
      casesOpened: 1,
      casesClosed: 0,
    },
  });
  const [shown] = done.ok ? done.summary.shown.filter(({ result }) => result === "signal") : [];
  expect(shown).toMatchObject({ healthBefore: "unknown", healthAfter: "reauth_required", opensCase: true });
});

test("an old event neither opens a case again that was proven, nor takes a newer break back", async () => {
  nowMs += DAY_MS;
  const repaired = await repairedLink(ctx, { brokeAt: daysAgo(5), provenAt: daysAgo(2) });
  const old = await givenUpEvent(ctx, { link: repaired, createdAt: daysAgo(4) });
  expect(resultOf(await replay([old]))).toEqual({ proven_since: 1 });
  expect(await ctx.db.repairCase.findMany({ where: { exchangeId: repaired.exchangeId } })).toMatchObject([
    { state: "verified" },
  ]);
  const exchange = await ctx.db.exchange.findUniqueOrThrow({ where: { id: repaired.exchangeId } });
  expect(exchange).toMatchObject({ health: "healthy" });

  nowMs += PERSON_COOLDOWN_MS;
  const { caseId, ...broken } = await repairedLink(ctx, { brokeAt: daysAgo(1), provenAt: daysAgo(3) });
  const older = await givenUpEvent(ctx, { link: broken, createdAt: daysAgo(2) });
  expect(resultOf(await replay([older]))).toEqual({ signal: 1 });
  expect(await ctx.db.exchange.findUnique({ where: { id: broken.exchangeId } })).toMatchObject({
    health: "broken",
    cause: "deactivated",
  });
  expect(await ctx.db.repairCase.count({ where: { id: caseId, closedAt: null, cause: "deactivated" } })).toBe(1);
});

test("what has to be asked of Dwolla is queued once, however often it is replayed", async () => {
  nowMs += DAY_MS;
  const eventId = await givenUpEvent(ctx, { createdAt: daysAgo(1), topic: "customer_suspended", effect: "backlog" });
  for (let done = 0; done < 3; done += 1) {
    nowMs += EVENT_COOLDOWN_MS;
    expect(resultOf(await replay([eventId]))).toEqual({ reading: 1 });
  }
  expect(await jobsOf(eventId)).toBe(1);
  expect(await ctx.db.dwollaEvent.findUnique({ where: { id: eventId } })).toMatchObject({ effect: null });
});

test("a person waits between two replays, and an event that was just replayed is left alone in a set", async () => {
  nowMs += DAY_MS;
  const [first, second] = [
    await givenUpEvent(ctx, { createdAt: daysAgo(1), topic: "transfer_completed" }),
    await givenUpEvent(ctx, { createdAt: daysAgo(1), topic: "transfer_failed" }),
  ];
  await replay([first]);
  const until = new Date(nowMs + PERSON_COOLDOWN_MS).toISOString();
  expect(await replay([second])).toEqual({ ok: false, reason: "person_cooldown", until });
  expect((await trail()).at(-1)).toMatchObject({ outcome: "denied", details: { refusedBy: "person_cooldown" } });
  nowMs += PERSON_COOLDOWN_MS;
  expect(resultOf(await replay([first, second]))).toEqual({ cooling_down: 1, no_reading: 1 });
  expect(await listReplays(ctx.db, first)).toMatchObject([{ by: "Test engineer", result: "no_reading" }]);
});

test("more than one replay takes are refused by their number, and so is a filter that is not understood", async () => {
  nowMs += DAY_MS;
  const topic = "customer_reverification_needed";
  const event = { topic, createdAt: daysAgo(1), effect: "no_reading" };
  await ctx.db.dwollaEvent.createMany({
    data: Array.from({ length: MOST_REPLAYED + 1 }, () => ({ ...event, id: randomUUID() })),
  });
  const previewOf = (filter: Record<string, string>) => previewReplay({ ctx: engineer, input: { filter } });
  expect(await previewOf({ topic })).toEqual({ ok: false, reason: "too_many", total: MOST_REPLAYED + 1 });
  expect(await previewOf({ topic, effect: "nonsense" })).toEqual({ ok: false, reason: "filter" });
  expect(await previewOf({ topic: "nothing_of_the_kind" })).toEqual({ ok: false, reason: "none" });
  const { id } = await ctx.db.dwollaEvent.findFirstOrThrow({ where: { topic } });
  await ctx.db.dwollaEvent.delete({ where: { id } });
  const all = await previewOf({ topic });
  if (!all.ok) throw new Error(all.reason);
  expect(all.summary.counts).toEqual({ no_reading: MOST_REPLAYED });
  expect(resultOf(await replay(all.eventIds))).toEqual({ no_reading: MOST_REPLAYED });
});

test("whose role is gone meanwhile replays nothing", async () => {
  nowMs += DAY_MS;
  const eventId = await givenUpEvent(ctx, { link: await healthyLink(ctx, daysAgo(2)), createdAt: daysAgo(1) });
  const agent = { ...engineer, actor: { ...(await newEngineer()), role: "agent" as const } };
  await ctx.db.staffMember.update({ where: { id: agent.actor.id }, data: { role: "agent" } });
  await expect(replay([eventId], agent)).rejects.toThrow(ForbiddenError);
  await expect(previewReplay({ ctx: agent, input: { eventIds: [eventId] } })).rejects.toThrow(ForbiddenError);
  expect(await ctx.db.signal.count({ where: { eventId } })).toBe(0);
});

test("a process that dies before the outcome has changed nothing, and a worker names it unknown", async () => {
  nowMs += DAY_MS;
  const eventId = await givenUpEvent(ctx, { link: await healthyLink(ctx, daysAgo(2)), createdAt: daysAgo(1) });
  const holder = new pg.Client({ connectionString: database.ownerUrl });
  await holder.connect();
  await holder.query("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('event_replay', 0))");
  const dying = replay([eventId]).catch(() => "died");
  const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1);
  await holder.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS theirs`);
  expect(await dying).toBe("died");
  await holder.query("COMMIT");
  await holder.end();

  const later = { ...ctx, actor: systemActor("lost_operation.name"), now: () => new Date(nowMs + 76_000) };
  await Promise.all([nameLostOperations({ ctx: later }), nameLostOperations({ ctx: later })]);
  const rows = (await trail()).filter(({ target_id }) => target_id === eventId);
  expect(rows.map(({ outcome }) => outcome)).toEqual(["pending", "unknown"]);
  expect(await ctx.db.signal.count({ where: { eventId } })).toBe(0);
});

function resultOf(answer: ReplayAnswer): unknown {
  return answer.ok ? answer.summary.counts : answer;
}

async function newEngineer(): Promise<StaffActor> {
  const actor = staffActor("engineer");
  const { id, email, name, role } = actor;
  await ctx.db.staffMember.create({ data: { id, email, name, role, createdAt: new Date(nowMs) } });
  return actor;
}

async function jobsOf(key: string): Promise<number> {
  const [jobs] = await ctx.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int FROM graphile_worker.jobs WHERE key LIKE ${`%/${key}`}`;
  return jobs?.count ?? 0;
}

function trail() {
  return auditRows(database.auditorUrl, { action: "dwolla_event.replayed" });
}

/** Whatever a replay could leave behind. */
async function everything(): Promise<unknown> {
  return queryAsOwner(
    database.ownerUrl,
    `SELECT (SELECT count(*) FROM "Signal") AS signals, (SELECT count(*) FROM "Proof") AS proofs,
       (SELECT count(*) FROM "EventReplay") AS replays, (SELECT count(*) FROM audit.event) AS rows,
       (SELECT count(*) FROM graphile_worker._private_jobs) AS jobs,
       (SELECT json_agg(each ORDER BY id) FROM "RepairCase" AS each) AS cases,
       (SELECT json_agg(each ORDER BY id) FROM "Exchange" AS each) AS links,
       (SELECT json_agg(json_build_array(id, effect, "processedAt") ORDER BY id) FROM "DwollaEvent") AS events`,
  );
}
