import type { StaffActor } from "#domain/actor.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { endProofs, startProof } from "#features/proofs/mutations.ts";
import { recordObservations } from "#features/signals/mutations.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { announceChange } from "#platform/changes.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import type { ClaimResult, CloseUnprovenInput, RecordClaimInput } from "./schema.ts";

/**
 * Keeps what the customer says about a link as a signal, which decides nothing by itself: "I have signed in" makes the case wait
 * for proof and begins one; "it still does not work" puts it back among those that need a session.
 */
export async function recordClaim({
  ctx,
  input: { exchangeId, word },
}: {
  ctx: Context<StaffActor>;
  input: RecordClaimInput;
}): Promise<ClaimResult> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "repair_case:claim");
    // Not locked yet: whoever records signals locks the customer's exchanges first, and then the cases.
    const repair = await tx.repairCase.findFirst({ where: { exchangeId, closedAt: null } });
    if (!repair) return refuse(tx, ctx, { exchangeId, action: "repair_case.claimed", reason: "no_open_case" });
    const customerId = repair.customerId as CustomerId;
    const now = ctx.now();
    await recordObservations(tx, ctx, [
      {
        customerId,
        kind: word === "finished" ? "customer_claim" : "staff_word",
        exchangeId,
        fundingSourceId: null,
        value: word,
        source: "staff",
        observedAt: now,
        speaksOfAt: now,
        upstreamRequestId: null,
        eventId: null,
      },
    ]);
    const [from, to] =
      word === "finished" ? (["session_created", "claimed"] as const) : (["claimed", "session_created"] as const);
    await tx.repairCase.updateMany({ where: { id: repair.id, state: from, closedAt: null }, data: { state: to } });
    if (word === "finished") await startProof(tx, { exchangeId, trigger: "claim", now });
    await recordAuditEvent(tx, ctx, {
      ...subjectOf(exchangeId, customerId),
      action: "repair_case.claimed",
      outcome: "succeeded",
      details: { repairCaseId: repair.id, word },
    });
    await announceChange(tx);
    return { ok: true };
  });
}

/** Closes a case on the customer's word alone, only where a proof found that nothing can prove it. It stays marked as claimed. */
export async function closeUnproven({
  ctx,
  input: { exchangeId },
}: {
  ctx: Context<StaffActor>;
  input: CloseUnprovenInput;
}): Promise<ClaimResult> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "repair_case:claim");
    const repair = await lockOpenCase(tx, exchangeId);
    const action = "repair_case.closed_unproven";
    if (!repair) return refuse(tx, ctx, { exchangeId, action, reason: "no_open_case" });
    if (repair.state !== "claimed") return refuse(tx, ctx, { exchangeId, action, reason: "not_claimed" });
    const proof = await tx.proof.findFirst({ where: { repairCaseId: repair.id }, orderBy: { startedAt: "desc" } });
    if (proof?.state !== "not_possible") return refuse(tx, ctx, { exchangeId, action, reason: "can_be_proven" });
    const now = ctx.now();
    await tx.repairCase.update({ where: { id: repair.id }, data: { closedAt: now } });
    await endProofs(tx, { repairCaseIds: [repair.id], as: "given_up", now });
    await recordAuditEvent(tx, ctx, {
      ...subjectOf(exchangeId, repair.customerId),
      action,
      outcome: "succeeded",
      details: { repairCaseId: repair.id },
    });
    await announceChange(tx);
    return { ok: true };
  });
}

async function lockOpenCase(tx: Transaction, exchangeId: ExchangeId) {
  const [repair] = await tx.$queryRaw<{ id: string; customerId: CustomerId; state: string }[]>`
    SELECT id, "customerId", state::text FROM "RepairCase"
    WHERE "exchangeId" = ${exchangeId}::uuid AND "closedAt" IS NULL FOR NO KEY UPDATE`;
  return repair;
}

function subjectOf(exchangeId: ExchangeId, customerId: CustomerId): Partial<AuditEntry> {
  return { target: { type: "exchange", id: exchangeId }, customerId };
}

type Refusal = Extract<ClaimResult, { ok: false }>;

async function refuse(
  tx: Transaction,
  ctx: Context<StaffActor>,
  { exchangeId, action, reason }: { exchangeId: ExchangeId; action: AuditEntry["action"]; reason: Refusal["reason"] },
): Promise<Refusal> {
  const target = { type: "exchange", id: exchangeId } as const;
  await recordAuditEvent(tx, ctx, { action, outcome: "denied", target, details: { refusedBy: reason } });
  return { ok: false, reason };
}
