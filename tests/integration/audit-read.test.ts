import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { type AuditScope, auditConditions, getRecordingTime } from "#features/audit/data.ts";
import { type AuditReader, readAuditEvent, readAuditPage } from "#features/audit/mutations.ts";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const ALL = { all: true } as const;
const CUSTOMER = randomUUID();

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let reader: AuditReader;
let agent: StaffActor;
let lead: StaffActor;

beforeAll(async () => {
  database = await createTestDatabase();
  compliance = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("compliance"),
  });
  reader = { ...compliance, auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }) };
  [agent, lead] = [await addPerson("agent"), await addPerson("lead")];
});

afterAll(async () => {
  await Promise.all([compliance?.close(), reader?.auditorDb.$disconnect()]);
  await database?.drop();
});

describe("reading the trail", () => {
  it("is on record, with its filter, before the first row is read", async () => {
    const blind = { ...reader, auditorDb: reader.db };
    const query = parseAuditAddress({ q: "outcome:succeeded ticket:T-1" }, await getRecordingTime(reader.auditorDb));
    await expect(readAuditPage({ ctx: blind, input: { ...query, scope: ALL } })).rejects.toThrow(/permission denied/);
    const [row] = (await auditRows(database.auditorUrl, { action: "audit.viewed" })).slice(-1);
    expect(row).toMatchObject({
      actor_id: compliance.actor.id,
      target_id: "events",
      details: { q: "outcome:succeeded ticket:T-1", from: query.filter.from.toISOString() },
    });
  });

  it("is on record for every page and for every event that is opened", async () => {
    const before = (await auditRows(database.auditorUrl, { action: "audit.viewed" })).length;
    const { events } = await read({});
    const [first] = events;
    await read({ after: `${first?.recordedAt}_${first?.eventId}` });
    await readAuditEvent({ ctx: reader, input: { eventId: first?.eventId ?? "", scope: ALL } });
    const rows = (await auditRows(database.auditorUrl, { action: "audit.viewed" })).slice(before);
    expect(rows).toMatchObject([
      { details: {} },
      { details: { after: first?.eventId } },
      { target_id: first?.eventId },
    ]);
  });

  it("shows nothing when it cannot be put on record", async () => {
    const unrecordable = { ...reader, origin: { ...reader.origin, requestId: "" } };
    const input = { ...parseAuditAddress({}, new Date()), scope: ALL };
    await expect(readAuditPage({ ctx: unrecordable, input })).rejects.toMatchObject({ name: "ZodError" });
    await expect(
      readAuditEvent({ ctx: unrecordable, input: { eventId: randomUUID(), scope: ALL } }),
    ).rejects.toMatchObject({ name: "ZodError" });
  });
});

