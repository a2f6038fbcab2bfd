import { execFile, spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditLeaf, CHAIN_START, chainHash } from "#domain/audit-leaf.ts";
import { readCheckpoint } from "#domain/checkpoint.ts";
import { appendLeaves, EMPTY_FRONTIER, foldSubtrees } from "#domain/merkle-tree.ts";
import { openNote, parseVerifier } from "#domain/signed-note.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { Patrol } from "#sealer/patrol.ts";
import type { SealedTrail } from "#sealer/seal-batch.ts";
import { readStoredTrail } from "#sealer/stored-tree.ts";
import { RUN_TYPESCRIPT } from "../../scripts/child-process.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { changeEvent, rewriteAndReseal, SEALED_ROWS } from "../support/rewritten-trail.ts";
import { type SealerFolder, type SealerOptions, sealerFolder, sealerSettings, startSealer } from "../support/sealer.ts";

const PATIENCE = { timeout: 15_000, interval: 50 };

let database: TestDatabase;
let ctx: TestContext;
let folder: SealerFolder;
const sealers: { stop: () => Promise<void> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor("agent") });
  folder = sealerFolder();
});

afterEach(async () => {
  await Promise.all(sealers.splice(0).map(({ stop }) => stop()));
  folder.remove();
  await ctx?.close();
  await database?.drop();
});

