import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import { isUuid } from "#domain/ids.ts";
import { listStaffMembers } from "#features/staff/data.ts";
import { isAllowed, requireActor, requirePermission } from "#platform/access.ts";
import { csvDownload } from "#platform/csv.ts";
import { auditorDb, db } from "#platform/db.ts";
import { logger } from "#platform/logger.ts";
import { requestContext } from "#platform/request-context.ts";
import { type AuditScope, getRecordingTime } from "./data.ts";
import { type AuditReader, exportAuditEvents, readAuditEvent, readAuditPage } from "./mutations.ts";
import { parseAuditAddress } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

/** The events an address asks for. @throws ForbiddenError for who may not even see own acts. */
export async function loadAuditPage(address: Address) {
  const { actor, scope } = await requireReader();
  const query = parseAuditAddress(address, await getRecordingTime(auditorDb()));
  const page = await readAuditPage({ ctx: await readerContext(actor), input: { ...query, scope } });
  const staff = scope.all ? await listStaffMembers(db()) : [];
  return {
    ...page,
    ...query,
    scope,
    staff,
    mayExport: isAllowed(actor, "audit:export"),
    maySeeRetention: isAllowed(actor, "audit_purge:approve"),
  };
}

/** Null when there is no such event, or none that this person may read: both look the same. */
export async function loadAuditEvent(eventId: string) {
  const { actor, scope } = await requireReader();
  if (!isUuid(eventId)) return null;
  const view = await readAuditEvent({ ctx: await readerContext(actor), input: { eventId, scope } });
  return view && { ...view, mayReveal: isAllowed(actor, "personal_data:reveal") };
}

/** All events that the address asks for, as a file that is made while it is read. Never more than was asked for: an address with a senseless value is refused. */
export async function loadAuditExport(address: Address): Promise<Response> {
  const actor = await requirePermission("audit:export");
  const { filter, ignored } = parseAuditAddress(address, await getRecordingTime(auditorDb()));
  if (ignored.length > 0)
    return new Response(`Nothing was exported: ${ignored.join(", ")} makes no sense here.`, { status: 400 });
  const ctx = await readerContext(actor);
  const onFailure = (error: unknown) =>
    logger.error({ err: error, requestId: ctx.origin.requestId }, "audit export ended early");
  const parts = await exportAuditEvents({ ctx, input: { filter, onFailure } });
  return csvDownload(`audit_${fileTime(filter.from)}_${fileTime(filter.until)}_utc.csv`, parts);
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

/** To the minute and without colons, which file names on Windows cannot have. */
function fileTime(date: Date): string {
  return date.toISOString().slice(0, 16).replace(":", "");
}
