import type { ReactNode } from "react";
import { sweepFailureWords } from "#domain/sweep-words.ts";
import type { LatestSweep } from "#features/sweeps/data.ts";
import { Notice } from "#ui/notice.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { Time } from "#ui/time.tsx";
import type { Freshness } from "../loaders.ts";

const RUNNING_REFRESH_MS = 3_000;

type FreshnessNoticeProps = { freshness: Freshness; sweepOperation: ReactNode };

/** Said above the list when it may not be the whole truth: nothing while it is. */
export function FreshnessNotice({ freshness, sweepOperation }: FreshnessNoticeProps) {
  const { latest, checkedAt, isOverdue } = freshness;
  if (latest?.state === "running" && checkedAt === null) return <FirstSweep sweep={latest} action={sweepOperation} />;
  if (latest?.state === "paused") return <PausedSweep checkedAt={checkedAt} action={sweepOperation} />;
  if (latest?.state === "failed") {
    return (
      <Notice tone="warning" title={sweepFailureWords(latest.failure)}>
        <DataFrom checkedAt={checkedAt} /> Reading is safe; a session may be refused until this is over. The next sweep
        starts by itself.
      </Notice>
    );
  }
  if (!isOverdue) return latest && latest.customersSkipped > 0 ? <Unread count={latest.customersSkipped} /> : null;
  return (
    <Notice tone="warning" title="This list is older than it should be">
      <DataFrom checkedAt={checkedAt} />{" "}
      {latest?.state === "running"
        ? "A sweep is under way."
        : "No sweep is running: an engineer should look at the worker."}
    </Notice>
  );
}

function Unread({ count }: { count: number }) {
  const who = count === 1 ? "1 customer" : `${count.toLocaleString("en")} customers`;
  return (
    <Notice tone="warning" title={`${who} could not be read in the last sweep`}>
      Dwolla’s answers about them were unusable, so a broken link of theirs may be missing here. The next sweep tries
      again.
    </Notice>
  );
}

function PausedSweep({ checkedAt, action }: { checkedAt: string | null; action: ReactNode }) {
  return (
    <Notice tone="warning" title="The sweep is paused" action={action}>
      <DataFrom checkedAt={checkedAt} /> Nothing is read until somebody resumes it, and no other sweep begins.
    </Notice>
  );
}

function FirstSweep({ sweep, action }: { sweep: LatestSweep; action: ReactNode }) {
  const { phase, pagesDone, pagesTotal, customersTotal, customersRead, brokenFound } = sweep;
  const percent = pagesTotal ? `: ${Math.floor((100 * pagesDone) / pagesTotal)} %` : "";
  const listed = customersTotal === null ? "The customers" : `${customersTotal.toLocaleString("en")} customers`;
  return (
    <Notice
      tone="info"
      title={`${phase === "list" ? "Customers are being listed" : "The first sweep is running"}${percent}`}
      action={action}
    >
      <RefreshEvery intervalMs={RUNNING_REFRESH_MS} />
      {phase === "list"
        ? `${listed} are being listed; then their bank links are looked at, the riskiest first.`
        : `Of ${listed} ${customersRead.toLocaleString("en")} were looked at, ${brokenFound.toLocaleString("en")} broken links found so far.`}{" "}
      The list is not complete yet; this page follows by itself.
    </Notice>
  );
}

function DataFrom({ checkedAt }: { checkedAt: string | null }) {
  if (checkedAt === null) return <>No sweep has finished yet, so the list may be incomplete.</>;
  return (
    <>
      You are looking at data from <Time iso={checkedAt} form="exact" />.
    </>
  );
}
