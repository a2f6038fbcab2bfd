import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { type AuditReader, readAuditEvent, readAuditPage } from "#features/audit/mutations.ts";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
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
    const query = parseAuditAddress({ outcome: "succeeded", ticket: "T-1" }, await getRecordingTime(reader.auditorDb));
    await expect(readAuditPage({ ctx: blind, input: { ...query, scope: ALL } })).rejects.toThrow(/permission denied/);
    const [row] = (await auditRows(database.auditorUrl, { action: "audit.viewed" })).slice(-1);
    expect(row).toMatchObject({
      actor_id: compliance.actor.id,
      target_id: "events",
      details: { outcome: "succeeded", ticket: "T-1", from: query.filter.from.toISOString() },
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
    ["actor", () => ({ actor: agent.id })],
    ["action", () => ({ action: "reauth_session.answered" })],
    ["target", () => ({ target: exchange })],
    ["customer", () => ({ target: CUSTOMER })],
    ["outcome", () => ({ outcome: "failed" })],
    ["ticket", () => ({ ticket: "T-77" })],
    ["the beginning of a request id, in any case", () => ({ q: requestId.slice(0, 20).toUpperCase() })],
    ["Dwolla's request id", () => ({ q: `dwolla-${requestId}` })],
    [
      "all of these at once",
      () => ({
        actor: agent.id,
        action: "reauth_session.answered",
        target: exchange,
        outcome: "failed",
        decision: "allow",
        ticket: "T-77",
      }),
    ],
  ])("finds the event, and only it, by %s", async (_what, address) => {
    const { events, total } = await read(address());
    expect(events.map(({ targetId }) => targetId)).toEqual([exchange]);
    expect(total).toBe(1);
  });

  it("finds refusals by their decision", async () => {
    const { events } = await read({ decision: "deny" });
    expect(events.map(({ action, actorId }) => [action, actorId])).toEqual([["page.refused", lead.id]]);
  });

  it("takes what people type as text, never as a pattern or as SQL", async () => {
    for (const q of ["%%%%", "____", "'OR(true)--", "{}{}"]) expect((await read({ q })).total).toBe(0);
  });

  it("keeps to its times: the beginning is in, the end is out", async () => {
    const [event] = (await read({ target: exchange })).events;
    const at = new Date(event?.recordedAt ?? "");
    const minute = (offset: number) => new Date(at.getTime() + offset * 60_000).toISOString();
    expect((await read({ target: exchange, from: minute(-1), to: minute(1) })).total).toBe(1);
    expect((await read({ target: exchange, from: minute(1), to: minute(2) })).total).toBe(0);
    expect((await read({ target: exchange, from: minute(-2), to: minute(-1) })).total).toBe(0);
  });

  it("names people who have left", async () => {
    await compliance.db.staffMember.update({ where: { id: agent.id }, data: { disabledAt: new Date() } });
    expect((await read({ target: exchange })).names.get(agent.id)).toBe(agent.name);
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
    expect((await read({ actor: lead.id }, own)).total).toBe(0);

    const [foreign] = (await read({ q: operationId, actor: lead.id })).events;
    expect(await readAuditEvent({ ctx: reader, input: { eventId: foreign?.eventId ?? "", scope: own } })).toBeNull();
    const [mine] = list.events;
    const opened = await readAuditEvent({ ctx: reader, input: { eventId: mine?.eventId ?? "", scope: own } });
    expect(opened?.operation.map(({ actorId }) => actorId)).toEqual([agent.id]);
  });

  it("are no job's acts, even of a job with that very id", async () => {
    await record(systemActor(agent.id), { action: "sweep.requested", outcome: "succeeded" });
    const { events } = await read({ action: "sweep.requested" }, { all: false, ownActorId: agent.id });
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
      expect(view?.operation.map(({ phase }) => phase)).toEqual(["reveal", "outcome", "intent"]);
      expect(JSON.parse(view?.event.body ?? "")).toMatchObject({ eventId });
      expect(view?.sealed).toBeNull();
    }
  });
});

async function read(
  address: Record<string, string>,
  scope: Parameters<typeof readAuditPage>[0]["input"]["scope"] = ALL,
) {
  const query = parseAuditAddress(address, await getRecordingTime(reader.auditorDb));
  expect(query.ignored).toEqual([]);
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
