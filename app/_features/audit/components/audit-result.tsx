import { StatusBadge } from "#ui/status-badge.tsx";
import type { AuditEventInList } from "../data.ts";
import { outcomeLook } from "./audit-words.ts";

/** An event's own outcome; of an intent, which stays "Pending" on record, also what its operation came to. */
export function AuditResult({ event }: { event: Pick<AuditEventInList, "outcome" | "followedBy"> }) {
  const last = event.outcome === "pending" ? event.followedBy.at(-1) : undefined;
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 align-bottom">
      <StatusBadge {...outcomeLook(event.outcome)} />
      {last && (
        <span className="truncate text-muted">
          <span aria-hidden>→</span>
          <span className="sr-only">then</span> {endWords(last)}
        </span>
      )}
    </span>
  );
}

function endWords({ phase, outcome }: { phase: string; outcome: string }): string {
  if (phase === "reveal" && outcome === "succeeded") return "revealed";
  return outcomeLook(outcome).label.toLowerCase();
}
