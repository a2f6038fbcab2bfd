import "server-only";
import { getPrintFacts } from "#features/audit/data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { auditorDb } from "#platform/db.ts";
import { requestContext } from "#platform/request-context.ts";
import { readRetention } from "./mutations.ts";

export type RetentionScreenView = Awaited<ReturnType<typeof loadRetention>>;

/** What the trail keeps since when, and the purges. `now` is ISO 8601. */
export async function loadRetention() {
  const actor = await requirePermission("audit_purge:approve");
  const ctx = { ...(await requestContext(actor)), auditorDb: auditorDb() };
  return {
    ...(await readRetention({ ctx })),
    ownId: actor.id,
    mayRequest: isAllowed(actor, "audit_purge:request"),
    print: await getPrintFacts(ctx),
    now: ctx.now().toISOString(),
  };
}
