import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Database } from "#platform/database-client.ts";
import { insertCase } from "../support/broken-exchange.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { press } from "../support/reauth-desk.ts";
import { signInAs, useEnvironmentOf } from "../support/signed-in.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

vi.mock("next/headers", async () => {
  const { nextHeaders } = await import("../support/signed-in.ts");
  return { ...nextHeaders, headers: async () => new Headers({ origin: process.env.NEXTAUTH_URL ?? "" }) };
});
// Each refusal here is an error in the log, as it has to be.
vi.mock("#platform/logger.ts", () => ({ logger: { error: () => {}, warn: () => {}, debug: () => {} } }));
vi.mock("next/navigation", async () => (await import("../support/signed-in.ts")).nextNavigation);

/** What keeps the app from adding a row, and what ends it. The full disk is Postgres's own error for one, raised by a trigger. */
const HINDRANCES = [
  [
    "the app's right to add to the trail is missing",
    "REVOKE INSERT ON audit.event_private FROM reconnect_app",
    "GRANT INSERT ON audit.event_private TO reconnect_app",
  ],
  [
    "the disk under the trail is full",
    `CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       RAISE 'could not extend file "base/1/1": No space left on device' USING ERRCODE = 'disk_full'; END $$;
     CREATE TRIGGER full_disk BEFORE INSERT ON audit.event EXECUTE FUNCTION full_disk()`,
    "DROP TRIGGER full_disk ON audit.event",
  ],
] as const;

let database: TestDatabase;
let simulator: TestSimulator;
let web: Awaited<ReturnType<typeof importWeb>>;
let db: Database;
const broken: Parameters<typeof insertCase>[1][] = [];

/** Only when the environment is there, which they read as they are loaded. */
async function importWeb() {
  const { createReauthSessionAction, revealReauthSessionAction } = await import("#features/reauth-sessions/actions.ts");
  const { changeStaffRoleAction } = await import("#features/staff/actions.ts");
  const { db: webDb } = await import("#platform/db.ts");
  return { createReauthSessionAction, revealReauthSessionAction, changeStaffRoleAction, webDb };
}

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 500 })]);
  useEnvironmentOf(database);
  process.env.DWOLLA_API_URL = simulator.url;
  web = await importWeb();
  db = web.webDb();
  broken.push(...(await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid"));
});

afterAll(async () => {
  await db?.$disconnect();
  await Promise.all([simulator?.stop(), database?.drop()]);
});

async function takeExchange(): Promise<string> {
  const row = broken.pop();
  if (!row) throw new Error("the simulated world has no more broken exchanges of Plaid");
  return (await insertCase(db, row)).exchangeId;
}

describe.each(HINDRANCES)("while %s", (_hindrance, hinder, relieve) => {
  const refusal = { ok: false, error: { message: expect.stringMatching(/^Nothing was done: .* safe/) } };

  it("a press reaches nobody and says so, and the same press works by itself afterwards", async () => {
    const exchangeId = await takeExchange();
    await signInAs(db, "agent");
    const input = { ...press(exchangeId), ticket: "" };
    await queryAsOwner(database.ownerUrl, hinder);
    expect(await web.createReauthSessionAction(input)).toMatchObject(refusal);
    expect(await simulator.requests({ path: exchangeId })).toEqual([]);
    expect(await db.reauthSession.count({ where: { exchangeId } })).toBe(0);

    await queryAsOwner(database.ownerUrl, relieve);
    expect(await web.createReauthSessionAction(input)).toMatchObject({ ok: true, value: { ok: true } });
  });

  it("nothing is revealed or used up, and the reveal is there afterwards", async () => {
    await signInAs(db, "agent");
    const created = await web.createReauthSessionAction({ ...press(await takeExchange()), ticket: "" });
    if (!created.ok || !created.value.ok) throw new Error("no session was created");
    const { sessionId } = created.value;
    await queryAsOwner(database.ownerUrl, hinder);
    expect(await web.revealReauthSessionAction({ sessionId })).toMatchObject(refusal);

    await queryAsOwner(database.ownerUrl, relieve);
    expect(await web.revealReauthSessionAction({ sessionId })).toMatchObject({ ok: true, value: { ok: true } });
  });

  it("no role changes, and it does afterwards", async () => {
    await signInAs(db, "admin");
    const id = randomUUID();
    const person = { id, email: `${id}@example.test`, name: "Test", role: "agent", createdAt: new Date() } as const;
    await db.staffMember.create({ data: person });
    const input = { staffMemberId: id, role: "lead" } as const;
    await queryAsOwner(database.ownerUrl, hinder);
    expect(await web.changeStaffRoleAction(input)).toMatchObject(refusal);
    expect(await db.staffMember.findUnique({ where: { id } })).toMatchObject({ role: "agent" });

    await queryAsOwner(database.ownerUrl, relieve);
    expect(await web.changeStaffRoleAction(input)).toMatchObject({ ok: true });
  });
});
