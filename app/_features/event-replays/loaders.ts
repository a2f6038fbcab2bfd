import "server-only";
import { isUuid } from "#domain/ids.ts";
import { isAllowed, mayReadTrail, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { listReplays } from "./data.ts";

export type EventReplaysScreen = Awaited<ReturnType<typeof loadEventReplays>>;

/** `now` is ISO 8601. */
export async function loadEventReplays(eventId: string) {
  const actor = await requirePermission("webhook:read");
  return {
    replays: isUuid(eventId) ? await listReplays(db(), eventId) : [],
    mayReplay: isAllowed(actor, "webhook:operate"),
    mayReadTrail: mayReadTrail(actor),
    now: new Date().toISOString(),
  };
}

export async function loadMayReplay(): Promise<boolean> {
  return isAllowed(await requirePermission("webhook:read"), "webhook:operate");
}
