import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { NextRequest } from "next/server";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { type AuditReader, readAuditEvent } from "#features/audit/mutations.ts";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditExporter, exportAuditBundle } from "#features/audit-exports/mutations.ts";
import { readCheckpoints } from "#features/checkpoints/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { copyOutFrom } from "#platform/copy-out.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { fileDownload } from "#platform/file-download.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { type SealerFolder, sealerFolder, startSealer } from "../support/sealer.ts";
import { signInAs, useEnvironmentOf } from "../support/signed-in.ts";

vi.mock("next/headers", async () => (await import("../support/signed-in.ts")).nextHeaders);
vi.mock("next/navigation", async () => (await import("../support/signed-in.ts")).nextNavigation);

/** A whole run of 256 leaves and a part of a second. */
const EVENTS = 300;
const VERIFIER = fileURLToPath(new URL("../../scripts/audit-verify.mjs", import.meta.url));

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let exporter: AuditExporter & AuditReader;
let outside: SealerFolder;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  useEnvironmentOf(database);
  folder = mkdtempSync(join(tmpdir(), "reconnect-desk-bundle-"));
  const actor = staffActor("compliance");
  compliance = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor });
  exporter = {
    ...compliance,
    auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }),
    copyOut: copyOutFrom(database.auditorUrl),
  };
  for (let place = 0; place < EVENTS; place += 1) {
    const ticket = place % 7 === 0 ? "T-7" : null;
    const entry = { action: "page.refused", outcome: "denied", ticket, reason: `no. ${place}` } as const;
    await recordAuditEvent(compliance.db, compliance, entry);
  }
  outside = sealerFolder();
  await sealAll();
  writeFileSync(join(folder, "audit.pub"), `${outside.publicKey().vkey}\n`);
});

afterAll(async () => {
  await Promise.all([compliance?.close(), exporter?.auditorDb.$disconnect()]);
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
  outside?.remove();
});

describe("an exported bundle", () => {
  it("is proven on another machine, and its row on record carries its hash and count", async () => {
    const { file, written } = await bundleOf({});
    expect(verify(file)).toMatchObject({ exitCode: 0 });
    const [intent, outcome] = await lastExports(2);
    expect(intent).toMatchObject({ outcome: "pending", details: { bundle: "range", to: null } });
    expect(outcome).toMatchObject({
      operation_id: intent?.operation_id,
      outcome: "succeeded",
      details: { events: EVENTS, sha256: written.sha256, bytes: written.bytes, checkpointSize: EVENTS },
    });
  });

  it("of a filter is proven row by row", async () => {
    const { file, written } = await bundleOf({ q: "ticket:T-7" });
    const { exitCode, text } = verify(file);
    expect([exitCode, written.events]).toEqual([0, Math.ceil(EVENTS / 7)]);
    expect(text).toContain("T-7");
  });

  it("covers even its own beginning while a sealer is at work", async () => {
    const sealer = startSealer(database.sealerUrl, outside);
    await allSealed();
    const { written } = await bundleOf({ q: "action:audit.exported" });
    await sealer.stop();
    const known = await auditRows(database.auditorUrl, { action: "audit.exported" });
    expect(written.events).toBe(known.length - 1);
  });

  it("goes on from an earlier checkpoint that somebody kept", async () => {
    const [kept] = await queryAsOwner(database.ownerUrl, "SELECT note FROM audit.checkpoint ORDER BY size LIMIT 1");
    const note = String(kept?.note);
    writeFileSync(join(folder, "since.txt"), note);
    const { file } = await bundleOf(await untilSealed(), note);
    expect(verify(file, "--since", join(folder, "since.txt"))).toMatchObject({ exitCode: 0 });
  });

  it("of a period holds what was recorded in it, and says what no checkpoint covers yet", async () => {
    const [row] = await queryAsOwner(
      database.ownerUrl,
      "SELECT recorded_at::text AS at FROM audit.event WHERE reason = 'no. 100'",
    );
    const times = { from: new Date(String(row?.at)).toISOString(), to: new Date(Date.now() + 60_000).toISOString() };
    const { file, written } = await bundleOf(times);
    expect(written.events).toBeGreaterThanOrEqual(EVENTS - 100);
    expect(written.events).toBeLessThan(EVENTS);
    // The exports of this very test are of the period too, and not sealed.
    expect(verify(file)).toMatchObject({ exitCode: 3, text: expect.stringMatching(/not sealed and signed yet/) });
  });

  it("is written by the command as well, on record as the command, also when two write to one name", async () => {
    const file = join(folder, "command.zip");
    const args = [
      "--import",
      "tsx",
      "--conditions=react-server",
      "scripts/audit-export.ts",
      "--q",
      "ticket:T-7",
      "--out",
      file,
    ];
    const run = () => promisify(execFile)(process.execPath, args);
    const runs = await Promise.allSettled([run(), run()]);
    const done = runs.filter((each) => each.status === "fulfilled");
    const written = done.map(({ value }) => /SHA-256 +(\S+)/.exec(value.stdout)?.[1]);
    expect(written).toContain(verifiedHash(file));
    // Who came when the other had finished is refused, as is everybody later.
    for (const refused of [
      ...runs.filter((each) => each.status === "rejected"),
      await run().catch((reason) => ({ reason })),
    ])
      expect(refused).toMatchObject({
        reason: { code: 2, stderr: expect.stringContaining("command.zip is there already") },
      });
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "succeeded", actor_id: "command: audit-export" });
  }, 120_000);

  it("is not begun over a checkpoint that nobody has signed", async () => {
    const { filter } = parseAuditAddress({}, await getRecordingTime(exporter.auditorDb));
    const forged = await exportAuditBundle({ ctx: exporter, input: { filter, since: "forged" } });
    expect(forged).toEqual({ ok: false, reason: "since_is_unreadable" });
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "since_is_unreadable" } });
  });

  it("is not begun when it cannot be put on record", async () => {
    const ctx = { ...exporter, origin: { ...exporter.origin, requestId: "" } };
    const { filter } = parseAuditAddress({}, new Date());
    await expect(exportAuditBundle({ ctx, input: { filter } })).rejects.toMatchObject({ name: "ZodError" });
  });
});

