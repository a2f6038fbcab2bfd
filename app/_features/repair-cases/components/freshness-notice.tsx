import type { LatestSweep } from "#features/sweeps/data.ts";
import type { SweepFailure } from "#features/sweeps/schema.ts";
import { Notice } from "#ui/notice.tsx";
import { Time } from "#ui/time.tsx";
import type { Freshness } from "../loaders.ts";
import { RefreshEvery } from "./refresh-every.tsx";

const RUNNING_REFRESH_MS = 3_000;

const FAILURE_WORDS: Record<SweepFailure, string> = {
  unknown_exchange: "The last sweep was given up",
  gone: "Dwolla does not know this account’s customers",
  refused: "Dwolla refused the last sweep",
  rate_limited: "Dwolla asked us to slow down",
  unreachable: "Dwolla is not answering",
  unreadable: "Dwolla’s answers could not be read",
  unexpected: "The last sweep stopped for a reason of our own",
  plan_lost: "The last sweep ended with a restart of the database",
};

/** Said above the list when it may not be the whole truth: nothing while it is. */
export function FreshnessNotice({ freshness: { latest, checkedAt, isOverdue } }: { freshness: Freshness }) {
  if (latest?.state === "running" && checkedAt === null) return <FirstSweep sweep={latest} />;
  if (latest?.state === "failed") {
    return (
      <Notice tone="warning" title={failureTitle(latest.failure)}>
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

function FirstSweep({ sweep }: { sweep: LatestSweep }) {
  const { phase, pagesDone, pagesTotal, customersTotal, customersRead, brokenFound } = sweep;
  const percent = pagesTotal ? `: ${Math.floor((100 * pagesDone) / pagesTotal)} %` : "";
  const listed = customersTotal === null ? "The customers" : `${customersTotal.toLocaleString("en")} customers`;
  return (
    <Notice
      tone="info"
      title={`${phase === "list" ? "Customers are being listed" : "The first sweep is running"}${percent}`}
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

function failureTitle(failure: string | null): string {
  return Object.entries(FAILURE_WORDS).find(([word]) => word === failure)?.[1] ?? FAILURE_WORDS.unexpected;
}
