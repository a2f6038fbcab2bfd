import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listUnplacedAnswers } from "#features/signals/data.ts";
import type { Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { signInAs, useEnvironmentOf } from "../support/signed-in.ts";
import { addBrokenExchange, openAppDatabase } from "../support/worklist-rows.ts";

vi.mock("next/headers", async () => (await import("../support/signed-in.ts")).nextHeaders);
vi.mock("next/navigation", async () => (await import("../support/signed-in.ts")).nextNavigation);

let database: TestDatabase;
let db: Database;
let web: Awaited<ReturnType<typeof importWeb>>;
let customerId: string;
let exchangeId: string;

/** Only when the environment is there, which they read as they are loaded. */
async function importWeb() {
  const { loadCustomer } = await import("#features/customers/loaders.ts");
  const { db: webDb } = await import("#platform/db.ts");
  return { loadCustomer, webDb };
}

beforeAll(async () => {
  database = await createTestDatabase();
  useEnvironmentOf(database);
  web = await importWeb();
  db = openAppDatabase(database.appUrl);
  ({ customerId, exchangeId } = await addBrokenExchange(db));
  await addAccount("Unknown link", null, [
    { value: "processing", at: 1, exchangeId: null },
    { value: "answered", at: 2, exchangeId: null },
  ]);
  await addAccount("Known link", exchangeId, [{ value: "answered", at: 3, exchangeId }]);
  await addAccount("Link learned later", exchangeId, [{ value: "answered", at: 4, exchangeId: null }]);
  await addAccount("Removed", null, [{ value: "answered", at: 5, exchangeId: null }], true);
  await addAccount("Never asked", null, []);
  await addAccount("Cannot be asked", null, [{ value: "unsupported", at: 6, exchangeId: null }]);
});

afterAll(async () => {
  await Promise.all([db.$disconnect(), web.webDb().$disconnect()]);
  await database.drop();
});

test("lists the newest answer of each account whose link nobody knows, and no other", async () => {
  const answers = await listUnplacedAnswers(db, customerId);
  expect(answers.map(({ accountName, value }) => [accountName, value])).toEqual([
    ["Cannot be asked", "unsupported"],
    ["Unknown link", "answered"],
  ]);
  expect(await listUnplacedAnswers(db, randomUUID())).toEqual([]);
});

test("the customer page holds them, with the account's name for those who may read names", async () => {
  await signInAs(db, "agent");
  const open = await web.loadCustomer(customerId);
  expect(open?.unplacedAnswers.map(({ accountName }) => accountName)).toContain("Unknown link");
  await signInAs(db, "compliance");
  const masked = await web.loadCustomer(customerId);
  expect(masked?.unplacedAnswers.map(({ accountName }) => accountName)).toEqual(["C•••• b•••• a••••", "U•••• l••••"]);
});

type Answer = { value: string; at: number; exchangeId: string | null };

async function addAccount(name: string, link: string | null, answers: Answer[], isRemoved = false): Promise<void> {
  const id = randomUUID();
  const account = { id, customerId, exchangeId: link, name, type: "bank", status: "verified", isRemoved };
  await db.fundingSource.create({ data: account });
  await db.signal.createMany({
    data: answers.map(({ value, at, exchangeId }) => {
      const instant = new Date(Date.UTC(2026, 10, at));
      const times = { observedAt: instant, speaksOfAt: instant };
      const about = { customerId, exchangeId, fundingSourceId: id };
      return { id: randomUUID(), kind: "balance_check" as const, source: "sweep" as const, value, ...about, ...times };
    }),
  });
}