describe("a bundle that breaks off", () => {
  it("is a failed export on record when its reader leaves, and reads no further", async () => {
    const { filter } = parseAuditAddress({}, await getRecordingTime(exporter.auditorDb));
    const result = await exportAuditBundle({ ctx: exporter, input: { filter } });
    if (!result.ok) throw new Error(result.reason);
    const reader = fileDownload({ filename: "a.zip", type: "application/zip", parts: result.parts }).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "reader_left" } });
  });

  it("is a failed export on record when the database goes away midway, and no file that could be taken for whole", async () => {
    const { filter } = parseAuditAddress({}, await getRecordingTime(exporter.auditorDb));
    const result = await exportAuditBundle({ ctx: exporter, input: { filter } });
    if (!result.ok) throw new Error(result.reason);
    await queryAsOwner(database.ownerUrl, "REVOKE SELECT ON audit.sealed_event FROM reconnect_auditor");
    await expect(textOf(result.parts)).rejects.toThrow();
    await queryAsOwner(database.ownerUrl, "GRANT SELECT ON audit.sealed_event TO reconnect_auditor");
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "broken_off" } });
  });
});

describe("who may export", () => {
  it("is refused by role, on record, with nothing exported", async () => {
    const web = await importWeb();
    await signInAs(compliance.db, "agent");
    const before = (await lastExports(1))[0];
    expect((await web.GET(new NextRequest("http://desk.test/api/exports/audit-bundle"))).status).toBe(403);
    const [refusal] = (await auditRows(database.auditorUrl, { action: "page.refused" })).slice(-1);
    expect(refusal).toMatchObject({ outcome: "denied", target_id: "audit:export" });
    expect((await lastExports(1))[0]).toEqual(before);

    await signInAs(compliance.db, "compliance");
    expect((await web.GET(new NextRequest("http://desk.test/api/exports/audit-bundle?from=never"))).status).toBe(400);
    const answer = await web.GET(new NextRequest("http://desk.test/api/exports/audit-bundle?q=ticket:T-7"));
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-evidence_[^:]+_utc\.zip"$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const file = join(folder, "downloaded.zip");
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    expect(verify(file)).toMatchObject({ exitCode: 0 });
    await Promise.all([web.webDb().$disconnect(), web.auditorDb().$disconnect()]);
  });
});

