import { KEEP_AUDIT_MONTHS } from "#domain/audit-retention.ts";
import { type Fact, Facts } from "#ui/facts.tsx";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { Time } from "#ui/time.tsx";
import type { RetentionScreenView } from "../loaders.ts";
import { PurgeList } from "./purge-list.tsx";
import { numberWords } from "./purge-words.ts";
import { RequestPurge } from "./request-purge.tsx";

/** What the trail keeps since when, and who had what deleted. */
export function RetentionScreen({ view }: { view: RetentionScreenView }) {
  const { mayRequest, newestDay, purges, print } = view;
  return (
    <>
      {purges.some(({ state }) => state === "approved") && <LiveRefresh href="/api/changes" />}
      <PrintHead title="Retention" print={print} facts={[{ term: "Shown", detail: `${purges.length} purges` }]} />
      <PageHead
        title="Retention"
        summary={`Audit events stay for ${KEEP_AUDIT_MONTHS} months at least. After that two people may have them deleted; numbers and hashes stay, so every proof stays valid.`}
      />
      <div className="max-w-2xl">
        <Facts items={trailFacts(view)} />
      </div>
      <SectionHead
        title="Purges"
        note={purges.length === 0 ? "none was ever asked for" : "newest first"}
        action={mayRequest && <RequestPurge newestDay={newestDay} />}
      />
      <PurgeList {...view} />
    </>
  );
}

function trailFacts({ oldestAt, newestNumber, purgedUpTo, newestDay }: RetentionScreenView): Fact[] {
  return [
    { term: "Oldest event", detail: oldestAt && <Time iso={oldestAt} form="exact" /> },
    { term: "Newest number", detail: newestNumber === 0 ? "nothing is sealed yet" : numberWords(newestNumber) },
    { term: "Purged so far", detail: purgedUpTo === 0 ? "nothing" : `numbers 1 to ${numberWords(purgedUpTo)}` },
    { term: "May be purged", detail: `what is sealed, signed and recorded before ${newestDay}` },
  ];
}
