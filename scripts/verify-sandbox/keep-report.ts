import { randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { keepVerification } from "#features/sandbox-verification/mutations.ts";
import type { VerificationReport } from "#features/sandbox-verification/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { CouldNotRun } from "./could-not-run.ts";

/** Before a minute is spent. What an earlier run wrote there stays until there is something new. @throws CouldNotRun */
export function requireWritable(file: string): void {
  try {
    // One folder alone: in some places, such as /proc, Node tries for ever to make a whole path.
    if (!existsSync(dirname(file))) mkdirSync(dirname(file));
    const isNew = !existsSync(file);
    closeSync(openSync(file, "a"));
    if (isNew) rmSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CouldNotRun(`--json: ${file} cannot be written (${code}). Nothing was asked.`);
  }
}

export function writeReport(report: VerificationReport, file: string): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** Puts the report on its page. False where the database did not take it: then there is the file alone. */
export async function showOnPage(report: VerificationReport, databaseUrl: string): Promise<boolean> {
  const db = createDatabaseClient({ url: databaseUrl, maxConnections: 1 });
  try {
    await keepVerification(db, {
      report,
      actor: { type: "system", job: "verify:sandbox" },
      // RECONNECT_ENVIRONMENT says the same, or nothing was asked.
      environment: report.target.kind,
      origin: { requestId: randomUUID(), ip: null, userAgent: null },
      now: () => new Date(),
    });
    return true;
  } catch {
    // The reason can quote the address with its password.
    return false;
  } finally {
    await db.$disconnect();
  }
}
