import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import { isUuid } from "#domain/ids.ts";
import { getLatestCheckpoint, listOpenAlarms } from "#features/checkpoints/data.ts";
import { listStaffMembers } from "#features/staff/data.ts";
import { isAllowed, requireActor, requirePermission } from "#platform/access.ts";
import { auditorDb, db } from "#platform/db.ts";
import { requestContext } from "#platform/request-context.ts";
import { type AuditScope, getRecordingTime } from "./data.ts";
import { type AuditReader, readAuditEvent, readAuditPage } from "./mutations.ts";
import { parseAuditAddress } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

/** The events an address asks for. @throws ForbiddenError for who may not even see own acts. */
export async function loadAuditPage(address: Address) {
  const { actor, scope } = await requireReader();
  const query = parseAuditAddress(address, await getRecordingTime(auditorDb()));
  const page = await readAuditPage({ ctx: await readerContext(actor), input: { ...query, scope } });
  const staff = scope.all ? await listStaffMembers(db()) : [];
  const alarms = scope.all ? await listOpenAlarms(auditorDb()) : [];
  const mayExport = isAllowed(actor, "audit:export");
  const checkpoint = mayExport ? await getLatestCheckpoint(auditorDb()) : null;
  const maySeeRetention = isAllowed(actor, "audit_purge:approve");
  return { ...page, ...query, scope, staff, alarms, mayExport, maySeeRetention, checkpoint };
}

/** Null when there is no such event, or none that this person may read: both look the same. */
export async function loadAuditEvent(eventId: string) {
  const { actor, scope } = await requireReader();
  if (!isUuid(eventId)) return null;
  const view = await readAuditEvent({ ctx: await readerContext(actor), input: { eventId, scope } });
  return view && { ...view, mayReveal: isAllowed(actor, "personal_data:reveal") };
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
