import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import { isUuid } from "#domain/ids.ts";
import { getSealing } from "#features/checkpoints/data.ts";
import { listStaffMembers } from "#features/staff/data.ts";
import { isAllowed, mayReadCalls, requireActor, requirePermission } from "#platform/access.ts";
import { auditorDb, db } from "#platform/db.ts";
import { logger } from "#platform/logger.ts";
import { requestContext } from "#platform/request-context.ts";
import { type AuditScope, getPrintFacts, getRecordingTime } from "./data.ts";
import { type AuditReader, countAuditPage, readAuditEvent, readAuditPage } from "./mutations.ts";
import { parseAuditAddress } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

/**
 * The events an address asks for, and a promise of how many there are: nobody waits for the count but the line that tells it.
 * @throws ForbiddenError for who may not even see own acts.
 */
export async function loadAuditPage(address: Address) {
  const { actor, scope } = await requireReader();
  const query = parseAuditAddress(address, await getRecordingTime(auditorDb()), actor.id);
  const ctx = await readerContext(actor);
  const input = { ...query, scope };
  const page = await readAuditPage({ ctx, input });
  const count = countAuditPage({ ctx, input }).catch((error: unknown) => {
    logger.warn({ err: error, requestId: ctx.origin.requestId }, "audit events were not counted");
    return null;
  });
  const staff = scope.all ? await listStaffMembers(db()) : [];
  const sealing = await getSealing(auditorDb());
  const mayExport = isAllowed(actor, "audit:export");
  return { ...page, ...query, count, scope, staff, sealing, mayExport, print: await getPrintFacts(ctx) };
}

/** Null when there is no such event, or none that this person may read: both look the same. */
export async function loadAuditEvent(eventId: string) {
  const { actor, scope } = await requireReader();
  if (!isUuid(eventId)) return null;
  const ctx = await readerContext(actor);
  const view = await readAuditEvent({ ctx, input: { eventId, scope } });
  if (!view) return null;
  const sealing = view.sealed ? null : await getSealing(auditorDb());
  const rights = { mayReveal: isAllowed(actor, "personal_data:reveal"), mayReadCalls: mayReadCalls(actor) };
  return { ...view, ...rights, sealing, scope, print: await getPrintFacts(ctx) };
}

/** Agents and leads read their own acts; a refusal names the roles that read all. */
async function requireReader(): Promise<{ actor: StaffActor; scope: AuditScope }> {
  const actor = await requireActor();
  if (!isAllowed(actor, "audit:read") && isAllowed(actor, "audit:read_own")) {
    return { actor, scope: { all: false, ownActorId: actor.id } };
  }
  return { actor: await requirePermission("audit:read"), scope: { all: true } };
}

async function readerContext(actor: StaffActor): Promise<AuditReader> {
  return { ...(await requestContext(actor)), auditorDb: auditorDb() };
}
