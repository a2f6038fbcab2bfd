import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditReader } from "#features/audit/mutations.ts";
import { endWords } from "#features/audit-standing-queries/components/standing-words.ts";
import { readStandingCounts, readStandingQuery } from "#features/audit-standing-queries/mutations.ts";
import { BURST_ACTS, parseStandingAddress, type StandingQuery } from "#features/audit-standing-queries/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { insertPastEvents, type PastEvent } from "../support/past-events.ts";

/** A Wednesday, at noon. */
const NOW = new Date("2026-11-25T12:00:00Z");
const WEEK = parseStandingAddress({ period: "7d" }, NOW);

let database: TestDatabase;
let base: TestContext<StaffActor>;
let reader: AuditReader;
const agent = staffActor("agent");
const leaver = staffActor("agent");

beforeAll(async () => {
  database = await createTestDatabase();
  base = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("compliance"),
  });
  reader = { ...base, auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }) };
  const people = [agent, { ...leaver, disabledAt: new Date("2026-11-20T12:00:00Z") }];
  for (const { type: _, sessionRef: __, ...person } of people) {
    await base.db.staffMember.create({ data: { ...person, createdAt: NOW } });
  }
});

afterAll(async () => {
  await Promise.all([base?.close(), reader?.auditorDb.$disconnect()]);
  await database?.drop();
});

describe("a standing query finds what it says, and nothing else", () => {
  it("refused: what was denied, with why", async () => {
    const [denied] = await insert(
      {
        recordedAt: "2026-11-24T09:00:00Z",
        action: "staff.added",
        outcome: "denied",
        details: { permission: "staff:manage" },
      },
      { recordedAt: "2026-11-24T09:01:00Z", action: "exchange.checked", outcome: "failed" },
      { recordedAt: "2026-11-17T09:00:00Z", action: "staff.added", outcome: "denied" },
    );
    const { found, notes } = await ask("refused");
    expect(found).toEqual([denied]);
    expect(notes.get(String(denied))).toBe("permission staff:manage");
  });

  it("off-hours: staff on a weekend, before 07:00 and from 20:00 on, in UTC", async () => {
    const at = (recordedAt: string, actorType?: "system") =>
      insert({ recordedAt, action: "exchange.checked", ...(actorType && { actorType, actorId: "job" }) });
    const [early] = await at("2026-11-23T06:59:59.999Z");
    await at("2026-11-23T07:00:00Z");
    await at("2026-11-23T19:59:59.999Z");
    const [late] = await at("2026-11-23T20:00:00Z");
    const [saturday] = await at("2026-11-21T12:00:00Z");
    await at("2026-11-21T12:00:00Z", "system");
    const { found, notes } = await ask("off_hours");
    expect(found).toEqual([late, early, saturday]);
    expect(notes.get(String(saturday))).toBe("Saturday 12:00");
  });

  it("reveals without a repair: on the day when the seven days for a proof have ended", async () => {
    const [proven, late, never] = [randomUUID(), randomUUID(), randomUUID()];
    const on = (day: string, id: string, action: string, outcome = "succeeded") => ({
      recordedAt: `2026-11-${day}T10:00:00Z`,
      action,
      outcome,
      target: { type: "exchange", id },
    });
    const ids = await insert(
      on("12", proven, "reauth_session.revealed"),
      on("12", late, "reauth_session.revealed"),
      on("12", never, "reauth_session.revealed"),
      on("12", never, "reauth_session.revealed", "denied"),
      on("19", randomUUID(), "reauth_session.revealed"),
      on("02", randomUUID(), "reauth_session.revealed"),
      on("18", proven, "repair_case.verified"),
      on("20", late, "repair_case.verified"),
      on("11", never, "repair_case.verified"),
    );
    const { found, notes } = await ask("unproven_reveals");
    expect(new Set(found)).toEqual(new Set([ids[1], ids[2]]));
    expect(notes.get(String(ids[2]))).toBe("not proven by 19 Nov 2026");
  });

  it("people who left: what they did, before and after, and sign-ins refused to them", async () => {
    const target = { type: "staff_member", id: leaver.id };
    const [before, after, refused] = await insert(
      { recordedAt: "2026-11-20T11:00:00Z", actorId: leaver.id, action: "exchange.checked" },
      { recordedAt: "2026-11-20T13:00:00Z", actorId: leaver.id, action: "exchange.checked" },
      {
        recordedAt: "2026-11-20T14:00:00Z",
        actorType: "anonymous",
        actorId: "anonymous",
        action: "staff.sign_in_refused",
        target,
      },
      { recordedAt: "2026-11-20T14:00:00Z", action: "staff.enabled", target },
    );
    const { found, notes } = await ask("left");
    expect(found).toEqual([refused, after, before]);
    expect(found.map((id) => notes.get(id))).toEqual([
      `${leaver.name}, after leaving`,
      "after leaving",
      "before leaving",
    ]);
  });

  it("exports: of the trail and of reviews, each once by what it came to in the end, with how much and by which filter", async () => {
    const [done, broken, late, lost] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const export_ = (minute: string, operationId: string, outcome: string, details = {}) => ({
      recordedAt: `2026-11-24T10:${minute}:00Z`,
      operationId,
      action: "audit.exported",
      phase: outcome === "pending" ? "intent" : "outcome",
      outcome,
      details,
    });
    const rows = await insert(
      export_("00", done, "pending"),
      export_("01", done, "succeeded", { actor: "a-1", rows: 1_234, ticket: null }),
      export_("02", broken, "pending"),
      export_("03", broken, "failed", { problem: "reader_left" }),
      export_("04", late, "pending"),
      export_("05", late, "unknown"),
      export_("06", late, "succeeded", { rows: 3, late: true }),
      export_("07", lost, "pending"),
      export_("08", lost, "unknown"),
      export_("09", randomUUID(), "pending"),
      { recordedAt: "2026-11-24T10:10:00Z", action: "audit_review.exported", details: { items: 25 } },
      { recordedAt: "2026-11-24T10:11:00Z", action: "audit.viewed" },
    );
    const { found, notes, total, exportEnds } = await ask("exports");
    expect(found).toEqual([10, 9, 7, 4, 2, 0].map((at) => rows[at]));
    const ofNotes = ["items 25", "not finished", "unknown", "rows 3, late true", "failed: problem reader_left"];
    expect(found.map((id) => notes.get(id))).toEqual([...ofNotes, "rows 1,234, actor a-1"]);
    expect(total).toBe(6);
    expect(endWords(exportEnds)).toBe("1 failed, 1 not finished, 1 unknown");
  });

  it("bursts: one person, more acts than anybody's pace in any ten minutes, each burst once; outcomes and jobs do not count", async () => {
    const every = (seconds: number, count: number, event: Omit<PastEvent, "recordedAt" | "actorId">, start: string) =>
      Array.from({ length: count }, (_, index) => ({
        ...event,
        recordedAt: new Date(Date.parse(start) + index * seconds * 1_000).toISOString(),
      }));
    const reveal = { action: "reauth_session.revealed", phase: "reveal", outcome: "failed" };
    await insert(
      // As many as allowed, also across any border of ten minutes.
      ...every(20, BURST_ACTS, reveal, "2026-11-24T11:05:00Z"),
      ...every(1, 100, { ...reveal, phase: "outcome" }, "2026-11-24T11:05:00Z"),
      ...every(1, 100, { ...reveal, actorType: "system" }, "2026-11-24T11:05:00Z"),
      ...every(1, 100, { action: "audit.viewed" }, "2026-11-24T11:05:00Z"),
      ...every(10, BURST_ACTS + 2, reveal, "2026-11-24T13:08:00Z"),
      ...every(10, BURST_ACTS + 1, reveal, "2026-11-24T15:00:00Z"),
    );
    const { bursts } = await readStandingQuery({ ctx: reader, input: { query: "bursts", times: WEEK } });
    expect(bursts.map(({ actorId, mostActs, firstAt }) => [actorId, mostActs, firstAt.toISOString()])).toEqual([
      [agent.id, BURST_ACTS + 1, "2026-11-24T15:05:00.000Z"],
      [agent.id, BURST_ACTS + 2, "2026-11-24T13:13:00.000Z"],
    ]);
  });

  it("counts on the overview what its own page shows", async () => {
    const { counts, exportEnds } = await readStandingCounts({ ctx: reader, input: WEEK });
    for (const query of ["refused", "off_hours", "unproven_reveals", "left", "exports"] as const) {
      expect([query, counts[query]]).toEqual([query, (await ask(query)).total]);
    }
    expect(counts.bursts).toBe(2);
    expect(exportEnds).toEqual((await ask("exports")).exportEnds);
  });
});

