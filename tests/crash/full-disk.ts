import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import type { CrashGround } from "./ground.ts";
import { untilMoreAcknowledged, WRITERS } from "./rounds.ts";
import { faultsOfRecord } from "./trail-faults.ts";
import { startWriters, type Writers } from "./writers.ts";

export interface FullDiskResult {
  acknowledgedBefore: number;
  acknowledged: number;
  faults: string[];
}

const STANDSTILL_MS = 3_000;
const ROWS_AFTERWARDS = 200;

/**
 * Puts the trail on a disk of two megabytes, lets it run full under writers, and then makes room. Null where no such disk can be made:
 * it takes Linux, and root.
 */
export async function runFullDisk(ground: CrashGround): Promise<FullDiskResult | null> {
  const { owner, postgres } = ground;
  const disk = mountSmallDisk(ground, postgres.dataDirectory);
  if (!disk) return null;
  await owner.query(`CREATE TABLESPACE small LOCATION '${disk.folder}'`);
  await owner.query("ALTER TABLE audit.event SET TABLESPACE small");
  const writers = startWriters(ground, WRITERS);
  await untilStandstill(writers);
  const acknowledgedBefore = writers.acknowledged();
  const refusal = await refusalOfRow(ground.urls.appUrl);
  disk.enlarge();
  await untilMoreAcknowledged(writers, ROWS_AFTERWARDS);
  await writers.letGo();
  const operations = writers.operations();
  const faults = await faultsOfRecord(owner, operations);
  await owner.query("ALTER TABLE audit.event SET TABLESPACE pg_default");
  await owner.query("DROP TABLESPACE small");
  const isFull = /No space left on device/.test(refusal);
  return {
    acknowledgedBefore,
    acknowledged: operations.length,
    faults: [...faults, ...(isFull ? [] : [`a row was not refused for want of room, but: ${refusal}`])],
  };
}

function mountSmallDisk({ cleanup }: CrashGround, dataDirectory: string) {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const folder = join(dirname(dataDirectory), "small-disk");
  const mount = (options: string) =>
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
  mkdirSync(folder);
  try {
    mount("size=2m");
  } catch {
    // Root within a container that may not mount.
    return null;
  }
  // Lazily, because Postgres is stopped after this only.
  cleanup.add(async () => void execFileSync("umount", ["-l", folder]));
  const { uid, gid } = statSync(dataDirectory);
  chownSync(folder, uid, gid);
  return { folder, enlarge: () => mount("remount,size=64m") };
}

async function untilStandstill(writers: Writers): Promise<void> {
  let seen = -1;
  while (seen !== writers.acknowledged() || seen === 0) {
    seen = writers.acknowledged();
    await sleep(STANDSTILL_MS);
  }
}

/** What a process of the desk is told that wants to add a row. */
async function refusalOfRow(appUrl: string): Promise<string> {
  const db = createDatabaseClient({ url: appUrl, maxConnections: 1 });
  const origin = { requestId: randomUUID(), ip: null, userAgent: null };
  const actor = { type: "system", job: "crash-test" } as const;
  const ctx = { actor, environment: "simulator", origin, now: () => new Date() } as const;
  const written = recordAuditEvent(db, ctx, { action: "exchange.checked", outcome: "succeeded" });
  const refusal = await written.then(
    () => "it was taken",
    (error: Error) => error.message,
  );
  await db.$disconnect();
  return refusal;
}
