import "server-only";
import { env } from "./env.ts";
import { isDatabaseOutage } from "./is-database-outage.ts";

/**
 * Ends the process when the environment is unsafe or the audit trail is not protected as it must be.
 * A database that does not answer is waited for by the requests themselves: it says nothing about safety.
 */
export async function refuseUnsafeStart(): Promise<void> {
  try {
    env();
    // Not before: the log and the database read the environment when they are loaded.
    const [{ assertAuditTrailIsProtected }, { db }] = await Promise.all([
      import("./audit-self-check.ts"),
      import("./db.ts"),
    ]);
    await assertAuditTrailIsProtected(db());
  } catch (error) {
    if (isDatabaseOutage(error)) return;
    process.stderr.write(`Refused to start. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
