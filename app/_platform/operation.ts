import type { AuditAction, AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import { type AuditEntry, recordAuditEvent } from "./audit-trail.ts";
import type { RecordContext } from "./context.ts";
import type { Transaction } from "./database-client.ts";
import { uuidv7 } from "./uuid.ts";

/** An act whose effect is elsewhere, such as at Dwolla, and so cannot be in one transaction with its record. */
export interface Operation {
  operationId: string;
  action: AuditAction;
  target: AuditTarget | null;
}

/**
 * Puts the intent on record before anything is asked for. From now on the operation is open: until its outcome is on record, or
 * a worker finds that its process must have ended and names the outcome unknown.
 */
export async function openOperation(
  tx: Transaction,
  ctx: RecordContext,
  { action, target, details }: Omit<Operation, "operationId"> & { details?: AuditEvent["details"] },
): Promise<Operation> {
  const operation = { operationId: uuidv7(ctx.now()), action, target };
  const { operationId: id } = operation;
  await tx.openOperation.create({
    data: { id, action, targetType: target?.type ?? null, targetId: target?.id ?? null, openedAt: ctx.now() },
  });
  await recordAuditEvent(tx, ctx, { ...operation, phase: "intent", outcome: "pending", details });
  return operation;
}

/** Says that its process is still at it: for what takes longer than any press. */
export async function keepOperationOpen(ctx: RecordContext, { operationId: id }: Operation): Promise<void> {
  await ctx.db.openOperation.updateMany({ where: { id }, data: { openedAt: ctx.now() } });
}

type Outcome = Pick<AuditEntry, "outcome" | "details" | "upstream" | "target">;

/** Puts what came of it on record; marked as late when the operation had been named unknown by then. */
export async function closeOperation(ctx: RecordContext, operation: Operation, outcome: Outcome): Promise<void> {
  await ctx.db.$transaction((tx) => closeOperationIn(tx, ctx, operation, outcome));
}

/** The same in the transaction of the effect, where that is in our own database after all: both are there, or neither. */
export async function closeOperationIn(
  tx: Transaction,
  ctx: RecordContext,
  operation: Operation,
  outcome: Outcome,
): Promise<void> {
  const { count } = await tx.openOperation.deleteMany({ where: { id: operation.operationId } });
  const details = { ...outcome.details, ...(count === 0 && { late: true }) };
  await recordAuditEvent(tx, ctx, { ...operation, ...outcome, phase: "outcome", details });
}
