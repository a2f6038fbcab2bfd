import { z } from "zod";
import type { ExchangeId } from "#domain/ids.ts";
import type { ProofFinding } from "#domain/proof-schedule.ts";
import { type DwollaError, isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { findProbeSubject } from "#features/probes/data.ts";
import { checkFailureOf, type Probe, probeExchange, recordProbe } from "#features/probes/mutations.ts";
import type { Recorded } from "#features/signals/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Proof } from "#platform/prisma-client/client.ts";
import { keepProving, postponeProbe, recordFinding } from "./mutations.ts";
import { PROBE_JOB, type ProbePayload, probePayload } from "./schema.ts";

/** One probe of a proof. Safe to run twice, and at once: of two runs only the first finds the proof as it was read. */
export const probeJob = { name: PROBE_JOB, priority: "proof", schema: probePayload, handler: runProbe } as const;

export const proofScheduleJob = {
  name: "proof.schedule",
  priority: "proof",
  schema: z.object({}),
  handler: keepProving,
} as const;

/** How long until Dwolla is asked again that did not answer. */
const UNREACHABLE_PAUSE_MS = 30_000;
const CLOCK_DIFFERENCE_MS = 5_000;

async function runProbe({ ctx, payload }: { ctx: Context; payload: ProbePayload }): Promise<void> {
  const proof = await ctx.db.proof.findUnique({ where: { id: payload.proofId } });
  if (proof?.state !== "running" || isEarly(proof, ctx.now())) return;
  const exchangeId = proof.exchangeId as ExchangeId;
  const subject = await findProbeSubject(ctx.db, exchangeId);
  if (!subject) return;
  try {
    const probe = await probeExchange(ctx, subject, "proof");
    await ctx.db.$transaction(async (tx) => {
      const recorded = await recordProbe(tx, ctx, probe);
      await recordFinding(tx, ctx, { ...proof, exchangeId, finding: findingOf(probe, recorded) });
    });
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    const finding = findingOfFailure(error);
    const until = resumesAtOf(error) ?? new Date(ctx.now().getTime() + UNREACHABLE_PAUSE_MS);
    await ctx.db.$transaction((tx) =>
      finding
        ? recordFinding(tx, ctx, { ...proof, exchangeId, finding })
        : postponeProbe(tx, { id: proof.id, exchangeId, until }),
    );
  }
}

/** A job of before the proof began anew; the new one has its own. Postgres's clock may be a little ahead of ours. */
function isEarly({ nextProbeAt }: Proof, now: Date): boolean {
  return nextProbeAt !== null && nextProbeAt.getTime() - now.getTime() > CLOCK_DIFFERENCE_MS;
}

/** Null where Dwolla does not answer at all, or not us: that says nothing about this link. */
function findingOfFailure(error: DwollaError): ProofFinding | null {
  if (error.status === 401) return null;
  const failure = checkFailureOf(error);
  if (failure === "gone" || failure === "refused") return failure;
  return failure === "unreadable" ? "no_answer" : null;
}

function findingOf(probe: Probe, { verdicts }: Recorded): ProofFinding {
  const health = verdicts.get(probe.subject.id)?.verdict.health;
  if (health !== "healthy" && health !== "removed" && couldNotBeAsked(probe)) return "no_answer";
  switch (health) {
    case "healthy":
      return "proven";
    case "removed":
      return "removed";
    case "broken":
      return canChangeItsMind(probe) ? "still_broken" : "cannot_be_proven";
    case "reauth_required":
      return canChangeItsMind(probe) ? "works_but_warned" : "cannot_be_proven";
    default:
      return canChangeItsMind(probe) ? "not_proven" : "cannot_be_proven";
  }
}

/** Whether a later probe can say something else: a balance that can be asked for, or a `deactivated` that can be taken back. */
function canChangeItsMind({ exchange, balances }: Probe): boolean {
  if (exchange.status === "deactivated") return true;
  return balances.some(({ check }) => check !== null && CAN_ANSWER.has(check.kind));
}

/** Dwolla answers for the link, but not for any of its accounts. A later probe may find it otherwise. */
function couldNotBeAsked({ balances }: Probe): boolean {
  const failed = balances.filter((balance) => balance.check === null && COULD_NOT_SAY.has(balance.word));
  return failed.length > 0 && !balances.some(({ check }) => check !== null && CAN_ANSWER.has(check.kind));
}

const COULD_NOT_SAY: ReadonlySet<string> = new Set(["unreachable", "unreadable"]);
const CAN_ANSWER: ReadonlySet<string> = new Set(["answered", "update_credentials", "processing"]);
