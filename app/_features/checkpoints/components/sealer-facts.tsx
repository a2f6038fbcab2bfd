import { Facts } from "#ui/facts.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { Sealing } from "../data.ts";
import type { CheckpointsView } from "../mutations.ts";
import { sealingState } from "../schema.ts";
import { SealerSilence } from "./sealer-silence.tsx";

type SealerFactsProps = Pick<CheckpointsView, "sealer" | "unsealed" | "alarms">;

/** Whether the process that numbers and signs is there, and how far it has come. */
export function SealerFacts({ sealer, alarms, unsealed: { unsealed, oldestAt } }: SealerFactsProps) {
  return (
    <Facts
      items={[
        { term: "Sealer", detail: <SignOfLife sealing={{ sealer, alarms }} /> },
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

function SignOfLife({ sealing: { sealer, alarms } }: { sealing: Sealing }) {
  const state = sealingState({ sealer, alarms });
  if (state === "silent" || !sealer)
    return (
      <>
        <StatusBadge tone="broken" label="Silent" />
        <span className="block">
          <SealerSilence sealer={sealer} />
        </span>
      </>
    );
  return (
    <>
      {state === "refusing" ? (
        <StatusBadge tone="broken" label="Refuses to seal" />
      ) : (
        <StatusBadge tone="proven" label="At work" />
      )}{" "}
      <span className="text-muted">
        · last sign of life <Time iso={sealer.beatAt.toISOString()} form="exact" />
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
