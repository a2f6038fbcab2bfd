import type { ExchangeId } from "#domain/ids.ts";
import { nextProbeAt, type ProofFinding, type ProofTrigger } from "#domain/proof-schedule.ts";
import { UPDATE_MODE_TOKEN_LIFE_MS } from "#features/reauth-sessions/schema.ts";
import { announceChange } from "#platform/changes.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { addJob } from "#platform/jobs.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { PROBE_JOB } from "./schema.ts";

/**
 * Begins to probe an exchange, in the transaction of what gives reason to. One that is being probed already begins anew, unless its
 * next probe comes sooner than the new one's first, or it watches a session that is still good: nothing looks more often than that.
 * A press of "Check now" is reason only while a session of an open case is out.
 */
export async function startProof(
  tx: Transaction,
  { exchangeId, trigger, now }: { exchangeId: ExchangeId; trigger: ProofTrigger; now: Date },
): Promise<void> {
  const firstProbeAt = nextProbeAt(trigger, 0, now);
  const isGoodIfAfter = new Date(now.getTime() - UPDATE_MODE_TOKEN_LIFE_MS);
  const [proof] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO "Proof" AS stored (id, "exchangeId", "repairCaseId", trigger, "startedAt", "nextProbeAt")
    SELECT ${uuidv7(now)}::uuid, exchange.id, repair.id, ${trigger}::"ProofTrigger", ${now}, ${firstProbeAt}
    FROM "Exchange" AS exchange
    LEFT JOIN "RepairCase" AS repair ON repair."exchangeId" = exchange.id AND repair."closedAt" IS NULL
    WHERE exchange.id = ${exchangeId}::uuid AND (${trigger} <> 'check' OR repair.state IN ('session_created', 'claimed'))
    ON CONFLICT ("exchangeId") WHERE state = 'running' DO UPDATE SET trigger = excluded.trigger,
      "repairCaseId" = excluded."repairCaseId", "startedAt" = excluded."startedAt", probes = 0,
      "lastFinding" = NULL, "nextProbeAt" = excluded."nextProbeAt"
    WHERE excluded.trigger IN ('reveal', 'claim') OR stored."nextProbeAt" > excluded."nextProbeAt"
      AND NOT (stored.trigger = 'reveal' AND stored."startedAt" > ${isGoodIfAfter})
    RETURNING id`;
  if (proof && firstProbeAt) await addProbeJob(tx, exchangeId, proof.id, firstProbeAt);
}

/** A busy or stopped worker may be late by so much. */
const LOST_AFTER_MS = 60 * 60_000;
const TAKEN_UP_AT_ONCE = 100;

/** Takes up the proofs whose job is lost or was given up because of an error of our own. Safe to call at any time. */
export async function keepProving({ ctx }: { ctx: Context }): Promise<void> {
  const now = ctx.now();
  const lost = await ctx.db.$queryRaw<{ id: string; exchangeId: ExchangeId }[]>`
    SELECT id, "exchangeId" FROM "Proof" WHERE state = 'running'
      AND "nextProbeAt" < ${new Date(now.getTime() - LOST_AFTER_MS)} AND NOT EXISTS (
        SELECT FROM graphile_worker.jobs WHERE key = ${`${PROBE_JOB}/`} || "exchangeId"
          AND (attempts < max_attempts OR locked_at IS NOT NULL))
    LIMIT ${TAKEN_UP_AT_ONCE}`;
  for (const { id, exchangeId } of lost) {
    await ctx.db.$transaction((tx) => addProbeJob(tx, exchangeId, id, now));
  }
}

/** Ends the proofs of cases that were closed just now: nothing is left to find out. */
export async function endProofs(
  tx: Transaction,
  { repairCaseIds, as, now }: { repairCaseIds: readonly string[]; as: "proven" | "given_up"; now: Date },
): Promise<void> {
  if (repairCaseIds.length === 0) return;
  await tx.proof.updateMany({
    where: { repairCaseId: { in: [...repairCaseIds] }, state: "running" },
    data: { state: as, lastFinding: as === "proven" ? "proven" : "removed", endedAt: now, nextProbeAt: null },
  });
}

/** What ends a proof whatever its schedule says. */
const ENDS: Partial<Record<ProofFinding, "proven" | "given_up" | "not_possible">> = {
  proven: "proven",
  cannot_be_proven: "not_possible",
  removed: "given_up",
  gone: "given_up",
  refused: "given_up",
};

/** A proof as it was when the probe began: one that began anew since then is another. */
type ProbedProof = { id: string; exchangeId: ExchangeId; trigger: ProofTrigger; startedAt: Date; probes: number };

/** Notes what a probe came to, and in the same transaction when the next one is or that there is none. */
export async function recordFinding(
  tx: Transaction,
  ctx: Context,
  proof: ProbedProof & { finding: ProofFinding },
): Promise<void> {
  const now = ctx.now();
  const { id, exchangeId, trigger, startedAt, probes, finding } = proof;
  const next = finding in ENDS ? null : nextProbeAt(trigger, probes + 1, now);
  const state = ENDS[finding] ?? ("given_up" as const);
  const end = next ? {} : { state, endedAt: now };
  const { count } = await tx.proof.updateMany({
    // What this probe found may have closed the case just now, and ended the proof with it.
    where: { id, startedAt, probes, state: { in: next ? ["running"] : ["running", state] } },
    data: { probes: probes + 1, lastFinding: finding, nextProbeAt: next, ...end },
  });
  if (count === 0) return;
  if (next) await addProbeJob(tx, exchangeId, id, next);
  await announceChange(tx);
}

/** Dwolla did not answer: the same probe again, however long it takes, without using the schedule up. */
export async function postponeProbe(
  tx: Transaction,
  { id, exchangeId, until }: { id: string; exchangeId: ExchangeId; until: Date },
): Promise<void> {
  const { count } = await tx.proof.updateMany({ where: { id, state: "running" }, data: { nextProbeAt: until } });
  if (count === 1) await addProbeJob(tx, exchangeId, id, until);
}

/** One job per exchange: that of a proof which begins anew takes the place of the waiting one. */
async function addProbeJob(tx: Transaction, exchangeId: ExchangeId, proofId: string, runAt: Date): Promise<void> {
  await addJob(tx, PROBE_JOB, { proofId }, { key: `${PROBE_JOB}/${exchangeId}`, runAt });
}
