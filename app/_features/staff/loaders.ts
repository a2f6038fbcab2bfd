import "server-only";
import { isAllowed, mayReadTrail, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { listStaffMembers } from "./data.ts";

/** Everybody who may sign in or once could. `now` is ISO, for the ages on the page. */
export async function loadStaff() {
  const actor = await requirePermission("staff:read");
  const members = await listStaffMembers(db());
  return {
    members,
    ownId: actor.id,
    mayManage: isAllowed(actor, "staff:manage"),
    mayReadTrail: mayReadTrail(actor),
    now: new Date().toISOString(),
  };
}
