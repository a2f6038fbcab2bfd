import Link from "next/link";
import { StatusBadge } from "#ui/status-badge.tsx";
import type { Sealing } from "../data.ts";
import { sealingState } from "../schema.ts";
import { SealerSilence } from "./sealer-silence.tsx";

type MissingProofProps = { sealing: Sealing; mayReadAlarms: boolean };

/** Of an event that has no number: what it waits for. */
export function MissingProof({ sealing, mayReadAlarms }: MissingProofProps) {
  return (
    <div className="text-pretty text-table">
      <StatusBadge tone="waiting" label="Not sealed yet" />
      <p>
        <Wait sealing={sealing} mayReadAlarms={mayReadAlarms} />
      </p>
    </div>
  );
}

function Wait({ sealing, mayReadAlarms }: MissingProofProps) {
  const state = sealingState(sealing);
  if (state === "silent") return <SealerSilence sealer={sealing.sealer} />;
  if (state === "at_work") return "The sealer gives it a number within moments.";
  return (
    <>
      The sealer refuses to seal, because the audit trail is not as it must be. The event is kept, and gets its number
      when all is right again.{" "}
      {mayReadAlarms && (
        <Link
          href="/audit/checkpoints"
          className="text-accent underline decoration-1 decoration-edge underline-offset-2"
        >
          What was found
        </Link>
      )}
    </>
  );
}
