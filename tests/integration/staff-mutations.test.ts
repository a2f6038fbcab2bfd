import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import type { Role } from "#domain/permissions.ts";
import { addStaffMember, changeStaffRole, disableStaffMember, enableStaffMember } from "#features/staff/mutations.ts";
import { addStaffMemberInput } from "#features/staff/schema.ts";
import { createAuthAdapter, hashToken, type StaffUser } from "#platform/auth-adapter.ts";
import type { Context } from "#platform/context.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

type StaffContext = Context<StaffActor>;

let database: TestDatabase;
let admin: TestContext<StaffActor>;
let colleague: StaffActor;

beforeEach(async () => {
  database = await createTestDatabase();
  admin = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("admin"),
  });
  colleague = await addPerson("agent");
});

afterEach(async () => {
  await admin?.close();
  await database?.drop();
});

const newcomer = { email: "ana@example.test", name: "Ana Ferreira", role: "lead" } as const;

/** Each mutation with an effect to look for, so that the same guarantees are asked of all four. */
const MUTATIONS = [
  {
    name: "addStaffMember",
    action: "staff.added",
    run: (ctx: StaffContext) => addStaffMember({ ctx, input: newcomer }),
    details: { role: "lead" },
    effect: () => admin.db.staffMember.count({ where: newcomer }),
  },
  {
    name: "changeStaffRole",
    action: "staff.role_changed",
    run: (ctx: StaffContext) => changeStaffRole({ ctx, input: { staffMemberId: colleague.id, role: "lead" } }),
    details: { before: "agent", after: "lead" },
    effect: () => admin.db.staffMember.count({ where: { id: colleague.id, role: "lead" } }),
  },
  {
    name: "disableStaffMember",
    action: "staff.disabled",
    run: (ctx: StaffContext) => disableStaffMember({ ctx, input: { staffMemberId: colleague.id } }),
    details: { signInsEnded: 0 },
    effect: () => admin.db.staffMember.count({ where: { id: colleague.id, disabledAt: { not: null } } }),
  },
  {
    name: "enableStaffMember",
    action: "staff.enabled",
    before: () => admin.db.staffMember.update({ where: { id: colleague.id }, data: { disabledAt: new Date() } }),
    run: (ctx: StaffContext) => enableStaffMember({ ctx, input: { staffMemberId: colleague.id } }),
    details: {},
    effect: () => admin.db.staffMember.count({ where: { id: colleague.id, disabledAt: null } }),
  },
];

describe.each(MUTATIONS)("$name", ({ action, run, details, effect, before }) => {
  beforeEach(async () => void (await before?.()));

  it("does it, and leaves one row on record with what changed", async () => {
    expect(await run(admin)).toEqual({ ok: true });
    expect(await effect()).toBe(1);
    expect(await auditRows(database.auditorUrl)).toMatchObject([
      { action, outcome: "succeeded", actor_id: admin.actor.id, target_id: expect.any(String), details },
    ]);
  });

  it.each(["agent", "lead", "compliance", "engineer"] as const)("refuses a %s", async (role) => {
    const ctx = { ...admin, actor: await addPerson(role) };
    await expect(run(ctx)).rejects.toBeInstanceOf(ForbiddenError);
    expect(await effect()).toBe(0);
  });

  it("refuses an admin whose role ended after the request began", async () => {
    await admin.db.staffMember.update({ where: { id: admin.actor.id }, data: { disabledAt: new Date() } });
    await expect(run(admin)).rejects.toBeInstanceOf(ForbiddenError);
    expect(await effect()).toBe(0);
  });

  it("changes nothing when its row cannot be put on record", async () => {
    const unrecordable = { ...admin, origin: { ...admin.origin, requestId: "" } };
    await expect(run(unrecordable)).rejects.toThrow();
    expect(await effect()).toBe(0);
    expect(await auditRows(database.auditorUrl)).toEqual([]);
  });

  it("happens once when it is asked for five times at once, and each is on record", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => run(admin)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await effect()).toBe(1);
    const outcomes = (await auditRows(database.auditorUrl, { action })).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["succeeded", ...Array(4).fill("denied")]);
  });
});

describe("the own row", () => {
  it("is changed by nobody, and the attempt is on record as refused", async () => {
    const staffMemberId = admin.actor.id;
    const refused = { ok: false, reason: "own_row" };
    expect(await changeStaffRole({ ctx: admin, input: { staffMemberId, role: "lead" } })).toEqual(refused);
    expect(await disableStaffMember({ ctx: admin, input: { staffMemberId } })).toEqual(refused);
    expect(await admin.db.staffMember.findUnique({ where: { id: staffMemberId } })).toMatchObject({
      role: "admin",
      disabledAt: null,
    });
    const denied = { outcome: "denied", target_id: staffMemberId, details: { refusedBy: "own_row" } };
    expect(await auditRows(database.auditorUrl)).toMatchObject([denied, denied]);
  });
});

