import type { ReactNode } from "react";
import { FINDING_WORDS } from "#domain/plain-words.ts";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { ProofView } from "../data.ts";

/** How far the proof of a repair is, in one line and what it means. */
export function ProofStatus({ proof, now }: { proof: ProofView; now: string }) {
  const { state, probes, nextProbeAt, endedAt, lastFinding } = proof;
  const found = lastFinding && FINDING_WORDS[lastFinding];
  const asked = probes === 1 ? "Asked once" : `Asked ${probes} times`;
  // A sweep or a webhook can settle it before the first probe.
  const outcome = probes === 0 ? `Seen otherwise: ${found}` : `${asked}: ${found}`;
  switch (state) {
    case "running":
      return (
        <Line
          badge={proof.trigger in AFTER_A_SESSION ? <StatusBadge tone="waiting" label="Waiting for proof" /> : LOOKING}
        >
          {probes === 0 ? "Not asked yet" : `${asked}: ${found}`}
          {nextProbeAt && (
            <>
              {". The next time "}
              <Time iso={nextProbeAt} now={now} form="both" />
            </>
          )}
          .
        </Line>
      );
    case "proven":
      return (
        <Line badge={<StatusBadge tone="proven" label="Proven" />}>
          {outcome}
          {endedAt && (
            <>
              {", "}
              <Time iso={endedAt} now={now} form="both" />
            </>
          )}
          .
        </Line>
      );
    case "not_possible":
      return (
        <Line badge={<StatusBadge tone="quiet" label="Cannot be proven" />}>
          No bank account of this link can be asked, so nothing here can prove a repair. The case can be closed on the
          customer’s word only, and stays marked as that.
        </Line>
      );
    case "given_up":
      return (
        <Line badge={<StatusBadge tone="warning" label="Not proven" />}>
          {outcome}. {lastFinding === "removed" ? "The customer links the bank anew." : AGAIN}
        </Line>
      );
  }
}

/** Else nobody has done anything yet that could be proven: the desk only keeps looking. */
const AFTER_A_SESSION = { reveal: true, claim: true };
const LOOKING = "The desk keeps looking by itself:";
const AGAIN = "Nobody asks any more; “Check now” or a new session begins again.";

function Line({ badge, children }: { badge: ReactNode; children: ReactNode }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-table">
      {badge}
      <span className="min-w-0 flex-[1_1_20rem] text-pretty">{children}</span>
    </p>
  );
}
