import { Facts } from "#ui/facts.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CheckpointsView } from "../mutations.ts";
import { SILENT_AFTER_MS, stopsSealing } from "../schema.ts";

type SealerFactsProps = Pick<CheckpointsView, "sealer" | "unsealed" | "alarms">;

/** Whether the process that numbers and signs is there, and how far it has come. */
export function SealerFacts({ sealer, alarms, unsealed: { unsealed, oldestAt } }: SealerFactsProps) {
  return (
    <Facts
      items={[
        { term: "Sealer", detail: <SignOfLife sealer={sealer} alarms={alarms} /> },
        { term: "Sealed events", detail: sealer?.size.toLocaleString("en") },
        {
          term: "Not sealed yet",
          detail: (
            <>
              {unsealed.toLocaleString("en")}
              {oldestAt && (
                <>
                  , the oldest since <Time iso={oldestAt.toISOString()} form="exact" />
                </>
              )}
            </>
          ),
        },
        { term: "Compared again", detail: <Patrol sealer={sealer} /> },
      ]}
    />
  );
}

function SignOfLife({ sealer, alarms }: Pick<SealerFactsProps, "sealer" | "alarms">) {
  if (!sealer) return <StatusBadge tone="warning" label="No sealer has run yet" />;
  const beat = <Time iso={sealer.beatAt.toISOString()} form="exact" />;
  if (sealer.silentMs <= SILENT_AFTER_MS) {
    const isStopped = alarms.some(({ kind }) => stopsSealing(kind));
    return (
      <>
        <StatusBadge tone={isStopped ? "broken" : "proven"} label={isStopped ? "Refuses to seal" : "At work"} />{" "}
        <span className="text-muted">· last sign of life {beat}</span>
      </>
    );
  }
  return (
    <>
      <StatusBadge tone="broken" label="Silent" />{" "}
      <span>
        · the sealer has not been heard of since {beat}; what is recorded meanwhile is kept, and sealed when it is back
      </span>
    </>
  );
}

function Patrol({ sealer }: Pick<SealerFactsProps, "sealer">) {
  if (!sealer) return "–";
  const { patrolledTo, patrolRoundAt } = sealer;
  const round = patrolRoundAt ? <Time iso={patrolRoundAt.toISOString()} form="exact" /> : "not yet since it started";
  return (
    <>
      Whole trail last found as sealed: {round}
      {patrolledTo > 0 && `; this round is at event ${patrolledTo.toLocaleString("en")}`}
    </>
  );
}
