import type { Database } from "#platform/database-client.ts";
import type { CatchUpState } from "#platform/prisma-client/client.ts";

/** Instants are ISO 8601. */
export interface CatchUpStatus {
  latest: { state: CatchUpState; startedAt: string; eventsRead: number; failure: string | null } | null;
  lastFinishedAt: string | null;
  /** What was read reaches up to here. */
  reachedUpTo: string | null;
  /** Without another catch-up until then, events are gone for good: Dwolla keeps them for 30 days. */
  irrecoverableAfter: string | null;
}

/** @see https://developers.dwolla.com/docs/api-reference/events */
const KEPT_BY_DWOLLA_MS = 30 * 86_400_000;

export async function getCatchUpStatus(db: Database): Promise<CatchUpStatus> {
  const [latest, finished] = await Promise.all([
    db.catchUp.findFirst({ orderBy: [{ startedAt: "desc" }, { id: "desc" }] }),
    db.catchUp.findFirst({ where: { state: "finished" }, orderBy: { startedAt: "desc" } }),
  ]);
  const startedAt = finished?.startedAt;
  return {
    latest: latest && {
      state: latest.state,
      startedAt: latest.startedAt.toISOString(),
      eventsRead: latest.eventsRead,
      failure: latest.failure,
    },
    lastFinishedAt: finished?.finishedAt?.toISOString() ?? null,
    reachedUpTo: startedAt?.toISOString() ?? null,
    irrecoverableAfter: startedAt ? new Date(startedAt.getTime() + KEPT_BY_DWOLLA_MS).toISOString() : null,
  };
}