describe("the sealer", () => {
  it("gives every event one number, leaf and running hash, whoever wrote it at the same time", async () => {
    seal();
    await Promise.all(Array.from({ length: 8 }, () => record(40)));
    await sealed(320);

    await expectRightSeals(320);
  });

  it("seals an event that was recorded before others and committed after them", async () => {
    seal();
    const late = new pg.Client({ connectionString: database.appUrl });
    await late.connect();
    await late.query("BEGIN");
    await late.query(lateEvent());
    await record(5);
    await sealed(5);
    await late.query("COMMIT");
    await late.end();
    await sealed(6);

    const [last] = await owner(
      "SELECT body FROM audit.event JOIN audit.sealed_event USING (event_id) WHERE number = 6",
    );
    expect(last?.body).toBe("{}");
  });

  it("leads alone, and another goes on where it was cut off", async () => {
    seal();
    seal();
    for (let round = 1; round <= 4; round += 1) {
      await record(10);
      await owner(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1380271947 AND d.datname = current_database()`,
      );
      await record(10);
      await sealed(round * 20);
    }

    await expectRightSeals(80);
  });

  it("signs a checkpoint after a hundred events, and what is left when it stops", async () => {
    const sealer = seal();
    await record(130);
    await vi.waitFor(async () => expect(await checkpoints()).not.toHaveLength(0), PATIENCE);
    await record(3);
    await sealed(133);
    await sealer.stop();

    const notes = await checkpoints();
    const read = notes.map((note) => readCheckpoint(note, [folder.publicKey()]));
    expect(read.at(-1)?.size).toBe(133);
    expect(read.map(({ firstNumber }) => firstNumber)).toEqual([1, ...read.slice(0, -1).map(({ size }) => size + 1)]);
    const leaves = (await owner(SEALED_ROWS)).map(({ leaf }) => leaf as Buffer);
    for (const { size, root } of read)
      expect(root).toEqual(foldSubtrees(appendLeaves(EMPTY_FRONTIER, leaves.slice(0, size)).frontier.hashes));
  });

  it("signs at once when somebody needs the checkpoint", async () => {
    seal();
    await record(1);
    await sealed(1);
    await ctx.db.$executeRaw`SELECT pg_notify('audit_checkpoint_wanted', '')`;

    await vi.waitFor(async () => expect(await checkpoints()).toHaveLength(1), PATIENCE);
  });
});

describe("a sealer that finds the trail changed", () => {
  beforeEach(async () => {
    const sealer = seal();
    await record(100);
    await vi.waitFor(async () => expect(await checkpoints()).toHaveLength(1), PATIENCE);
    await record(200);
    await sealed(300);
    await sealer.stop();
  });

  it("refuses to sign, names in its log the event of whose reason one letter was changed and every seal recomputed, and so does the next bundle against an earlier checkpoint", async () => {
    const [earlier] = await checkpoints();
    await rewriteAndReseal(database.ownerUrl, 17);
    const sealer = seal();

    const raised = await alarm();
    expect(raised).toMatchObject({ kind: "inconsistent_tree", number: 17 });
    const inLog = { level: pino.levels.values.error, alarm: raised?.kind, number: 17, reason: raised?.sentence };
    expect(sealer.lines).toContainEqual(expect.objectContaining(inLog));
    await record(120);
    await expectNothingSealedSince(300);
    await sealer.stop();
    writeFileSync(join(folder.checkpoints, "earlier.txt"), String(earlier));
    const { status, stdout } = await exportAndVerify("earlier.txt");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^- Row 17, .* and its seal recomputed$/m);
  }, 90_000);

  it("names an event whose text was changed while its seal was left alone", async () => {
    await rewrite(21, "asked", "x");
    seal();

    expect(await alarm()).toMatchObject({ kind: "altered_row", number: 21 });
  });

  it("names an event of which only a column was changed, and goes on sealing, because what is sealed is right", async () => {
    await changeEvent(database.ownerUrl, 22, "UPDATE audit.event SET reason = 'another' WHERE event_id = $1");
    seal();

    expect(await alarm()).toMatchObject({
      kind: "differing_columns",
      number: 22,
      sentence: expect.stringContaining("reason"),
    });
    await record(2);
    await sealed(302);
  });

  it("keeps its alarm about a forged node of the tree for as long as the node is forged", async () => {
    const forge = (hash: string) =>
      owner(`ALTER TABLE audit.tree_node DISABLE TRIGGER USER; UPDATE audit.tree_node SET hash = ${hash};
        ALTER TABLE audit.tree_node ENABLE ALWAYS TRIGGER tree_node_append_only`);
    const [node] = await owner("SELECT encode(hash, 'hex') AS hash FROM audit.tree_node");
    await forge("sha256('forged')");
    seal();
    expect(await alarm()).toMatchObject({ kind: "inconsistent_tree" });
    await record(2);
    await forge(`'\\x${node?.hash}'`);
    await sealed(302);

    expect(await owner("SELECT FROM audit.alarm WHERE ended_at IS NULL")).toHaveLength(0);
  });

  it("goes on from the newest checkpoint when an older folder is brought back", async () => {
    const older = `${folder.checkpoints}-older`;
    cpSync(folder.checkpoints, older, { recursive: true });
    const sealer = seal();
    await record(120);
    await sealed(420);
    await sealer.stop();
    folder = { ...folder, checkpoints: older };
    const again = seal();
    await record(10);
    await sealed(430);
    await again.stop();

    const read = (await checkpoints()).map((note) => readCheckpoint(note, [folder.publicKey()]));
    expect(read.at(-1)?.size).toBe(430);
    expect(read.map(({ firstNumber }) => firstNumber)).toEqual([1, ...read.slice(0, -1).map(({ size }) => size + 1)]);
    rmSync(older, { recursive: true });
  });

  it("gives no number twice when an older state of the database comes back", async () => {
    await cutSeals(250);
    seal();

    expect(await alarm()).toMatchObject({ kind: "smaller_tree" });
    await expectNothingSealedSince(250);
  });

  it("finds on its patrol that the last seals are gone, although nobody adds to the trail", async () => {
    const sealer = new pg.Client({ connectionString: database.sealerUrl });
    await sealer.connect();
    const trail = (await readStoredTrail(sealer, 300)) as SealedTrail;
    const patrol = new Patrol();
    await patrol.step(sealer, trail);
    expect(patrol.roundAt).not.toBeNull();
    await cutSeals(299);
    await expect(new Patrol().step(sealer, trail)).rejects.toMatchObject({ kind: "smaller_tree" });
    await sealer.end();
  });

  it("takes a lost folder for no beginning, unless it is told to adopt what there is", async () => {
    const keyFile = folder.keyFile;
    folder = { ...sealerFolder(), keyFile };
    const sealer = seal();
    expect(await alarm()).toMatchObject({ kind: "unknown_past" });
    await sealer.stop();

    seal({ mayAdopt: true });
    await record(1);
    await sealed(301);
    expect(await owner("SELECT FROM audit.alarm WHERE ended_at IS NULL")).toHaveLength(0);
  });

  it("stops while rights are wider than they must be, also when they were widened behind its back", async () => {
    seal({ checkProtectionEveryMs: 200 });
    await record(1);
    await sealed(301);
    await owner("GRANT SELECT ON audit.event TO reconnect_app");
    const sentence = expect.stringContaining("not expected: reconnect_app may SELECT on audit.event");
    expect(await alarm()).toMatchObject({ kind: "loose_protection", sentence });
    await record(1);
    await owner("REVOKE SELECT ON audit.event FROM reconnect_app");
    await sealed(302);
    expect(await owner("SELECT FROM audit.alarm WHERE ended_at IS NULL")).toHaveLength(0);
  });

  it("goes on by itself when all is right again", async () => {
    await rewrite(9, "asked", "x");
    seal();
    await alarm();
    await rewrite(9, "x", "asked");
    await record(2);
    await sealed(302);

    expect(await owner("SELECT FROM audit.alarm WHERE ended_at IS NOT NULL")).toHaveLength(1);
  });
});

function seal(options?: SealerOptions) {
  const sealer = startSealer(database.sealerUrl, folder, options);
  sealers.push(sealer);
  return sealer;
}

/** The text of one event, past its seal. */
const rewrite = (number: number, from: string, to: string) =>
  changeEvent(
    database.ownerUrl,
    number,
    `UPDATE audit.event SET body = replace(body, '"reason":"${from}"', '"reason":"${to}"') WHERE event_id = $1`,
  );

/** As an older backup, or whoever may do everything, would leave it. */
const cutSeals = (size: number) =>
  owner(`SET session_replication_role = replica; ALTER TABLE audit.sealed_event DISABLE TRIGGER ALL;
    DELETE FROM audit.sealed_event WHERE number > ${size}; ALTER TABLE audit.sealed_event ENABLE ALWAYS TRIGGER sealed_event_append_only`);

const owner = (sql: string, values?: unknown[]) => queryAsOwner(database.ownerUrl, sql, values);

async function record(count: number): Promise<void> {
  const entry = { action: "sweep.requested", outcome: "succeeded", reason: "asked" } as const;
  await Promise.all(Array.from({ length: count }, () => recordAuditEvent(ctx.db, ctx, entry)));
}

async function sealed(count: number): Promise<void> {
  await vi.waitFor(async () => {
    expect((await owner("SELECT count(*)::int AS count FROM audit.sealed_event"))[0]?.count).toBe(count);
  }, PATIENCE);
}

async function checkpoints(): Promise<string[]> {
  return (await owner("SELECT note FROM audit.checkpoint ORDER BY size")).map(({ note }) => String(note));
}

async function alarm(): Promise<Record<string, unknown> | undefined> {
  return vi.waitFor(async () => {
    const rows = await owner("SELECT kind, number::int, sentence FROM audit.alarm WHERE ended_at IS NULL");
    expect(rows).not.toHaveLength(0);
    return rows[0];
  }, PATIENCE);
}

async function expectRightSeals(count: number): Promise<void> {
  const rows = await owner(SEALED_ROWS);
  let chain: Buffer = CHAIN_START;
  const wrong = rows.filter((row, at) => {
    const leaf = auditLeaf({ number: at + 1, recordedAt: String(row.recordedAt), body: String(row.body) });
    chain = chainHash(chain, leaf);
    return row.number !== at + 1 || !leaf.equals(row.leaf as Buffer) || !chain.equals(row.hash as Buffer);
  });
  expect(rows).toHaveLength(count);
  expect(wrong).toEqual([]);
}

async function expectNothingSealedSince(size: number): Promise<void> {
  const [row] = await owner(
    "SELECT (SELECT max(number)::int FROM audit.sealed_event) AS sealed, (SELECT max(size)::int FROM audit.checkpoint) AS signed",
  );
  expect(row?.sealed).toBe(size);
  expect(row?.signed).toBe(300);
}

/** By the two commands, as somebody does who was given the earlier checkpoint. */
async function exportAndVerify(since: string) {
  const cwd = folder.checkpoints;
  const env = { ...process.env, ...sealerSettings(database.sealerUrl, folder) };
  Object.assign(env, { DATABASE_URL: database.appUrl, AUDITOR_DATABASE_URL: database.auditorUrl });
  const args = [...RUN_TYPESCRIPT, "scripts/audit-export.ts", "--out", join(cwd, "next.zip")];
  await promisify(execFile)(process.execPath, args, { env });
  const verify = [resolve("scripts/audit-verify.mjs"), "next.zip", "--key", "audit.pub", "--since", since];
  return spawnSync(process.execPath, verify, { cwd, encoding: "utf8" });
}

async function rotations(): Promise<unknown[]> {
  const rows = await owner("SELECT outcome FROM audit.event WHERE action = 'audit.key_rotated' ORDER BY recorded_at");
  return rows.map(({ outcome }) => outcome);
}

function lateEvent(): string {
  return `INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, schema_version, environment, actor_type, actor_id, action,
      decision, outcome, request_id, body)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'single', now(), 1, 'simulator', 'system', 'test', 'sweep.requested', 'allow',
      'succeeded', 'request', '{}')`;
}

describe("a new key", () => {
  it("takes over while the sealer runs, is vouched for by the old one, and is on record", async () => {
    const sealer = seal();
    await record(100);
    await vi.waitFor(async () => expect(await checkpoints()).toHaveLength(1), PATIENCE);
    const oldKey = folder.publicKey();
    Object.assign(process.env, sealerSettings(database.sealerUrl, folder), { DATABASE_URL: database.appUrl });
    const { rotateKey } = await import("../../scripts/audit-key-commands.ts");
    await rotateKey();
    await record(100);
    await vi.waitFor(async () => expect(await checkpoints()).not.toHaveLength(1), PATIENCE);
    await sealer.stop();

    const newest = (await checkpoints()).at(-1) ?? "";
    const [rotation] = await owner("SELECT vkey, statement FROM audit.signing_key ORDER BY created_at DESC");
    const newKey = parseVerifier(String(rotation?.vkey));
    expect(readCheckpoint(newest, [newKey]).signedBy.keyId).toBe(newKey.keyId);
    expect(() => readCheckpoint(newest, [oldKey])).toThrow("No known key");
    expect(openNote(String(rotation?.statement), [oldKey, newKey]).signedBy).toHaveLength(2);
    expect(await rotations()).toEqual(["pending", "succeeded"]);
    // A key file of before: nothing is rotated, and nothing on record says that it was.
    cpSync(`${folder.keyFile}.retired-${oldKey.keyId}`, folder.keyFile);
    await expect(rotateKey()).rejects.toThrow("nothing was rotated");
    expect((await rotations()).slice(2)).toEqual(["pending", "failed"]);
  });

  it("that nobody vouches for signs nothing", async () => {
    const sealer = seal();
    await record(1);
    await sealed(1);
    await sealer.stop();
    rmSync(folder.keyFile);
    seal();

    expect(await alarm()).toMatchObject({ kind: "unknown_key" });
  });
});
