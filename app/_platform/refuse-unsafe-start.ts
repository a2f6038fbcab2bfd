import "server-only";
import { env } from "./env.ts";
import { isDatabaseOutage } from "./is-database-outage.ts";

const ASK_AGAIN_AFTER_MS = 1_000;

/**
 * Ends the process when the environment is unsafe or the audit trail is not protected as it must be.
 * A database that does not answer says nothing about safety: requests wait for it by themselves, and this asks again.
 */
export async function refuseUnsafeStart(): Promise<void> {
  try {
    env();
    // Not before: the log and the database read the environment when they are loaded.
    const [{ assertAuditTrailIsProtected }, { db, auditorDb }] = await Promise.all([
      import("./audit-self-check.ts"),
      import("./db.ts"),
    ]);
    await assertAuditTrailIsProtected(db(), "reconnect_app");
    await assertAuditTrailIsProtected(auditorDb(), "reconnect_auditor");
  } catch (error) {
    if (isDatabaseOutage(error)) {
      setTimeout(refuseUnsafeStart, ASK_AGAIN_AFTER_MS).unref();
      return;
    }
    process.stderr.write(`Refused to start. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
