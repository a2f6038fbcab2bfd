import type { StaffActor } from "#domain/actor.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { countErasable, getPersonalData, hasAuditEvent } from "./data.ts";
import type {
  ErasePersonalDataInput,
  EraseResult,
  RevealCustomerInput,
  RevealEventInput,
  RevealedCustomer,
  RevealedEvent,
  RevealResult,
} from "./schema.ts";

/**
 * Who acted, from where: read only after the reveal and its purpose are on record. The record names the event, never a value.
 * @throws when nothing was read: ForbiddenError, or what the database said.
 */
export async function revealEventPersonalData({
  ctx,
  input: { eventId, purpose },
}: {
  ctx: RecordContext<StaffActor> & { auditorDb: Database };
  input: RevealEventInput;
}): Promise<RevealResult<RevealedEvent>> {
  const target = { type: "audit_trail", id: eventId } as const;
  const isThere = await hasAuditEvent(ctx.auditorDb, eventId);
  await record(ctx, isThere, { action: "audit.personal_data_revealed", target, reason: purpose });
  const value = isThere ? await getPersonalData(ctx.auditorDb, eventId) : null;
  return value ? { ok: true, value } : { ok: false, reason: "not_found" };
}

/** The name and address that are masked on this person's pages: one customer, read only after reveal and purpose are on record. */
export async function revealCustomerPersonalData({
  ctx,
  input: { customerId, purpose },
}: {
  ctx: RecordContext<StaffActor>;
  input: RevealCustomerInput;
}): Promise<RevealResult<RevealedCustomer>> {
  const target = { type: "customer", id: customerId } as const;
  const isThere = (await ctx.db.customer.count({ where: { id: customerId } })) === 1;
  await record(ctx, isThere, { action: "customer.personal_data_revealed", target, customerId, reason: purpose });
  const select = { name: true, email: true, businessName: true } as const;
  const value = isThere ? await ctx.db.customer.findUnique({ where: { id: customerId }, select }) : null;
  return value ? { ok: true, value } : { ok: false, reason: "not_found" };
}

/**
 * Forgets from where a member of the staff acted, and the address they had then, beside all of their events. On record in the same transaction,
 * with who asked, why and for how many, never a value; the database refuses to erase without that row.
 */
export async function erasePersonalData({
  ctx,
  input: { person, askedBy, reason },
}: {
  /** Its `db` may become the owner of the trail: no process of the desk may. */
  ctx: RecordContext;
  input: ErasePersonalDataInput;
}): Promise<EraseResult> {
  const operationId = uuidv7(ctx.now());
  const erase = async (tx: Transaction): Promise<EraseResult> => {
    const isKnown = async (id: string) => (await tx.staffMember.count({ where: { id } })) === 1;
    if (!(await isKnown(person))) return { ok: false, reason: "no_such_person" };
    if (!(await isKnown(askedBy))) return { ok: false, reason: "no_such_asker" };
    await tx.$executeRaw`SET LOCAL ROLE audit_owner`;
    const events = await countErasable(tx, person);
    const target = { type: "staff_member", id: person } as const;
    const entry = { action: "audit.personal_data_erased", outcome: "succeeded", operationId, target, reason } as const;
    await recordAuditEvent(tx, ctx, { ...entry, details: { askedBy, events } });
    await tx.$executeRaw`SELECT audit.erase_personal_data(${person}, ${operationId}::uuid)`;
    return { ok: true, events };
  };
  // Of one moment, so that the number on record is the number erased.
  return ctx.db.$transaction(erase, { isolationLevel: "RepeatableRead" });
}

/** In a transaction of its own, which is over before anything is read. */
async function record(
  ctx: RecordContext<StaffActor>,
  isThere: boolean,
  entry: Pick<AuditEntry, "action" | "target" | "customerId" | "reason">,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "personal_data:reveal");
    const outcome = isThere ? "succeeded" : "denied";
    await recordAuditEvent(tx, ctx, { ...entry, outcome, details: isThere ? {} : { refusedBy: "not_found" } });
  });
}
