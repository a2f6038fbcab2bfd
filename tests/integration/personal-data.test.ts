import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import {
  erasePersonalData,
  revealCustomerPersonalData,
  revealEventPersonalData,
} from "#features/personal-data/mutations.ts";
import { revealCustomerInput } from "#features/personal-data/schema.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { staffActor, systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";

const PURPOSE = "A complaint is being looked into.";
const CUSTOMER = { id: randomUUID(), name: "Ana Ferreira", email: "ana.ferreira@example.test", businessName: null };

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let auditorDb: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  compliance = await contextOf("compliance");
  auditorDb = createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 });
  await compliance.db.customer.create({
    data: { ...CUSTOMER, type: "personal", status: "verified", createdAt: new Date() },
  });
});

afterAll(async () => {
  await Promise.all([compliance?.close(), auditorDb?.$disconnect()]);
  await database?.drop();
});

describe("the personal data of an event", () => {
  it("is shown with the word that it fits, after the reveal and its purpose are on record, without a value", async () => {
    const eventId = await actOf(compliance.actor);
    expect(await reveal(eventId)).toEqual({
      ok: true,
      value: {
        ip: { state: "fits", value: "127.0.0.1" },
        userAgent: { state: "fits", value: "test" },
        actorEmail: { state: "fits", value: compliance.actor.email },
      },
    });
    const [row] = await bodies("audit.personal_data_revealed");
    expect(row).toMatchObject({ target: { type: "audit_trail", id: eventId }, reason: PURPOSE, outcome: "succeeded" });
    expect(JSON.stringify(row)).not.toMatch(/127\.0\.0\.1|example\.test/);
  });

  it("is read by nobody while the reveal cannot be put on record, and is on record when it then cannot be read", async () => {
    const eventId = await actOf(compliance.actor);
    const unrecordable = { ...compliance, auditorDb, origin: { ...compliance.origin, requestId: "" } };
    await expect(
      revealEventPersonalData({ ctx: unrecordable, input: { eventId, purpose: PURPOSE } }),
    ).rejects.toMatchObject({
      name: "ZodError",
    });
    await queryAsOwner(database.ownerUrl, "REVOKE SELECT ON audit.event_private FROM reconnect_auditor");
    await expect(reveal(eventId)).rejects.toThrow(/permission denied/);
    await queryAsOwner(database.ownerUrl, "GRANT SELECT ON audit.event_private TO reconnect_auditor");
    expect(await bodies("audit.personal_data_revealed")).toContainEqual(
      expect.objectContaining({ target: { type: "audit_trail", id: eventId } }),
    );
  });

  it.each([
    ["changed", "UPDATE audit.event_private SET ip = '10.0.0.1'", { state: "altered", value: "10.0.0.1" }],
    ["emptied", "UPDATE audit.event_private SET ip = NULL", { state: "altered", value: null }],
    ["deleted", "DELETE FROM audit.event_private", { state: "altered", value: null }],
  ])("that was %s behind the desk's back is shown as altered", async (_how, sql, ip) => {
    const eventId = await actOf(compliance.actor);
    await queryAsOwner(database.ownerUrl, `${sql} WHERE event_id = $1`, [eventId]);
    expect(await reveal(eventId)).toMatchObject({ ok: true, value: { ip } });
  });

  it("that was erased on a person's demand is said to be so, with the salt gone and all other people's untouched", async () => {
    const leaver = await contextOf("agent");
    const [gone, other] = [await actOf(leaver.actor), await actOf(compliance.actor)];
    const input = { person: leaver.actor.id, askedBy: compliance.actor.id, reason: PURPOSE };
    const ownerDb = createDatabaseClient({ url: database.ownerUrl, maxConnections: 1 });
    const ctx = { ...compliance, actor: systemActor(), db: ownerDb };
    const unknown = { ...input, person: randomUUID() };
    expect(await erasePersonalData({ ctx, input: unknown })).toEqual({ ok: false, reason: "no_such_person" });
    expect(await erasePersonalData({ ctx, input })).toEqual({ ok: true, events: 1 });
    await Promise.all([ownerDb.$disconnect(), leaver.close()]);
    const target = { type: "staff_member", id: leaver.actor.id };
    const details = { askedBy: compliance.actor.id, events: 1 };
    expect(await bodies("audit.personal_data_erased")).toMatchObject([{ target, reason: PURPOSE, details }]);
    const isErased = { state: "erased", erasedAt: expect.any(String) };
    expect(await reveal(gone)).toEqual({
      ok: true,
      value: { ip: isErased, userAgent: isErased, actorEmail: isErased },
    });
    expect(await reveal(other)).toMatchObject({ value: { ip: { state: "fits" } } });
    const [row] = await queryAsOwner(
      database.ownerUrl,
      "SELECT length(salt) FROM audit.event_private WHERE event_id = $1",
      [gone],
    );
    expect(row).toEqual({ length: 0 });
  });

  it("is erased by nobody, not even the owner, without a row that says so", async () => {
    const [row] = await queryAsOwner(database.ownerUrl, "SELECT operation_id FROM audit.event LIMIT 1");
    const byHand = "SELECT audit.erase_personal_data($1, $2)";
    await expect(queryAsOwner(database.ownerUrl, byHand, [compliance.actor.id, row?.operation_id])).rejects.toThrow(
      /leaves a row in the trail/,
    );
  });

  it("of an event that nobody knows is refused, on record", async () => {
    const eventId = randomUUID();
    expect(await reveal(eventId)).toEqual({ ok: false, reason: "not_found" });
    expect(await bodies("audit.personal_data_revealed")).toContainEqual(
      expect.objectContaining({ target: { type: "audit_trail", id: eventId }, outcome: "denied" }),
    );
  });
});

