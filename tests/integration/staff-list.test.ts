import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getStaffNames, listStaffMembers } from "#features/staff/data.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const SEEN_AT = "2026-11-23T05:00:00.000Z";

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl, maxConnections: 2 });
  await add("Zoe Active", { subject: "s-1", seen: ["2026-11-23T04:00:00.000Z", SEEN_AT] });
  await add("Bea Invited", {});
  await add("Abe Disabled", { subject: "s-2", disabledAt: new Date() });
});

afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});

describe("the staff list", () => {
  it("tells who is active, who never signed in and who is disabled, those who left at the end", async () => {
    const members = await listStaffMembers(db);
    expect(members.map(({ name, state }) => [name, state])).toEqual([
      ["Bea Invited", "invited"],
      ["Zoe Active", "active"],
      ["Abe Disabled", "disabled"],
    ]);
  });

  it("says when somebody was last seen, and nothing where no sign-in is left", async () => {
    const members = await listStaffMembers(db);
    expect(members.map(({ lastSeenAt }) => lastSeenAt)).toEqual([null, SEEN_AT, null]);
  });

  it("knows the names of people who left", async () => {
    const left = await db.staffMember.findFirstOrThrow({ where: { name: "Abe Disabled" } });
    expect(await getStaffNames(db, [left.id, left.id, randomUUID()])).toEqual(new Map([[left.id, "Abe Disabled"]]));
  });
});

async function add(name: string, facts: { subject?: string; disabledAt?: Date; seen?: string[] }): Promise<void> {
  const { subject, disabledAt, seen = [] } = facts;
  const id = randomUUID();
  const issuer = "https://issuer.example.test";
  await db.staffMember.create({
    data: {
      id,
      name,
      email: `${id}@example.test`,
      role: "agent",
      createdAt: new Date(),
      ...(subject && { subject, issuer }),
      ...(disabledAt && { disabledAt }),
    },
  });
  for (const lastSeenAt of seen) {
    const session = { id: randomUUID(), tokenHash: randomUUID(), staffMemberId: id, createdAt: lastSeenAt, lastSeenAt };
    await db.staffSession.create({ data: { ...session, expiresAt: lastSeenAt } });
  }
}
