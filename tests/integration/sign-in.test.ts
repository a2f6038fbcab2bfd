import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "#domain/permissions.ts";
import type { AuditContext } from "#platform/audit-trail.ts";
import { bindSubject, createAuthAdapter, findRefusedMember, type StaffUser } from "#platform/auth-adapter.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const ISSUER = "https://login.company.test";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORIGIN = { requestId: "request-1", ip: "127.0.0.1", userAgent: "test" };

let database: TestDatabase;
let db: Database;
let clock = new Date("2026-11-23T08:00:00.000Z");

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

function adapter({ isByPerson = true } = {}) {
  const { createSession, getSessionAndUser, deleteSession, getUserByAccount, getUserByEmail } = createAuthAdapter({
    db: () => db,
    issuer: ISSUER,
    environment: "simulator",
    origin: async () => ORIGIN,
    now: () => clock,
    isByPerson,
  });
  if (!createSession || !getSessionAndUser || !deleteSession || !getUserByAccount || !getUserByEmail)
    throw new Error("incomplete");
  return { createSession, getSessionAndUser, deleteSession, getUserByAccount, getUserByEmail };
}

function stranger(): AuditContext {
  return { actor: { type: "anonymous", email: null }, environment: "simulator", origin: ORIGIN, now: () => clock };
}

async function addStaff(role: Role = "agent"): Promise<{ id: string; email: string }> {
  const id = randomUUID();
  const member = { id, email: `${id}@example.test`, name: "Test Person", role, createdAt: clock };
  await db.staffMember.create({ data: member });
  return member;
}

async function signIn(): Promise<{ staffId: string; token: string; signedInAt: number }> {
  const { id: staffId } = await addStaff();
  const token = randomUUID();
  await adapter().createSession({ sessionToken: token, userId: staffId, expires: new Date(clock.getTime() + HOUR) });
  return { staffId, token, signedInAt: clock.getTime() };
}

describe("a sign-in", () => {
  it("is known again by its token, of which only a hash is stored", async () => {
    const { staffId, token } = await signIn();
    expect((await adapter().getSessionAndUser(token))?.user.id).toBe(staffId);
    const stored = await db.staffSession.findFirstOrThrow({ where: { staffMemberId: staffId } });
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  it("ends after 30 minutes without a request, and lives on while there are some", async () => {
    const { token, signedInAt } = await signIn();
    clock = new Date(signedInAt + 29 * MINUTE);
    expect(await adapter().getSessionAndUser(token)).not.toBeNull();
    clock = new Date(signedInAt + 58 * MINUTE);
    expect(await adapter().getSessionAndUser(token)).not.toBeNull();
    clock = new Date(signedInAt + 88 * MINUTE);
    expect(await adapter().getSessionAndUser(token)).toBeNull();
  });

  it("is not kept alive by a page that is open and asks by itself", async () => {
    const { token, signedInAt } = await signIn();
    clock = new Date(signedInAt + 29 * MINUTE);
    expect(await adapter({ isByPerson: false }).getSessionAndUser(token)).not.toBeNull();
    clock = new Date(signedInAt + 30 * MINUTE);
    expect(await adapter({ isByPerson: false }).getSessionAndUser(token)).toBeNull();
    expect(await adapter().getSessionAndUser(token)).toBeNull();
  });

  it("ends after eight hours, however busy the person is", async () => {
    const { token, signedInAt } = await signIn();
    for (let at = 20 * MINUTE; at < 8 * HOUR; at += 20 * MINUTE) {
      clock = new Date(signedInAt + at);
      expect(await adapter().getSessionAndUser(token)).not.toBeNull();
    }
    clock = new Date(signedInAt + 8 * HOUR);
    expect(await adapter().getSessionAndUser(token)).toBeNull();
  });

  it("shows a changed role on the very next request", async () => {
    const { staffId, token } = await signIn();
    await db.staffMember.update({ where: { id: staffId }, data: { role: "compliance" } });
    const user = (await adapter().getSessionAndUser(token))?.user as StaffUser | undefined;
    expect(user?.actor.role).toBe("compliance");
  });

  it("is worth nothing once the person is disabled", async () => {
    const { staffId, token } = await signIn();
    await db.staffMember.update({ where: { id: staffId }, data: { disabledAt: clock } });
    expect(await adapter().getSessionAndUser(token)).toBeNull();
  });

  it("and the sign-out are on record", async () => {
    const { staffId, token } = await signIn();
    await adapter().deleteSession(token);
    expect(await adapter().getSessionAndUser(token)).toBeNull();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query("SELECT action FROM audit.event WHERE actor_id = $1 ORDER BY recorded_at", [
      staffId,
    ]);
    await owner.end();
    expect(rows.map((row) => row.action)).toEqual(["staff.signed_in", "staff.signed_out"]);
  });
});

describe("bindSubject", () => {
  it("ties an invited address to the subject that first brings it", async () => {
    const { email, id } = await addStaff();
    expect(
      await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email: email.toUpperCase() }),
    ).toBe(true);
    expect((await adapter().getUserByAccount({ provider: "oidc", providerAccountId: `sub-${id}` }))?.id).toBe(id);
  });

  it("is on record, once", async () => {
    const { email, id } = await addStaff();
    await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email });
    await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email });
    const rows = await auditRows(database.auditorUrl, { action: "staff.subject_bound" });
    expect(rows.filter((row) => row.target_id === id)).toHaveLength(1);
  });

  it("refuses another subject that brings the same address later", async () => {
    const { email, id } = await addStaff();
    await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email });
    expect(await bindSubject(db, stranger(), { issuer: ISSUER, subject: `other-${id}`, email })).toBe(false);
  });

  it("lets one of two simultaneous subjects have the address", async () => {
    const { email, id } = await addStaff();
    const subjects = Array.from({ length: 10 }, (_, place) => `rival-${place}-${id}`);
    const answers = await Promise.all(
      subjects.map((subject) => bindSubject(db, stranger(), { issuer: ISSUER, subject, email })),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("refuses an address that no admin has added", async () => {
    expect(
      await bindSubject(db, stranger(), { issuer: ISSUER, subject: "sub-nobody", email: "nobody@example.test" }),
    ).toBe(false);
  });

  it("refuses a person who was disabled", async () => {
    const { email, id } = await addStaff();
    await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email });
    await db.staffMember.update({ where: { id }, data: { disabledAt: clock } });
    expect(await bindSubject(db, stranger(), { issuer: ISSUER, subject: `sub-${id}`, email })).toBe(false);
    const refused = { issuer: ISSUER, subject: `sub-${id}`, email: "new-address@example.test" };
    expect(await findRefusedMember(db, refused)).toBe(id);
    expect(await findRefusedMember(db, { ...refused, subject: "stranger" })).toBeNull();
  });

  it("never finds a person by address alone", async () => {
    const { email } = await addStaff();
    expect(await adapter().getUserByEmail(email)).toBeNull();
  });
});
