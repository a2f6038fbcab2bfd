import type { Transaction } from "./database-client.ts";

/** The channel on which Postgres tells every process that something on a screen has changed. */
export const CHANGES_CHANNEL = "reconnect_desk_changes";

/** Tells those who look at the worklist, when this transaction commits and not before. */
export async function announceChange(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CHANGES_CHANNEL}, 'worklist')`;
}
