import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countOpenCases, getWorklistPage } from "#features/repair-cases/data.ts";
import { parseWorklistAddress } from "#features/repair-cases/schema.ts";
import type { Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addBank, addBrokenExchange, openAppDatabase } from "../support/worklist-rows.ts";

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openAppDatabase(database.appUrl);
});
afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});
beforeEach(async () => {
  await db.reauthSession.deleteMany();
  await db.repairCase.deleteMany();
  await db.fundingSource.deleteMany();
  await db.exchange.deleteMany();
  await db.customer.deleteMany();
});

const list = (search: Record<string, string> = {}, mayReadNames = true) =>
  getWorklistPage(db, parseWorklistAddress(search).address, { mayReadNames });
const names = async (search: Record<string, string>) => (await list(search)).rows.map((row) => row.customerName);

describe("the worklist", () => {
  it("lists open cases only, the oldest break first, with exact counts", async () => {
    const { customerId } = await addBrokenExchange(db, { name: "Late", brokenSince: new Date("2026-03-01T00:00:00Z") });
    await addBrokenExchange(db, { name: "Early", brokenSince: new Date("2026-02-01T00:00:00Z") });
    await addBrokenExchange(db, { customerId, brokenSince: new Date("2026-04-01T00:00:00Z") });
    await addBrokenExchange(db, { name: "Done", state: "verified", closedAt: new Date() });

    expect(await names({})).toEqual(["Early", "Late", "Late"]);
    expect(await list()).toMatchObject({ matching: 3, position: 0, nextCursor: null, previousCursor: null });
    expect(await countOpenCases(db)).toEqual({ cases: 3, customers: 2, warned: 0 });
  });

  it("answers an empty list with zero counts", async () => {
    expect(await list()).toEqual({ rows: [], matching: 0, position: 0, nextCursor: null, previousCursor: null });
    expect(await countOpenCases(db)).toEqual({ cases: 0, customers: 0, warned: 0 });
  });

  it.each(["100%", "a_c", "back\\slash", "o'hara", "=1+1", "<script>", "محمد", "🦊"])(
    "finds the name %s and takes none of its letters for a wildcard",
    async (name) => {
      await addBrokenExchange(db, { name });
      await addBrokenExchange(db, { name: "100 abc backslash ohara" });
      expect(await names({ q: name })).toEqual([name]);
    },
  );

  it("searches part of a name or an e-mail without case, and the beginning of a customer's or exchange's id", async () => {
    const { customerId, exchangeId } = await addBrokenExchange(db, { name: "Ana Ferreira", email: "ana@bank.test" });
    await addBrokenExchange(db, { name: "Bo", email: "bo@home.test" });
    for (const q of ["FERR", "@BANK", customerId, customerId.slice(0, 13), exchangeId.toUpperCase()]) {
      expect(await names({ q }), q).toEqual(["Ana Ferreira"]);
    }
    expect(await names({ q: customerId.slice(9) })).toEqual([]);
  });

  it("does not let a search tell anything about names to people who may not read them", async () => {
    const { customerId } = await addBrokenExchange(db, { name: "Ana Ferreira", email: "ana@bank.test" });
    expect((await list({ q: "Ana" }, false)).matching).toBe(0);
    expect((await list({ q: "bank.test" }, false)).matching).toBe(0);
    expect((await list({ q: customerId.slice(0, 8) }, false)).matching).toBe(1);
  });

  it("filters by partner, cause and state, each alone and together", async () => {
    await addBrokenExchange(db, { name: "A", partner: "Plaid", cause: "UpdateCredentials", state: "open" });
    await addBrokenExchange(db, { name: "B", partner: "MX", cause: "UpdateCredentials", state: "session_created" });
    await addBrokenExchange(db, { name: "C", partner: "MX", cause: "deactivated", state: "open" });
    expect(await names({ partner: "MX", sort: "customer" })).toEqual(["B", "C"]);
    expect(await names({ cause: "deactivated" })).toEqual(["C"]);
    expect(await names({ state: "session_created" })).toEqual(["B"]);
    expect(await names({ partner: "MX", cause: "UpdateCredentials", state: "open" })).toEqual([]);
    expect(await names({ partner: "Nobody" })).toEqual([]);
  });

  it("names the latest attempt, when it was and who made it", async () => {
    const { exchangeId, caseId } = await addBrokenExchange(db);
    const staff = { id: randomUUID(), email: `${randomUUID()}@example.test`, name: "Maria", role: "agent" as const };
    await db.staffMember.create({ data: { ...staff, createdAt: new Date() } });
    const attempt = {
      exchangeId,
      repairCaseId: caseId,
      channel: "web",
      reason: "The customer called.",
      requestedById: staff.id,
    };
    await db.reauthSession.createMany({
      data: [
        { ...attempt, id: randomUUID(), state: "created", requestedAt: new Date("2026-02-01T00:00:00Z") },
        { ...attempt, id: randomUUID(), state: "failed", requestedAt: new Date("2026-02-02T00:00:00Z") },
      ],
    });
    const { rows } = await list();
    expect(rows[0]?.lastAttempt).toEqual({ state: "failed", at: "2026-02-02T00:00:00.000Z", by: "Maria" });
  });
});

describe("the bank of an exchange", () => {
  const bankInList = async () => (await list()).rows[0]?.bank;

  it("is the bank of the accounts known to have come through it", async () => {
    const { customerId, exchangeId } = await addBrokenExchange(db);
    await addBank(db, { customerId, bankName: "Chase", exchangeId, exchangeLink: "about_link" });
    await addBank(db, { customerId, bankName: "Other" });
    expect(await bankInList()).toBe("Chase");
  });

  it("is the customer's only bank where no account is linked", async () => {
    const { customerId } = await addBrokenExchange(db);
    await addBank(db, { customerId, bankName: "Chase" });
    await addBank(db, { customerId, bankName: "Chase" });
    await addBank(db, { customerId, bankName: "Gone", isRemoved: true });
    await addBank(db, { customerId, bankName: null, type: "balance" });
    expect(await bankInList()).toBe("Chase");
  });

  it("is not guessed from two banks, from a bank without a name, or from another exchange's account", async () => {
    const { customerId } = await addBrokenExchange(db, { brokenSince: new Date("2026-01-01T00:00:00Z") });
    await addBank(db, { customerId, bankName: "Chase" });
    await addBank(db, { customerId, bankName: "Wells" });
    expect(await bankInList()).toBeNull();
    await db.fundingSource.updateMany({ where: { bankName: "Wells" }, data: { bankName: null } });
    expect(await bankInList()).toBeNull();
    await db.fundingSource.deleteMany({ where: { bankName: null } });
    const other = await addBrokenExchange(db, { customerId });
    await db.fundingSource.updateMany({ data: { exchangeId: other.exchangeId, exchangeLink: "about_link" } });
    expect(await bankInList()).toBeNull();
  });
});