describe("a filter of the trail", () => {
  const exchange = randomUUID();
  const requestId = `req-${randomUUID()}`;

  beforeAll(async () => {
    await record(
      agent,
      {
        action: "reauth_session.answered",
        outcome: "failed",
        target: { type: "exchange", id: exchange },
        customerId: CUSTOMER,
        ticket: "T-77",
        upstream: { status: 403, code: "Forbidden", requestId: `dwolla-${requestId}` },
      },
      requestId,
    );
    await record(lead, { action: "page.refused", outcome: "denied" });
  });

  it.each([
    ["actor", () => `actor:${agent.id}`],
    ["the beginning of the actor's id", () => `actor:${agent.id.slice(0, 8)}* -action:audit.viewed`],
    ["action", () => "action:reauth_session.answered"],
    ["a wildcard of actions", () => "action:*.answered"],
    ["target", () => `target:${exchange}`],
    ["customer", () => `customer:${CUSTOMER}`],
    ["outcome", () => "outcome:failed"],
    ["one of two outcomes", () => "outcome:failed outcome:unknown"],
    ["ticket", () => "ticket:T-77"],
    ["ticket in small letters", () => "ticket:t-77"],
    ["the beginning of a ticket", () => "ticket:T-*"],
    ["having a ticket", () => "ticket:*"],
    ["a ticket alone", () => "t-77"],
    ["its request", () => `request:${requestId}`],
    ["Dwolla's request", () => `request:dwolla-${requestId}`],
    ["the beginning of a request id, in any case", () => requestId.slice(0, 20).toUpperCase()],
    ["Dwolla's request id", () => `dwolla-${requestId}`],
    ["two words at once", () => `${requestId} ${exchange.slice(0, 13)}`],
    ["what it is not", () => "-outcome:succeeded -outcome:denied -ticket:OPS-* -actor:anonymous"],
    [
      "all of these at once",
      () =>
        `actor:${agent.id} action:reauth_session.answered target:${exchange} outcome:failed decision:allow ticket:T-77`,
    ],
  ])("finds the event, and only it, by %s", async (_what, q) => {
    const { events } = await read({ q: q() });
    expect(events.map(({ targetId }) => targetId)).toEqual([exchange]);
    expect(await selectedBy(q())).toEqual(events.map(({ eventId }) => eventId));
  });

  it.each([
    ["its own actor", () => `-actor:${agent.id}`],
    ["its ticket", () => "-ticket:T-*"],
    ["any ticket", () => "-ticket:*"],
    ["a word that it carries", () => `-${exchange}`],
  ])("keeps the others when %s is left out", async (_what, q) => {
    const { events } = await read({ q: q() });
    expect(events.length).toBeGreaterThan(0);
    expect(events.map(({ targetId }) => targetId)).not.toContain(exchange);
  });

  it("finds refusals by their decision", async () => {
    const { events } = await read({ q: "decision:deny" });
    expect(events.map(({ action, actorId }) => [action, actorId])).toEqual([["page.refused", lead.id]]);
  });

  it("finds the reader's own acts by actor:me, and nobody's where nobody asks", async () => {
    const now = await getRecordingTime(reader.auditorDb);
    const actorsFor = async (me: string | null) => {
      const query = parseAuditAddress({ q: "actor:me" }, now, me);
      const { events } = await readAuditPage({ ctx: reader, input: { ...query, scope: ALL } });
      return [...new Set(events.map(({ actorId }) => actorId))];
    };
    expect(await actorsFor(lead.id)).toEqual([lead.id]);
    expect(await actorsFor(null)).toEqual([]);
  });

  it("takes what people type as text, never as a pattern or as SQL", async () => {
    for (const q of ["ticket:%*", "ticket:____", "ticket:'OR(true)--", "target:{}{}", "ticket:\\*"]) {
      expect((await read({ q })).events).toEqual([]);
    }
  });

  it("keeps to its times: the beginning is in, the end is out", async () => {
    const q = `target:${exchange}`;
    const [event] = (await read({ q })).events;
    const at = new Date(event?.recordedAt ?? "");
    const minute = (offset: number) => new Date(at.getTime() + offset * 60_000).toISOString();
    const found = async (address: Record<string, string>) => (await read(address)).events.length;
    expect(await found({ q, from: minute(-1), to: minute(1) })).toBe(1);
    expect(await found({ q, from: minute(1), to: minute(2) })).toBe(0);
    expect(await found({ q, from: minute(-2), to: minute(-1) })).toBe(0);
    expect(await found({ q: `${q} created:${at.toISOString().slice(0, 10)}` })).toBe(1);
    expect(await found({ q: `${q} created:>${at.toISOString().slice(0, 10)}` })).toBe(0);
  });

  it("names people who have left", async () => {
    await compliance.db.staffMember.update({ where: { id: agent.id }, data: { disabledAt: new Date() } });
    expect((await read({ q: `target:${exchange}` })).names.get(agent.id)).toBe(agent.name);
  });
});

describe("own acts", () => {
  it("are all that an agent can reach: in the list, by address, by opening, within an operation", async () => {
    const own = { all: false, ownActorId: agent.id } as const;
    const operationId = randomUUID();
    const action = "reauth_session.requested";
    await record(agent, { action, operationId, phase: "intent", outcome: "pending" });
    await record(lead, { action: "reauth_session.answered", operationId, phase: "outcome", outcome: "unknown" });
    const list = await read({ q: operationId }, own);
    expect(list.events.map(({ action: seen, followedBy }) => [seen, followedBy])).toEqual([[action, []]]);
    expect((await read({ q: `actor:${lead.id}` }, own)).events).toEqual([]);

    const [foreign] = (await read({ q: `operation:${operationId} actor:${lead.id}` })).events;
    expect(await readAuditEvent({ ctx: reader, input: { eventId: foreign?.eventId ?? "", scope: own } })).toBeNull();
    const [mine] = list.events;
    const opened = await readAuditEvent({ ctx: reader, input: { eventId: mine?.eventId ?? "", scope: own } });
    expect(opened?.story.map(({ actorId }) => actorId)).toEqual([agent.id]);
  });

  it("are no job's acts, even of a job with that very id", async () => {
    await record(systemActor(agent.id), { action: "sweep.requested", outcome: "succeeded" });
    const { events } = await read({ q: "action:sweep.requested" }, { all: false, ownActorId: agent.id });
    expect(events).toEqual([]);
  });
});