it("is on record before it is read, and shows nothing when it cannot be", async () => {
  const count = async () => (await auditRows(database.auditorUrl, { action: "audit.viewed" })).length;
  const before = await count();
  const blind = { ...reader, auditorDb: reader.db };
  const input = { query: "left", times: WEEK } as const;
  await expect(readStandingQuery({ ctx: blind, input })).rejects.toThrow(/permission denied/);
  const rows = await auditRows(database.auditorUrl, { action: "audit.viewed" });
  expect(rows).toHaveLength(before + 1);
  expect(rows.at(-1)).toMatchObject({ target_id: "left", details: { from: WEEK.from.toISOString() } });
  const unrecordable = { ...reader, origin: { ...reader.origin, requestId: "" } };
  await expect(readStandingQuery({ ctx: unrecordable, input })).rejects.toMatchObject({ name: "ZodError" });
  await expect(readStandingCounts({ ctx: unrecordable, input: WEEK })).rejects.toMatchObject({ name: "ZodError" });
});

/** By the agent unless said otherwise. */
function insert(...events: (Omit<PastEvent, "actorId"> & { actorId?: string })[]): Promise<string[]> {
  return insertPastEvents(
    database.ownerUrl,
    events.map((event) => ({ actorId: agent.id, ...event })),
  );
}

async function ask(query: StandingQuery) {
  const rows = await readStandingQuery({ ctx: reader, input: { query, times: WEEK } });
  return { ...rows, found: rows.events.map(({ eventId }) => eventId) };
}
