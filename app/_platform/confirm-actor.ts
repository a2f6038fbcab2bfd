import { ForbiddenError } from "#domain/errors.ts";
import { can, type Permission, type Role, rolesThatCan } from "#domain/permissions.ts";
import type { RecordContext } from "./context.ts";
import type { Transaction } from "./database-client.ts";

/**
 * The role once more, inside the transaction: a change made after the request began still counts.
 * The shared lock makes a role change and this act follow one another. Jobs pass: they have no role.
 * @throws ForbiddenError when the role is gone or the person is disabled.
 */
export async function confirmActor(tx: Transaction, ctx: RecordContext, permission: Permission): Promise<void> {
  if (ctx.actor.type === "system") return;
  const rows = await tx.$queryRaw<{ role: Role }[]>`
    SELECT role FROM "StaffMember" WHERE id = ${ctx.actor.id}::uuid AND "disabledAt" IS NULL FOR SHARE`;
  const role = rows[0]?.role;
  if (role && can(role, permission, ctx.environment)) return;
  throw new ForbiddenError({
    role: role ?? ctx.actor.role,
    permission,
    allowedRoles: rolesThatCan(permission, ctx.environment),
  });
}
