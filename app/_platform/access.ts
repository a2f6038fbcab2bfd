import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import { can, type Permission, rolesThatCan } from "#domain/permissions.ts";
import { signInHref } from "#domain/return-address.ts";
import { recordAuditEvent } from "./audit-trail.ts";
import { currentActor } from "./auth.ts";
import { env, hasCallLog } from "./env.ts";
import { requestContext } from "./request-context.ts";

/** The signed-in person; sends everybody else to the sign-in page, and from there back to what they asked for (as proxy.ts tells). */
export async function requireActor(): Promise<StaffActor> {
  const actor = await currentActor();
  if (!actor) redirect(signInHref((await headers()).get("x-asked-address")));
  return actor;
}

/** First line of every loader. @throws ForbiddenError after the refusal is on record. */
export async function requirePermission(permission: Permission): Promise<StaffActor> {
  const actor = await requireActor();
  if (isAllowed(actor, permission)) return actor;
  const ctx = await requestContext(actor);
  const target = { type: "page", id: permission } as const;
  await recordAuditEvent(ctx.db, ctx, { action: "page.refused", outcome: "denied", target });
  throw forbidden(actor, permission);
}

/** For pages that a production deployment does not have: there they answer like any address that is no page, to everybody. */
export function requireOutsideProduction(): void {
  if (env().RECONNECT_ENVIRONMENT === "production") notFound();
}

export function isAllowed(actor: StaffActor, permission: Permission): boolean {
  return can(actor.role, permission, env().RECONNECT_ENVIRONMENT);
}

/** All of the audit trail, or the own acts in it. */
export function mayReadTrail(actor: StaffActor): boolean {
  return isAllowed(actor, "audit:read") || isAllowed(actor, "audit:read_own");
}

/** The log of Dwolla calls, where there is one. */
export function mayReadCalls(actor: StaffActor): boolean {
  return hasCallLog(env()) && isAllowed(actor, "dwolla_call:read");
}

export function forbidden(actor: StaffActor, permission: Permission): ForbiddenError {
  const allowedRoles = rolesThatCan(permission, env().RECONNECT_ENVIRONMENT);
  return new ForbiddenError({ role: actor.role, permission, allowedRoles });
}
