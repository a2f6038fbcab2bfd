import type { ProofFinding, ProofTrigger } from "#domain/proof-schedule.ts";
import type { Database } from "#platform/database-client.ts";
import type { ProofState } from "#platform/prisma-client/client.ts";

/** Instants are ISO 8601. */
export interface ProofView {
  trigger: ProofTrigger;
  state: ProofState;
  startedAt: string;
  probes: number;
  nextProbeAt: string | null;
  endedAt: string | null;
  /** Null before the first probe was answered. */
  lastFinding: ProofFinding | null;
}

/** The newest proof of an exchange; null where none was ever begun. */
export async function getLatestProof(db: Database, exchangeId: string): Promise<ProofView | null> {
  const proof = await db.proof.findFirst({ where: { exchangeId }, orderBy: [{ startedAt: "desc" }, { id: "desc" }] });
  if (!proof) return null;
  const { trigger, state, startedAt, probes, nextProbeAt, endedAt, lastFinding } = proof;
  return {
    trigger,
    state,
    startedAt: startedAt.toISOString(),
    probes,
    nextProbeAt: nextProbeAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    lastFinding: lastFinding as ProofFinding | null,
  };
}
