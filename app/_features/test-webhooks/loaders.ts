import "server-only";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { settings } from "#platform/settings.ts";

/** What the page of webhooks offers beside what has come. */
export async function loadReceivingHelp() {
  const actor = await requirePermission("webhook:read");
  return {
    maySendTest: isAllowed(actor, "simulator:operate"),
    /** For whoever sets the desk up, which nobody does in production from this page. */
    mayOperate: isAllowed(actor, "webhook:operate"),
    webhookUrl: settings().webhookUrl,
    hasSecret: settings().webhookSecrets.length > 0,
  };
}
