import "server-only";
import { getReachability } from "#features/reachability/data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { causedByLook } from "#platform/request-context.ts";
import { settings } from "#platform/settings.ts";
import { forgetSubscriptions, getSubscriptions } from "./data.ts";

/** Asks Dwolla, with a short deadline: what needs it stands in a Suspense of its own. `now` is ISO 8601. */
export async function loadSubscriptions() {
  const actor = await requirePermission("webhook:read");
  const client = dwolla();
  // What Dwolla said a minute ago is not what it says now.
  if ((await getReachability(db(), new Date())).state !== "answers") forgetSubscriptions(client);
  const { webhookUrl } = settings();
  return {
    subscriptions: await causedByLook(actor, "webhook_subscriptions.read", () => getSubscriptions(client, webhookUrl)),
    webhookUrl,
    mayOperate: isAllowed(actor, "webhook:operate"),
    now: new Date().toISOString(),
  };
}
