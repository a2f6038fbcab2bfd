import { ButtonLink } from "#ui/button.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import type { loadCheckpoints } from "../loaders.ts";
import { AlarmNotices } from "./alarm-notices.tsx";
import { CheckpointsTable } from "./checkpoints-table.tsx";
import { PublicKey } from "./public-key.tsx";
import { SealerFacts } from "./sealer-facts.tsx";

export function CheckpointsScreen({ view }: { view: Awaited<ReturnType<typeof loadCheckpoints>> }) {
  const { checkpoints, hasOlder, keys, alarms, print } = view;
  const oldest = checkpoints.at(-1);
  return (
    <>
      <PrintHead
        title="Checkpoints of the audit trail"
        print={print}
        facts={[{ term: "Shown", detail: `${checkpoints.length} checkpoints` }]}
      />
      <PageHead
        title="Checkpoints"
        summary="Signed statements of the whole audit trail, newest first. Reading this page is itself on record."
      />
      <AlarmNotices alarms={alarms} />
      <SealerFacts {...view} />
      <SectionHead
        title="Checkpoints"
        note="each checked anew: its signature, and that the trail still begins with it"
      />
      <CheckpointsTable checkpoints={checkpoints} />
      {hasOlder && oldest && (
        <div className="mt-2 flex justify-end">
          <ButtonLink href={`/audit/checkpoints?before=${oldest.size}`}>Earlier checkpoints</ButtonLink>
        </div>
      )}
      <PublicKey keys={keys} />
    </>
  );
}
