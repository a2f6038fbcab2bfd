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
import { type AuditReader, countAuditPage, exportAuditEvents, readAuditEvent, readAuditPage } from "./mutations.ts";
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
  return {
    ...page,
    ...query,
    count,
    scope,
    staff,
    print: printFacts(ctx),
    mayExport: isAllowed(actor, "audit:export"),
  };
}

/** Null when there is no such event, or none that this person may read: both look the same. */
export async function loadAuditEvent(eventId: string) {
  const { actor, scope } = await requireReader();
  if (!isUuid(eventId)) return null;
  const ctx = await readerContext(actor);
  const view = await readAuditEvent({ ctx, input: { eventId, scope } });
  return view && { ...view, print: printFacts(ctx) };
}

/** All events that the address asks for, as a file that is made while it is read. Never more than was asked for: an address with a senseless value is refused. */
export async function loadAuditExport(address: Address): Promise<Response> {
  const actor = await requirePermission("audit:export");
  const { filter, ignored, leftOut } = parseAuditAddress(address, await getRecordingTime(auditorDb()), actor.id);
  const senseless = [...ignored, ...leftOut.map(({ text }) => text)];
  if (senseless.length > 0)
    return new Response(`Nothing was exported: ${senseless.join(", ")} makes no sense here.`, { status: 400 });
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

/** What a sheet of paper says of its making. */
function printFacts({ actor, environment, now }: AuditReader) {
  return { by: actor.name, environment, at: now().toISOString() };
}

/** To the minute and without colons, which file names on Windows cannot have. */
function fileTime(date: Date): string {
  return date.toISOString().slice(0, 16).replace(":", "");
}
