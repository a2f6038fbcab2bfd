import type { AuditAction, AuditTarget } from "#domain/audit-event.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import type { RecordContext } from "#platform/context.ts";

/** Longer than any act takes: after this, the process that began it is taken for dead. With a run every 30 s all is named within 120 s. */
const OPEN_LIMIT_MS = 75_000;
const NAMED_AT_ONCE = 1_000;

/**
 * Names the operations whose process ended between intent and outcome: nobody can tell what came of them.
 * Safe on many workers at once: each row is taken by one of them.
 */
export async function nameLostOperations({ ctx }: { ctx: RecordContext }): Promise<void> {
  const openSince = new Date(ctx.now().getTime() - OPEN_LIMIT_MS);
  await ctx.db.$transaction(async (tx) => {
    const lost = await tx.$queryRaw<LostOperation[]>`
      DELETE FROM "OpenOperation" WHERE id IN (
        SELECT id FROM "OpenOperation" WHERE "openedAt" < ${openSince}
        ORDER BY "openedAt" LIMIT ${NAMED_AT_ONCE} FOR UPDATE SKIP LOCKED)
      RETURNING id, action, "targetType", "targetId"`;
    for (const { id: operationId, action, targetType, targetId } of lost) {
      await recordAuditEvent(tx, ctx, {
        action,
        operationId,
        phase: "outcome",
        outcome: "unknown",
        target: targetType && targetId ? { type: targetType, id: targetId } : null,
        details: { failureKind: "process_ended", cause: "process ended before the outcome was recorded" },
      });
    }
  });
}

interface LostOperation {
  id: string;
  action: AuditAction;
  targetType: AuditTarget["type"] | null;
  targetId: string | null;
}
