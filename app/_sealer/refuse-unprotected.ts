import { setTimeout as pause } from "node:timers/promises";
import { assertAuditTrailIsProtected } from "#platform/audit-self-check.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

const ASK_AGAIN_AFTER_MS = 1_000;

/**
 * Before anything is sealed: a signature must not lend its word to a trail whose rights or triggers were loosened. A database that does not
 * answer says nothing about that, so this waits for it.
 * @throws Error that names each difference.
 */
export async function refuseUnprotectedTrail(sealerUrl: string, signal: AbortSignal): Promise<void> {
  const db = createDatabaseClient({ url: sealerUrl, maxConnections: 1, onIdleError: () => undefined });
  try {
    while (!signal.aborted) {
      try {
        return await assertAuditTrailIsProtected(db, "reconnect_sealer");
      } catch (error) {
        if (!isDatabaseOutage(error)) throw error;
        await pause(ASK_AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    await db.$disconnect();
  }
}
