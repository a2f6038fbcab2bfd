import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DwollaClient } from "#dwolla/client.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import { getLatestSweep, type LatestSweep } from "#features/sweeps/data.ts";
import type { Database } from "#platform/database-client.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

export interface Readiness {
  /** `degraded` still serves: people can read what is known. Only `down` cannot. */
  status: "ready" | "degraded" | "down";
  database: "ok" | "unreachable";
  migrations: "ok" | "pending" | "unknown";
  dwolla: "ok" | "refused" | "unreachable";
  lastSweep: LatestSweep | null;
}

const DWOLLA_PATIENCE_MS = 3_000;

export async function getReadiness(db: Database, dwollaState: Promise<Readiness["dwolla"]>): Promise<Readiness> {
  const [known, dwolla] = await Promise.all([readDatabase(db), dwollaState]);
  if (!known) return { status: "down", database: "unreachable", migrations: "unknown", dwolla, lastSweep: null };
  const isComplete = known.migrations === "ok" && dwolla === "ok" && known.lastSweep?.state !== "failed";
  return { status: isComplete ? "ready" : "degraded", database: "ok", dwolla, ...known };
}

async function readDatabase(db: Database): Promise<Pick<Readiness, "migrations" | "lastSweep"> | null> {
  try {
    const [lastSweep, applied, shipped] = await Promise.all([getLatestSweep(db), countApplied(db), countShipped()]);
    return { lastSweep, migrations: applied >= shipped ? "ok" : "pending" };
  } catch (error) {
    // It answers, but not as a migrated database would.
    return isDatabaseOutage(error) ? null : { lastSweep: null, migrations: "unknown" };
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

export async function getDwollaState(dwolla: DwollaClient): Promise<Readiness["dwolla"]> {
  try {
    await dwolla.checkCredentials({ signal: AbortSignal.timeout(DWOLLA_PATIENCE_MS) });
    return "ok";
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    return error.status === 401 || error.status === 403 ? "refused" : "unreachable";
  }
}
