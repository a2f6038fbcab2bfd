import { StatusBadge } from "#ui/status-badge.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { CommittedValue } from "../schema.ts";

/** A value beside an event, and whether it is the one that the sealed body commits to. */
export function CommittedValueText({ committed }: { committed: CommittedValue }) {
  if (committed.state === "none") return <span className="text-muted">none was recorded</span>;
  if (committed.state === "erased") {
    return <StatusBadge tone="quiet" label={`erased on ${formatUtc(committed.erasedAt)}`} />;
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3">
      {committed.value ?? <span className="text-muted">gone</span>}
      {committed.state === "fits" ? (
        <StatusBadge tone="proven" label="fits the sealed commitment" />
      ) : (
        <StatusBadge tone="broken" label="does not fit: altered" />
      )}
    </span>
  );
}
