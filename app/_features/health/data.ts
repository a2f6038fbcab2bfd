import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DwollaClient } from "#dwolla/client.ts";
import { getLatestSweep, type LatestSweep } from "#features/sweeps/data.ts";
import type { Database } from "#platform/database-client.ts";

export interface Readiness {
  /** `degraded` still serves: people can read what is known. Only `down` cannot. */
  status: "ready" | "degraded" | "down";
  database: "ok" | "unreachable";
  migrations: "ok" | "pending" | "unknown";
  dwolla: "ok" | "refused" | "unreachable";
  lastSweep: LatestSweep | null;
}

const DWOLLA_PATIENCE_MS = 3_000;

export async function getReadiness({ db, dwolla }: { db: Database; dwolla: DwollaClient }): Promise<Readiness> {
  const [known, credentials] = await Promise.all([readDatabase(db), checkDwolla(dwolla)]);
  if (!known)
    return { status: "down", database: "unreachable", migrations: "unknown", dwolla: credentials, lastSweep: null };
  const isComplete = known.migrations === "ok" && credentials === "ok" && known.lastSweep?.state !== "failed";
  return { status: isComplete ? "ready" : "degraded", database: "ok", dwolla: credentials, ...known };
}

async function readDatabase(db: Database): Promise<Pick<Readiness, "migrations" | "lastSweep"> | null> {
  try {
    const [lastSweep, applied, shipped] = await Promise.all([getLatestSweep(db), countApplied(db), countShipped()]);
    return { lastSweep, migrations: applied >= shipped ? "ok" : "pending" };
  } catch {
    return null;
  }
}

async function countApplied(db: Database): Promise<number> {
  const rows = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  return Number(rows[0]?.count ?? 0);
}

async function countShipped(): Promise<number> {
  const entries = await readdir(join(process.cwd(), "prisma/migrations"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).length;
}

async function checkDwolla(dwolla: DwollaClient): Promise<Readiness["dwolla"]> {
  try {
    await dwolla.checkCredentials({ signal: AbortSignal.timeout(DWOLLA_PATIENCE_MS) });
    return "ok";
  } catch (error) {
    const status = (error as { status?: number }).status;
    return status === 401 || status === 403 ? "refused" : "unreachable";
  }
}