describe("a customer's name", () => {
  it("is shown after the reveal and its purpose are on record, and is not in the record", async () => {
    const { id: customerId, ...shown } = CUSTOMER;
    const answer = await revealCustomerPersonalData({ ctx: compliance, input: { customerId, purpose: PURPOSE } });
    expect(answer).toEqual({ ok: true, value: shown });
    const [row] = await bodies("customer.personal_data_revealed");
    expect(row).toMatchObject({ target: { type: "customer", id: customerId }, customerId, reason: PURPOSE });
    expect(JSON.stringify(row)).not.toMatch(/Ana|Ferreira/i);
  });

  it("is not shown without a purpose of at least ten characters", () => {
    const input = (purpose: string) => revealCustomerInput.safeParse({ customerId: CUSTOMER.id, purpose }).success;
    expect([input(""), input("         because      "), input("x".repeat(501)), input(PURPOSE)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

it("neither is shown to a role that may not, whatever the page said", async () => {
  for (const role of ["agent", "engineer", "admin"] as const) {
    const ctx = { ...(await contextOf(role)), auditorDb };
    const forbidden = { name: "ForbiddenError", permission: "personal_data:reveal" };
    const eventId = await actOf(compliance.actor);
    await expect(revealEventPersonalData({ ctx, input: { eventId, purpose: PURPOSE } })).rejects.toMatchObject(
      forbidden,
    );
    const input = { customerId: CUSTOMER.id, purpose: PURPOSE };
    await expect(revealCustomerPersonalData({ ctx, input })).rejects.toMatchObject(forbidden);
    await ctx.close();
  }
});

function contextOf(role: "compliance" | "agent" | "engineer" | "admin"): Promise<TestContext<StaffActor>> {
  return testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor(role) });
}

function reveal(eventId: string) {
  return revealEventPersonalData({ ctx: { ...compliance, auditorDb }, input: { eventId, purpose: PURPOSE } });
}

/** The id of a new event that this person made. */
async function actOf(actor: StaffActor): Promise<string> {
  const operationId = randomUUID();
  await recordAuditEvent(
    compliance.db,
    { ...compliance, actor },
    { action: "sweep.requested", outcome: "succeeded", operationId },
  );
  const [row] = await queryAsOwner(database.ownerUrl, "SELECT event_id FROM audit.event WHERE operation_id = $1", [
    operationId,
  ]);
  return String(row?.event_id);
}

async function bodies(action: string): Promise<unknown[]> {
  const rows = await queryAsOwner(
    database.ownerUrl,
    "SELECT body::json FROM audit.event WHERE action = $1 ORDER BY recorded_at",
    [action],
  );
  return rows.map(({ body }) => body);
}