describe("an operation", () => {
  let eventIds: string[];

  beforeEach(async () => {
    const operationId = randomUUID();
    await record(lead, { action: "reauth_session.requested", operationId, phase: "intent", outcome: "pending" });
    await record(lead, { action: "reauth_session.answered", operationId, phase: "outcome", outcome: "succeeded" });
    await record(lead, { action: "reauth_session.revealed", operationId, phase: "reveal", outcome: "succeeded" });
    eventIds = (await read({ q: operationId })).events.map(({ eventId }) => eventId);
  });

  it("tells beside its intent what came of it", async () => {
    const { events } = await read({ q: eventIds[2] ?? "" });
    expect(events[0]?.followedBy).toEqual([
      { phase: "outcome", outcome: "succeeded" },
      { phase: "reveal", outcome: "succeeded" },
    ]);
  });

  it("is whole behind each of its events, with the text that is hashed, and not sealed yet", async () => {
    for (const eventId of eventIds) {
      const view = await readAuditEvent({ ctx: reader, input: { eventId, scope: ALL } });
      expect(view?.story.map(({ phase }) => phase)).toEqual(["intent", "outcome", "reveal"]);
      expect(JSON.parse(view?.event.body ?? "")).toMatchObject({ eventId });
      expect(view?.sealed).toBeNull();
    }
  });
});

describe("the story of a re-auth session", () => {
  it("goes on to claims and proof until the next session, the same from each of its events", async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const about = { target: { type: "exchange", id: randomUUID() }, customerId: CUSTOMER } as const;
    const session = async (operationId: string) => {
      const subject = { ...about, operationId };
      await record(agent, { ...subject, action: "reauth_session.requested", phase: "intent", outcome: "pending" });
      await record(agent, { ...subject, action: "reauth_session.answered", phase: "outcome", outcome: "unknown" });
    };
    const claim = { ...about, action: "repair_case.claimed", outcome: "succeeded" } as const;
    await session(first);
    await record(agent, claim);
    await record(agent, { ...about, action: "reauth_session.requested", outcome: "denied" });
    await session(second);
    await record(agent, claim);
    const proof = { ...about, operationId: second, action: "repair_case.verified", phase: "outcome" } as const;
    await record(systemActor(), { ...proof, outcome: "succeeded" });

    const { events } = await read({ q: `target:${about.target.id}` });
    const [claimed, verified] = ["repair_case.claimed succeeded", "repair_case.verified succeeded"];
    const asked = ["reauth_session.requested pending", "reauth_session.answered unknown"];
    const [stories, refused] = [
      [
        [...asked, claimed],
        [...asked, claimed, verified],
      ],
      "reauth_session.requested denied",
    ];
    const told = await Promise.all(events.toReversed().map(({ eventId }) => storyOf(eventId)));
    expect(told).toEqual([...Array(3).fill(stories[0]), [refused], ...Array(4).fill(stories[1])]);
    const own = { all: false, ownActorId: agent.id } as const;
    expect(await storyOf(events[1]?.eventId ?? "", own)).toEqual(stories[0]);
  });
});

async function storyOf(eventId: string, scope: AuditScope = ALL): Promise<string[] | undefined> {
  const view = await readAuditEvent({ ctx: reader, input: { eventId, scope } });
  return view?.story.map(({ action, outcome }) => `${action} ${outcome}`);
}

/** By the conditions alone, as other selects use them. */
async function selectedBy(q: string): Promise<string[]> {
  const { filter } = parseAuditAddress({ q }, await getRecordingTime(reader.auditorDb));
  const rows = await reader.auditorDb.$queryRaw<{ event_id: string }[]>`
    SELECT event_id FROM audit.event e WHERE ${Prisma.join(auditConditions(filter, ALL), " AND ")}`;
  return rows.map(({ event_id }) => event_id);
}

async function read(address: Record<string, string>, scope: AuditScope = ALL) {
  const query = parseAuditAddress(address, await getRecordingTime(reader.auditorDb));
  expect([query.ignored, query.leftOut]).toEqual([[], []]);
  return readAuditPage({ ctx: reader, input: { ...query, scope } });
}

async function record(
  actor: Parameters<typeof recordAuditEvent>[1]["actor"],
  entry: AuditEntry,
  requestId: string = randomUUID(),
): Promise<void> {
  await recordAuditEvent(compliance.db, { ...compliance, actor, origin: { ...compliance.origin, requestId } }, entry);
}

async function addPerson(role: "agent" | "lead"): Promise<StaffActor> {
  const person = staffActor(role);
  const { id, name, email } = person;
  await compliance.db.staffMember.create({ data: { id, name, email, role, createdAt: new Date() } });
  return person;
}
