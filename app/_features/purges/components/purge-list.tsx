import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { RetentionScreenView } from "../loaders.ts";
import type { PurgeView } from "../schema.ts";
import { DecidePurge } from "./decide-purge.tsx";
import { numberWords, rangeWords, STATE_LOOKS } from "./purge-words.ts";

type PurgeListProps = Pick<RetentionScreenView, "purges" | "names" | "ownId">;

/** Every request, who asked why, and what became of it. */
export function PurgeList({ purges, names, ownId }: PurgeListProps) {
  if (purges.length === 0) return <p className="text-muted text-table">Every event since the first one is kept.</p>;
  const nameOf = (id: string) => names.get(id) ?? "a person no longer known";
  return (
    <ol aria-label="Purges" className="text-table">
      {purges.map((purge) => (
        <li key={purge.requestId} className="border-line py-2.5 not-first:border-t first:pt-0">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <StatusBadge {...STATE_LOOKS[purge.state]} />
            <span className="text-muted">
              <Time iso={purge.requestedAt} form="exact" />
            </span>
          </div>
          <div className="mt-0.5 flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
            <div className="min-w-0 flex-1 basis-64">
              <p>
                {rangeWords(purge)}, recorded before {purge.beforeDay}
                {purge.state === "approved" && `: ${numberWords(purge.purged)} deleted so far`}
              </p>
              <p className="text-muted wrap-anywhere">
                {nameOf(purge.requestedById)}: {purge.reason}
              </p>
              <Decision purge={purge} nameOf={nameOf} />
            </div>
            {purge.state === "open" && (
              <DecidePurge
                requestId={purge.requestId}
                what={`${rangeWords(purge)}, recorded before ${purge.beforeDay}`}
                isOwn={purge.requestedById === ownId}
              />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Decision({ purge, nameOf }: { purge: PurgeView; nameOf: (id: string) => string }) {
  const { decidedById, decidedAt, state } = purge;
  if (decidedById === null || decidedAt === null) return null;
  return (
    <p className="text-muted">
      {state === "withdrawn" ? "Withdrawn" : "Approved"} by {nameOf(decidedById)}, <Time iso={decidedAt} form="exact" />
    </p>
  );
}
