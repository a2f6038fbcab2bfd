import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { readSignedHeads } from "../crash/signed-heads.ts";
import { countUnsealed, faultsOfSeals } from "../crash/trail-faults.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type SealerFolder, sealerFolder, startSealer } from "../support/sealer.ts";

const PATIENCE = { timeout: 25_000, interval: 50 };

let database: TestDatabase;
let ctx: TestContext;
let owner: pg.Pool;
let folder: SealerFolder;
let sealer: ReturnType<typeof startSealer> | null;

beforeEach(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" });
  owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  folder = sealerFolder();
  sealer = null;
});

afterEach(async () => {
  await sealer?.stop();
  await Promise.all([ctx.close(), owner.end()]);
  await database.drop();
  folder.remove();
});

it("what was recorded while no sealer ran for an hour is unsealed, and all of it is sealed in its order when one is back", async () => {
  await sealAll(10);
  await sealer?.stop();
  await record(1_200);
  await owner.query(`ALTER TABLE audit.event DISABLE TRIGGER event_append_only;
    UPDATE audit.event SET recorded_at = recorded_at - random() * interval '1 hour' WHERE NOT EXISTS (
      SELECT FROM audit.sealed_event sealed WHERE sealed.event_id = event.event_id);
    ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only`);
  expect(await countUnsealed(owner)).toBe(1_200);

  sealer = startSealer(database.sealerUrl, folder);
  await Promise.all([record(50), untilSealed()]);
  await untilSealed();
  await expectAllSigned(1_260);
  const { rows } = await owner.query(`SELECT count(*)::int AS "outOfOrder" FROM (
    SELECT recorded_at < lag(recorded_at) OVER (ORDER BY number) AS is_earlier
    FROM audit.sealed_event JOIN audit.event USING (event_id) WHERE number BETWEEN 11 AND 1210) AS pair WHERE is_earlier`);
  expect(rows).toEqual([{ outOfOrder: 0 }]);
});

it.each([
  [
    "its role lost a right",
    "REVOKE INSERT ON audit.sealed_event FROM reconnect_sealer",
    "GRANT INSERT ON audit.sealed_event TO reconnect_sealer",
  ],
  [
    "there is no room for its numbers",
    `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       RAISE 'could not extend file "base/1/1": No space left on device' USING ERRCODE = 'disk_full'; END $$;
     CREATE TRIGGER full_disk BEFORE INSERT ON audit.sealed_event EXECUTE FUNCTION full_disk()`,
    "DROP TRIGGER full_disk ON audit.sealed_event",
  ],
])("a sealer that cannot seal because %s holds nobody up, and goes on by itself", async (_reason, hinder, relieve) => {
  await sealAll(10);
  await owner.query(hinder);
  await record(120);
  expect(await countUnsealed(owner)).toBe(120);

  await owner.query(relieve);
  await untilSealed();
  await expectAllSigned(130);
});

it("a sealer whose folder takes no checkpoint seals nevertheless, and signs by itself when it does again", async () => {
  await sealAll(10);
  const { checkpoints } = folder;
  const inTheWay = join(checkpoints, "checkpoints");
  renameSync(inTheWay, `${inTheWay}-away`);
  writeFileSync(inTheWay, "");
  await record(150);
  await untilSealed();
  expect((await owner.query("SELECT 1 FROM audit.checkpoint WHERE size > 10")).rows).toEqual([]);

  rmSync(inTheWay);
  renameSync(`${inTheWay}-away`, inTheWay);
  await vi.waitFor(async () => {
    expect((await owner.query("SELECT 1 FROM audit.checkpoint WHERE size = 160")).rows).toHaveLength(1);
  }, PATIENCE);
  await expectAllSigned(160);
});

async function record(count: number): Promise<void> {
  const entry = { action: "exchange.checked", outcome: "succeeded" } as const;
  await Promise.all(Array.from({ length: count }, () => recordAuditEvent(ctx.db, ctx, entry)));
}

/** With a sealer that goes on running. */
async function sealAll(count: number): Promise<void> {
  sealer = startSealer(database.sealerUrl, folder);
  await record(count);
  await untilSealed();
}

async function untilSealed(): Promise<void> {
  await vi.waitFor(async () => expect(await countUnsealed(owner)).toBe(0), PATIENCE);
}

/** The last checkpoint covers that many, and everything that is sealed and signed is right. */
async function expectAllSigned(size: number): Promise<void> {
  await sealer?.stop();
  const heads = readSignedHeads(folder.checkpoints);
  expect(Math.max(...heads.map((head) => head.size))).toBe(size);
  expect(await faultsOfSeals(owner, heads)).toEqual([]);
  expect((await owner.query("SELECT * FROM audit.alarm")).rows).toEqual([]);
}
