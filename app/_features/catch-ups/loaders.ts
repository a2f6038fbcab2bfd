import "server-only";
import { countDeliveries } from "#features/dwolla-events/data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { settings } from "#platform/settings.ts";
import { getCatchUpStatus } from "./data.ts";

export type CatchUpScreen = Awaited<ReturnType<typeof loadCatchUp>>;

/** How well the events that Dwolla lists agree with the webhooks that came. `now` is ISO 8601. */
export async function loadCatchUp() {
  const actor = await requirePermission("webhook:read");
  const now = new Date();
  const [status, deliveries] = await Promise.all([getCatchUpStatus(db()), countDeliveries(db(), now)]);
  return {
    ...status,
    deliveries,
    intervalMinutes: settings().catchUpIntervalMinutes,
    mayOperate: isAllowed(actor, "webhook:operate"),
    now: now.toISOString(),
  };
}
