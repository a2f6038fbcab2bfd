import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { Verdict } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { REPEAT_WINDOW_MS, statesBefore } from "#domain/repair-case.ts";
import { endProofs } from "#features/proofs/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import { announceChange } from "#platform/changes.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";

export interface OpenedCase {
  id: string;
  exchangeId: ExchangeId;
}

export interface ExchangeVerdict {
  exchangeId: ExchangeId;
  customerId: CustomerId;
  verdict: Verdict;
}

/**
 * Makes the repair cases follow the verdicts: a break or the warning of one opens exactly one, a proof of health closes it as
 * verified, removal as not repairable. A break that was put aside (dismissed, or closed on the customer's word) stays so; a proof
 * older than the newest re-auth session closes nothing; a break soon after a proven repair is a repeat of it.
 * Call it with the exchanges locked. @returns those that were opened, and how many were closed.
 */
export async function settleRepairCases(
  tx: Transaction,
  ctx: RecordContext,
  verdicts: readonly ExchangeVerdict[],
): Promise<{ opened: OpenedCase[]; closed: number }> {
  const now = ctx.now();
  const ofHealth = (...healths: string[]) => verdicts.filter(({ verdict }) => healths.includes(verdict.health));
  const troubled = ofHealth("broken", "reauth_required");
  const verified = await verify(tx, ofHealth("healthy"), now);
  const givenUp = await giveUp(tx, ofHealth("removed"), now);
  const corrected = await correctCauses(tx, troubled, now);
  const opened = await open(tx, troubled, now);
  await endProofs(tx, { repairCaseIds: verified.map(({ id }) => id), as: "proven", now });
  await endProofs(tx, { repairCaseIds: givenUp, as: "given_up", now });
  for (const repair of verified) await recordProvenRepair(tx, ctx, repair);
  const closed = verified.length + givenUp.length;
  if (opened.length + closed + corrected > 0) await announceChange(tx);
  return { opened, closed };
}

interface VerifiedCase {
  id: string;
  exchangeId: ExchangeId;
  customerId: CustomerId;
  provenBy: { kind: string; source: string; speaksOfAt: string };
  /** The newest session of the case; null where the link was repaired elsewhere. */
  sessionId: string | null;
}

async function verify(tx: Transaction, healthy: readonly ExchangeVerdict[], now: Date): Promise<VerifiedCase[]> {
  if (healthy.length === 0) return [];
  const rows = healthy.map(({ exchangeId, verdict: { decidedBy } }) => ({ exchangeId, signalId: decidedBy?.id }));
  return tx.$queryRaw<VerifiedCase[]>`
    UPDATE "RepairCase" AS stored SET state = 'verified', "closedAt" = ${now}, "provenById" = signal.id
    FROM json_to_recordset(${bulkRows(rows)}::json) AS given ("exchangeId" uuid, "signalId" uuid)
    JOIN "Signal" AS signal ON signal.id = given."signalId"
    WHERE stored."exchangeId" = given."exchangeId" AND stored."closedAt" IS NULL
      AND stored.state = ANY(${statesBefore("verified")}::"RepairCaseState"[])
      AND NOT EXISTS (SELECT FROM "ReauthSession" AS session
        WHERE session."repairCaseId" = stored.id AND session."requestedAt" > signal."speaksOfAt")
    RETURNING stored.id, stored."exchangeId", stored."customerId",
      jsonb_build_object('kind', signal.kind, 'source', signal.source, 'speaksOfAt', signal."speaksOfAt") AS "provenBy",
      (SELECT session.id FROM "ReauthSession" AS session WHERE session."repairCaseId" = stored.id
        ORDER BY session."requestedAt" DESC, session.id DESC LIMIT 1) AS "sessionId"`;
}

/** The last line of a session's story. A link that was repaired elsewhere has no story in the trail. */
async function recordProvenRepair(tx: Transaction, ctx: RecordContext, repair: VerifiedCase): Promise<void> {
  const { id, exchangeId, customerId, provenBy, sessionId } = repair;
  if (sessionId === null) return;
  const provenAt = new Date(provenBy.speaksOfAt).toISOString();
  await recordAuditEvent(tx, ctx, {
    action: "repair_case.verified",
    operationId: sessionId,
    phase: "outcome",
    outcome: "succeeded",
    target: { type: "exchange", id: exchangeId },
    customerId,
    details: { repairCaseId: id, probe: provenBy.kind, source: provenBy.source, provenAt },
  });
}

async function giveUp(tx: Transaction, removed: readonly ExchangeVerdict[], now: Date): Promise<string[]> {
  if (removed.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "RepairCase" SET state = 'not_repairable', "closedAt" = ${now}
    WHERE "exchangeId" = ANY(${removed.map(({ exchangeId }) => exchangeId)}::uuid[]) AND "closedAt" IS NULL
      AND state = ANY(${statesBefore("not_repairable")}::"RepairCaseState"[])
    RETURNING id`;
  return rows.map(({ id }) => id);
}

/** A warning that came true is dated anew: from now on the link is broken, and since then. */
async function correctCauses(tx: Transaction, troubled: readonly ExchangeVerdict[], now: Date): Promise<number> {
  if (troubled.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE "RepairCase" AS stored SET cause = given.cause, "brokenSince" = CASE
      WHEN ${REAUTH_REQUIRED} IN (stored.cause, given.cause) THEN given."brokenSince" ELSE stored."brokenSince" END
    FROM json_to_recordset(${caseRows(troubled, now)}::json) AS given ("exchangeId" uuid, cause text,
      "brokenSince" timestamptz)
    WHERE stored."exchangeId" = given."exchangeId" AND stored."closedAt" IS NULL AND stored.cause <> given.cause`;
}

async function open(tx: Transaction, troubled: readonly ExchangeVerdict[], now: Date): Promise<OpenedCase[]> {
  if (troubled.length === 0) return [];
  const repeatsAfter = new Date(now.getTime() - REPEAT_WINDOW_MS);
  return tx.$queryRaw<OpenedCase[]>`
    INSERT INTO "RepairCase" (id, "exchangeId", "customerId", cause, "brokenSince", "openedAt", "repeatOfId")
    SELECT id, "exchangeId", "customerId", cause, "brokenSince", ${now},
      (SELECT proven.id FROM "RepairCase" AS proven WHERE proven."exchangeId" = given."exchangeId"
        AND proven.state = 'verified' AND proven."closedAt" > ${repeatsAfter} ORDER BY proven."closedAt" DESC LIMIT 1)
    FROM json_to_recordset(${caseRows(troubled, now)}::json) AS given (id uuid, "exchangeId" uuid, "customerId" uuid,
      cause text, "brokenSince" timestamptz)
    WHERE NOT EXISTS (SELECT FROM "RepairCase" AS aside WHERE aside."exchangeId" = given."exchangeId"
      AND aside."closedAt" IS NOT NULL AND aside.state IN ('dismissed', 'claimed')
      AND (aside.cause = given.cause OR aside.cause <> ${REAUTH_REQUIRED}) AND aside."brokenSince" >= given."brokenSince")
    ON CONFLICT ("exchangeId") WHERE "closedAt" IS NULL DO NOTHING
    RETURNING id, "exchangeId"`;
}

function caseRows(troubled: readonly ExchangeVerdict[], now: Date): string {
  return bulkRows(
    troubled.map(({ exchangeId, customerId, verdict: { cause, since } }) => {
      return { id: uuidv7(now), exchangeId, customerId, cause, brokenSince: since };
    }),
  );
}
