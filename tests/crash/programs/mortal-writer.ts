import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { createDatabaseClient, type Transaction } from "#platform/database-client.ts";

/**
 * A process of the desk that adds to the trail as fast as it can, as the app's own login. Each row that the database has confirmed is
 * acknowledged by its operation on standard output, before anything else happens. It lives until it is killed or let go.
 */
const { APP_URL = "", LANES = "4", PAUSE_MS = "0" } = process.env;
/** A transaction that stays open so long commits after rows that were recorded later: what a sealer must not lose. */
const LATE_COMMIT_MS = 40;
/** While Postgres recovers, every attempt costs it a process. */
const PAUSE_AFTER_REFUSAL_MS = 200;

let isLetGo = false;
process.once("disconnect", () => process.exit(0));
process.once("message", () => {
  isLetGo = true;
});

const db = createDatabaseClient({ url: APP_URL, maxConnections: Number(LANES), onIdleError: () => undefined });
const origin = { requestId: randomUUID(), ip: "127.0.0.1", userAgent: "crash" };
const actor = { type: "system", job: "crash-test" } as const;
const ctx = { actor, environment: "simulator", origin, now: () => new Date() } as const;

await Promise.all(Array.from({ length: Number(LANES) }, (_, index) => write({ isSlow: index === 0 })));
await db.$disconnect();
process.exit(0);

async function write({ isSlow }: { isSlow: boolean }): Promise<void> {
  while (!isLetGo) {
    const operationId = randomUUID();
    const row = (tx: Transaction) =>
      recordAuditEvent(tx, ctx, { action: "exchange.checked", operationId, outcome: "succeeded" });
    const written = isSlow ? db.$transaction((tx) => row(tx).then(() => sleep(LATE_COMMIT_MS))) : row(db);
    // What came of a row that was not confirmed nobody can tell: it may be there or not, and is not repeated.
    const isConfirmed = await written.then(
      () => true,
      () => false,
    );
    if (isConfirmed) writeSync(1, `${operationId}\n`);
    await sleep(isConfirmed ? Number(PAUSE_MS) : PAUSE_AFTER_REFUSAL_MS);
  }
}