describe("the pages of the trail", () => {
  it("prove an event, and name the column that no longer says what was sealed", async () => {
    const input = { eventId: await eventIdOf("no. 42"), scope: { all: true } } as const;
    const right = { differing: [], givesLeaf: true, givesHash: true, givesRoot: true, givesFingerprint: true };
    expect((await readAuditEvent({ ctx: exporter, input }))?.sealed).toMatchObject({
      ...right,
      signature: { ok: true },
    });
    await tamper("UPDATE audit.event SET reason = 'no. 24' WHERE reason = 'no. 42'");
    expect((await readAuditEvent({ ctx: exporter, input }))?.sealed).toMatchObject({ ...right, differing: ["reason"] });
    await tamper(`UPDATE audit.event SET reason = 'no. 42' WHERE event_id = '${input.eventId}'`);
  });

  it("prove every checkpoint against the stored tree, on record, and none when a node of it was changed", async () => {
    const first = await readCheckpoints({ ctx: exporter, input: { before: undefined } });
    expect(first.checkpoints.length).toBeGreaterThan(1);
    expect(first.checkpoints.every(({ signature, isOfThisTree }) => signature.ok && isOfThisTree)).toBe(true);
    expect(first.checkpoints.at(-1)?.added).toBe(first.checkpoints.at(-1)?.size);
    const [row] = (await auditRows(database.auditorUrl, { action: "audit.viewed" })).slice(-1);
    expect(row).toMatchObject({ target_id: "checkpoints", actor_id: compliance.actor.id });

    const turnABit = "UPDATE audit.tree_node SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1)";
    await tamper(turnABit);
    const { checkpoints } = await readCheckpoints({ ctx: exporter, input: { before: undefined } });
    await tamper(turnABit);
    expect(checkpoints.some(({ isOfThisTree }) => isOfThisTree)).toBe(false);
  });
});

// Last, because they leave the trail shorter, and altered.
describe("a trail that was purged", () => {
  it("still gives a bundle that is proven, with the places of what is gone", async () => {
    await purge(1, 10);
    const { file, written } = await bundleOf(await untilSealed());
    expect(verify(file)).toMatchObject({ exitCode: 0, text: expect.stringMatching(/purged/) });
    expect(written.events).toBeGreaterThanOrEqual(EVENTS - 10);
  });

  it("while it was exported gives no bundle, for it would look as if somebody had taken rows out of it", async () => {
    const { filter } = parseAuditAddress({}, await getRecordingTime(exporter.auditorDb));
    const begun = await exportAuditBundle({ ctx: exporter, input: { filter } });
    if (!begun.ok) throw new Error(begun.reason);
    // Holds the export between the look at what was purged and the first row.
    const holder = new pg.Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE audit.checkpoint IN ACCESS EXCLUSIVE MODE");
    const text = textOf(begun.parts).catch((error: Error) => error.message);
    const waiting =
      "SELECT count(*)::int AS waiting FROM pg_locks WHERE relation = 'audit.checkpoint'::regclass AND NOT granted";
    await vi.waitFor(async () => expect((await holder.query(waiting)).rows).toEqual([{ waiting: 1 }]), 10_000);
    await purge(11, 15);
    await holder.query("COMMIT");
    await holder.end();

    expect(await text).toMatch(/were purged while they were exported/);
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "broken_off" } });
    expect(verify((await bundleOf(await untilSealed())).file)).toMatchObject({ exitCode: 0 });
  });
});

describe("a trail that a superuser changed", () => {
  it("gives a bundle that names the row with the other letter, and the one that is gone", async () => {
    await tamper(`UPDATE audit.event SET body = replace(body, 'no. 150', 'no. 151') WHERE reason = 'no. 150'`);
    const { exitCode, text } = verify((await bundleOf({})).file);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/\b151\b/);

    await tamper(`DELETE FROM audit.event WHERE reason = 'no. 19'`);
    const without = verify((await bundleOf({})).file);
    expect(without.exitCode).toBe(1);
    expect(without.text).toMatch(/\b20\b/);
  });
});