describe("the last admin", () => {
  it.each([
    ["disable", (ctx: StaffContext, staffMemberId: string) => disableStaffMember({ ctx, input: { staffMemberId } })],
    [
      "demote",
      (ctx: StaffContext, staffMemberId: string) => changeStaffRole({ ctx, input: { staffMemberId, role: "agent" } }),
    ],
  ])("stays when two admins %s each other at the same moment", async (_verb, remove) => {
    const other = { ...admin, actor: await addPerson("admin") };
    const answers = await Promise.allSettled([remove(admin, other.actor.id), remove(other, admin.actor.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { name: "ForbiddenError" } });
    expect(await admin.db.staffMember.count({ where: { role: "admin", disabledAt: null } })).toBe(1);
  });
});

describe("an e-mail address", () => {
  it.each(["ana@example.test", "  ANA@Example.TEST "])(
    "is one person's only, however it is written: %j",
    async (email) => {
      await addStaffMember({ ctx: admin, input: newcomer });
      const input = addStaffMemberInput.parse({ email, name: "Another Ana", role: "agent" });
      expect(await addStaffMember({ ctx: admin, input })).toEqual({ ok: false, reason: "email_taken" });
      expect(await admin.db.staffMember.count({ where: { email: "ana@example.test" } })).toBe(1);
    },
  );

  it.each(["ana", "ana@", "ana@example.test\u0000", "a b@example.test", `${"a".repeat(250)}@example.test`])(
    "is refused as %j",
    (email) => {
      expect(addStaffMemberInput.safeParse({ ...newcomer, email }).success).toBe(false);
    },
  );
});

describe("a change", () => {
  it("of a role is there on the person's next request", async () => {
    const token = await signIn(colleague);
    await changeStaffRole({ ctx: admin, input: { staffMemberId: colleague.id, role: "compliance" } });
    expect((await nextRequest(token))?.actor.role).toBe("compliance");
  });

  it("to disabled ends every sign-in of that person, and nobody else's, in the same transaction", async () => {
    const tokens = [await signIn(colleague), await signIn(colleague)];
    const bystander = await signIn(admin.actor);
    await disableStaffMember({ ctx: admin, input: { staffMemberId: colleague.id } });
    expect(await Promise.all(tokens.map(nextRequest))).toEqual([null, null]);
    expect((await nextRequest(bystander))?.actor.id).toBe(admin.actor.id);
    expect(await auditRows(database.auditorUrl)).toMatchObject([{ details: { signInsEnded: 2 } }]);
  });

  it("to disabled and back does not bring the old sign-ins back", async () => {
    const token = await signIn(colleague);
    await disableStaffMember({ ctx: admin, input: { staffMemberId: colleague.id } });
    await enableStaffMember({ ctx: admin, input: { staffMemberId: colleague.id } });
    expect(await nextRequest(token)).toBeNull();
  });

  it("of somebody who is not there changes nothing, and the attempt is on record as refused", async () => {
    const staffMemberId = randomUUID();
    expect(await disableStaffMember({ ctx: admin, input: { staffMemberId } })).toEqual({
      ok: false,
      reason: "unchanged",
    });
    const refused = { outcome: "denied", target_id: staffMemberId, details: { refusedBy: "unchanged" } };
    expect(await auditRows(database.auditorUrl)).toMatchObject([refused]);
  });
});

async function addPerson(role: Role): Promise<StaffActor> {
  const person = staffActor(role);
  const { id, name, email } = person;
  await admin.db.staffMember.create({ data: { id, name, email, role, createdAt: new Date() } });
  return person;
}

/** A sign-in as the auth adapter keeps it; returns the cookie's token. */
async function signIn({ id }: StaffActor): Promise<string> {
  const token = randomUUID();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 60_000);
  await admin.db.staffSession.create({
    data: {
      id: randomUUID(),
      tokenHash: hashToken(token),
      staffMemberId: id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
    },
  });
  return token;
}

async function nextRequest(token: string): Promise<StaffUser | null> {
  const { db, environment, origin } = admin;
  const issuer = "https://issuer.example.test";
  const adapter = createAuthAdapter({ db: () => db, issuer, environment, origin: async () => origin });
  const found = await adapter.getSessionAndUser?.(token);
  return (found?.user as StaffUser | undefined) ?? null;
}
