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

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabaseClient({ url: database.appUrl, maxConnections: 1 });
  proxy = await startTcpProxy(database.appUrl);
  changes = listenToChanges({ url: proxy.url, warn: () => undefined });
  heard = [];
  changes.subscribe((topic) => heard.push(topic));
  await vi.waitFor(async () => {
    await announceChange(db);
    expect(heard).toContain("desk");
  }, 5_000);
  // Those of the attempts before are told first.
  await announceChange(db, "dwolla");
  await vi.waitFor(() => expect(heard).toContain("dwolla"));
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