/** What the steps of a purge leave behind. */
async function purge(first: number, last: number): Promise<void> {
  await tamper(
    `INSERT INTO audit.purge (first_number, last_number, request_id, private_rows) VALUES (${first}, ${last}, gen_random_uuid(), 0);
     DELETE FROM audit.event USING audit.sealed_event s WHERE s.event_id = event.event_id AND number BETWEEN ${first} AND ${last}`,
  );
}

/** Ends where the sealer stopped: the exports of these very tests come later. */
async function untilSealed(): Promise<{ to: string }> {
  const [row] = await queryAsOwner(
    database.ownerUrl,
    "SELECT max(recorded_at) AS last FROM audit.event JOIN audit.sealed_event USING (event_id)",
  );
  if (!(row?.last instanceof Date)) throw new Error("nothing is sealed");
  return { to: new Date(row.last.getTime() + 1).toISOString() };
}

/** As somebody with all rights can, past triggers and foreign keys. */
async function tamper(sql: string): Promise<void> {
  const triggers = (does: "DISABLE" | "ENABLE ALWAYS") => `
    ALTER TABLE audit.event ${does} TRIGGER event_append_only;
    ALTER TABLE audit.event ${does} TRIGGER event_deleted_by_purge;
    ALTER TABLE audit.tree_node ${does} TRIGGER tree_node_append_only;`;
  await queryAsOwner(
    database.ownerUrl,
    `SET session_replication_role = replica; ${triggers("DISABLE")} ${sql}; ${triggers("ENABLE ALWAYS")}`,
  );
}

async function eventIdOf(reason: string): Promise<string> {
  const rows = await queryAsOwner(database.ownerUrl, "SELECT event_id FROM audit.event WHERE reason = $1", [reason]);
  return String(rows[0]?.event_id);
}

/** Only when the environment is there, which they read as they are loaded. */
async function importWeb() {
  const { GET } = await import("../../app/api/exports/audit-bundle/route.ts");
  const { auditorDb, db } = await import("#platform/db.ts");
  return { GET, webDb: db, auditorDb };
}

function textOf(parts: AsyncGenerator<Buffer, unknown>): Promise<string> {
  return fileDownload({ filename: "a.zip", type: "application/zip", parts }).text();
}

function verifiedHash(file: string): string | undefined {
  const { exitCode, text } = verify(file);
  expect(exitCode).toBe(0);
  return /SHA-256 +(\S+)/.exec(text)?.[1];
}

async function lastExports(count: number) {
  return (await auditRows(database.auditorUrl, { action: "audit.exported" })).slice(-count);
}

/** What has come until now, as the sealer does it; then it is gone again. */
async function sealAll(): Promise<void> {
  const sealer = startSealer(database.sealerUrl, outside);
  await allSealed();
  await sealer.stop();
  await queryAsOwner(database.ownerUrl, "UPDATE audit.sealer_status SET beat_at = beat_at - interval '1 minute'");
}

async function allSealed(): Promise<void> {
  const counted = "SELECT (SELECT count(*) FROM audit.event) - (SELECT count(*) FROM audit.sealed_event) AS unsealed";
  const check = async () => expect(await queryAsOwner(database.ownerUrl, counted)).toEqual([{ unsealed: "0" }]);
  await vi.waitFor(check, { timeout: 15_000, interval: 50 });
}

async function bundleOf(address: Record<string, string>, since?: string) {
  const { filter } = parseAuditAddress(address, await getRecordingTime(exporter.auditorDb));
  const result = await exportAuditBundle({ ctx: exporter, input: { filter, ...(since && { since }) } });
  if (!result.ok) throw new Error(result.reason);
  const pieces: Buffer[] = [];
  for (;;) {
    const { done, value } = await result.parts.next();
    if (done) {
      const file = join(folder, `${value.sha256.slice(0, 8)}.zip`);
      writeFileSync(file, Buffer.concat(pieces));
      return { file, written: value };
    }
    pieces.push(value);
  }
}

function verify(file: string, ...options: string[]): { exitCode: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFIER, file, ...options], { cwd: folder });
  return { exitCode: status, text: `${stdout}${stderr}` };
}
