import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { announceChange, type Changes, listenToChanges } from "#platform/changes.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let database: TestDatabase;
let db: Database;
let proxy: TcpProxy;
let changes: Changes;
let heard: string[];
let passed = 0;

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl, maxConnections: 1 });
  proxy = await startTcpProxy(database.appUrl);
  changes = listenToChanges({ url: proxy.url, warn: () => undefined, nowMs: () => passed });
  heard = [];
  changes.subscribe((topic) => heard.push(topic));
  // The first to listen is told of each topic: until now nobody heard of changes.
  await vi.waitFor(() => expect(heard.sort()).toEqual(["desk", "dwolla"]), 5_000);
  heard.length = 0;
});

afterEach(async () => {
  await changes.stop();
  await proxy.stop();
  await db.$disconnect();
  await database.drop();
});

test("a change is told when its transaction commits, and not when it is rolled back", async () => {
  await db.$transaction((tx) => announceChange(tx, "dwolla"));
  await db
    .$transaction(async (tx) => {
      await announceChange(tx);
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  await db.$transaction((tx) => announceChange(tx, "dwolla"));
  await vi.waitFor(() => expect(heard).toEqual(["dwolla", "dwolla"]));
});

test("nothing is told while Postgres is away, and every topic once when it is back", async () => {
  proxy.cut();
  await proxy.refusals(2);
  expect(heard).toEqual([]);
  proxy.mend();
  await vi.waitFor(() => expect(heard.sort()).toEqual(["desk", "dwolla"]), 5_000);
});

test("a page that begins to listen is told of what changed while it was on its way, and of nothing older", async () => {
  passed += 60_000;
  await db.$transaction((tx) => announceChange(tx));
  await vi.waitFor(() => expect(heard).toEqual(["desk"]));
  expect(toldOnArrival()).toEqual(["desk"]);
  passed += 60_000;
  expect(toldOnArrival()).toEqual([]);
});

function toldOnArrival(): string[] {
  const told: string[] = [];
  changes.subscribe((topic) => told.push(topic));
  return told;
}
