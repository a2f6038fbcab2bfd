import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditExporter, exportAuditBundle } from "#features/audit-exports/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { copyOutFrom } from "#platform/copy-out.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { sealTrail } from "../support/seal-trail.ts";
import type { SealedTrail } from "../support/sealed-trail.ts";

/** Two whole runs of 256 leaves and a part of a third. */
const EVENTS = 600;
const CHECKPOINT_EVERY = 100;

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let exporter: AuditExporter;
let trail: SealedTrail;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
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
    await recordAuditEvent(compliance.db, compliance, {
      action: "page.refused",
      outcome: "denied",
      ticket,
      reason: `no. ${place}`,
    });
  }
  trail = await sealTrail(database.ownerUrl, { checkpointEvery: CHECKPOINT_EVERY });
  writeFileSync(join(folder, "audit.pub"), `${trail.signer.verifier.vkey}\n`);
  writeFileSync(join(folder, "since.txt"), trail.checkpoints[1]?.note ?? "");
});

afterAll(async () => {
  await Promise.all([compliance?.close(), exporter?.auditorDb.$disconnect()]);
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe("an exported bundle", () => {
  it("is proven", async () => {
    const { file, written } = await bundleOf({});
    console.log(written, verify(file));
    const sel = await bundleOf({ ticket: "T-7" });
    console.log(sel.written, verify(sel.file));
    console.log(await auditRows(database.auditorUrl, { action: "audit.exported" }));
  });
});

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
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [process.env.VERIFIER ?? "scripts/audit-verify.mjs", file, ...options],
    { cwd: folder },
  );
  return { exitCode: status, text: `${stdout}${stderr}` };
}
