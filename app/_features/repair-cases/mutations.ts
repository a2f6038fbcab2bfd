import type { Verdict } from "#domain/exchange-health.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { statesBefore } from "#domain/repair-case.ts";
import { bulkRows } from "#platform/bulk-rows.ts";
import type { Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";

export interface ExchangeVerdict {
  exchangeId: ExchangeId;
  customerId: CustomerId;
  verdict: Verdict;
}

/**
 * Makes the repair cases follow the verdicts: broken opens exactly one, a proof of health closes it as verified, removal as not
 * repairable. A break that a person has dismissed stays dismissed; a proof older than the newest re-auth session closes nothing.
 * Call it with the exchanges locked. @returns how many were opened and closed.
 */
export async function settleRepairCases(
  tx: Transaction,
  verdicts: readonly ExchangeVerdict[],
  now: Date,
): Promise<{ opened: number; closed: number }> {
  const broken = verdicts.filter(({ verdict }) => verdict.health === "broken");
  const healthy = verdicts.filter(({ verdict }) => verdict.health === "healthy");
  const removed = verdicts.filter(({ verdict }) => verdict.health === "removed");
  const closed = (await verify(tx, healthy, now)) + (await giveUp(tx, removed, now));
  await correctCauses(tx, broken, now);
  return { opened: await open(tx, broken, now), closed };
}

async function verify(tx: Transaction, healthy: readonly ExchangeVerdict[], now: Date): Promise<number> {
  if (healthy.length === 0) return 0;
  const rows = healthy.map(({ exchangeId, verdict }) => ({ exchangeId, provenAt: verdict.decidedBy?.speaksOfAt }));
  return tx.$executeRaw`
    UPDATE "RepairCase" AS stored SET state = 'verified', "closedAt" = ${now}
    FROM jsonb_to_recordset(${bulkRows(rows)}::jsonb) AS given ("exchangeId" uuid, "provenAt" timestamptz)
    WHERE stored."exchangeId" = given."exchangeId" AND stored."closedAt" IS NULL
      AND stored.state = ANY(${statesBefore("verified")}::"RepairCaseState"[])
      AND NOT EXISTS (SELECT FROM "ReauthSession" AS session
        WHERE session."repairCaseId" = stored.id AND session."requestedAt" > given."provenAt")`;
}

async function giveUp(tx: Transaction, removed: readonly ExchangeVerdict[], now: Date): Promise<number> {
  if (removed.length === 0) return 0;
  return tx.$executeRaw`
    UPDATE "RepairCase" SET state = 'not_repairable', "closedAt" = ${now}
    WHERE "exchangeId" = ANY(${removed.map(({ exchangeId }) => exchangeId)}::uuid[]) AND "closedAt" IS NULL
      AND state = ANY(${statesBefore("not_repairable")}::"RepairCaseState"[])`;
}

async function correctCauses(tx: Transaction, broken: readonly ExchangeVerdict[], now: Date): Promise<void> {
  if (broken.length === 0) return;
  await tx.$executeRaw`
    UPDATE "RepairCase" AS stored SET cause = given.cause
    FROM jsonb_to_recordset(${caseRows(broken, now)}::jsonb) AS given ("exchangeId" uuid, cause text)
    WHERE stored."exchangeId" = given."exchangeId" AND stored."closedAt" IS NULL AND stored.cause <> given.cause`;
}

async function open(tx: Transaction, broken: readonly ExchangeVerdict[], now: Date): Promise<number> {
  if (broken.length === 0) return 0;
  return tx.$executeRaw`
    INSERT INTO "RepairCase" (id, "exchangeId", "customerId", cause, "brokenSince", "openedAt")
    SELECT id, "exchangeId", "customerId", cause, "brokenSince", ${now}
    FROM jsonb_to_recordset(${caseRows(broken, now)}::jsonb) AS given (id uuid, "exchangeId" uuid, "customerId" uuid,
      cause text, "brokenSince" timestamptz)
    WHERE NOT EXISTS (SELECT FROM "RepairCase" AS dismissed WHERE dismissed."exchangeId" = given."exchangeId"
      AND dismissed.state = 'dismissed' AND dismissed."brokenSince" >= given."brokenSince")
    ON CONFLICT ("exchangeId") WHERE "closedAt" IS NULL DO NOTHING`;
}

function caseRows(broken: readonly ExchangeVerdict[], now: Date): string {
  return bulkRows(
    broken.map(({ exchangeId, customerId, verdict: { cause, since } }) => {
      return { id: uuidv7(now), exchangeId, customerId, cause, brokenSince: since };
    }),
  );
}
