import type { ReactNode } from "react";
import { ButtonLink } from "#ui/button.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import type { loadStandingQuery } from "../loaders.ts";
import { proofTimes, ROWS_SHOWN, standingHref, trailHref } from "../schema.ts";
import { BurstTable } from "./burst-table.tsx";
import { StandingPeriods } from "./standing-periods.tsx";
import { countWords, endWords, QUERY_WORDS, timesWords } from "./standing-words.ts";

type StandingQueryPage = NonNullable<Awaited<ReturnType<typeof loadStandingQuery>>>;
type StandingQueryScreenProps = {
  page: StandingQueryPage;
  /** The events as rows. */
  children: ReactNode;
};

export function StandingQueryScreen({ page, children }: StandingQueryScreenProps) {
  const { query, period, ignored, total, bursts, names, exportEnds } = page;
  const trail = trailLink(page);
  const found = foundWords(total, endWords(exportEnds));
  return (
    <>
      <PrintHead
        title="Standing query of the audit trail"
        print={page.print}
        facts={[
          { term: "Filter", detail: QUERY_WORDS[query].label },
          { term: "Recorded", detail: timesWords(page) },
          { term: "Shown", detail: found },
        ]}
      />
      <PageHead
        title={QUERY_WORDS[query].label}
        summary={`${QUERY_WORDS[query].finds} Reading this page is itself on record.`}
        action={
          <span className="flex gap-2" data-screen-only>
            <ButtonLink href={standingHref(null, period)}>All queries</ButtonLink>
            {trail && <ButtonLink href={trail.href}>{trail.label}</ButtonLink>}
          </span>
        }
      />
      <StandingPeriods query={query} current={period} />
      <IgnoredNotice names={ignored} />
      {query === "bursts" ? <BurstTable bursts={bursts} names={names} /> : children}
      <p className="mt-2 px-2 text-muted text-table">{found}</p>
    </>
  );
}

/** What the trail's own filter can say; the label names it where that is more than the query finds. Of bursts each row has its own. */
function trailLink({ query, from, until }: StandingQueryPage): { label: string; href: string } | null {
  const times = { from, until };
  switch (query) {
    case "refused":
      return { label: "Open in the trail", href: trailHref(times, "decision:deny") };
    case "unproven_reveals":
      return {
        label: "All reveals in the trail",
        href: trailHref(proofTimes(times), "action:reauth_session.revealed"),
      };
    case "exports":
      return { label: "Exports of the trail", href: trailHref(times, "action:audit.exported") };
    case "off_hours":
    case "left":
      return { label: "All events in the trail", href: trailHref(times) };
    case "bursts":
      return null;
  }
}

function foundWords(total: number, ends: string): string {
  const all = total === 1 ? "1 found" : `${countWords(total)} found`;
  const found = ends ? `${all}, ${ends}` : all;
  return total > ROWS_SHOWN
    ? `${found}; the newest ${ROWS_SHOWN} are shown. A shorter period shows the others.`
    : found;
}
