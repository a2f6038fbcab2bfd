import "server-only";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { dwolla } from "#platform/dwolla.ts";
import { settings } from "#platform/settings.ts";
import { getSubscriptions } from "./data.ts";

/** Asks Dwolla, with a short deadline: what needs it stands in a Suspense of its own. `now` is ISO 8601. */
export async function loadSubscriptions() {
  const actor = await requirePermission("webhook:read");
  const { webhookUrl } = settings();
  return {
    subscriptions: await getSubscriptions(dwolla(), webhookUrl),
    webhookUrl,
    mayOperate: isAllowed(actor, "webhook:operate"),
    now: new Date().toISOString(),
  };
}
