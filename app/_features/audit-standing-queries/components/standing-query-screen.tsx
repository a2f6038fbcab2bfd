import type { ReactNode } from "react";
import { ButtonLink } from "#ui/button.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import type { loadStandingQuery } from "../loaders.ts";
import { ROWS_SHOWN, type StandingQuery, standingHref, trailHref } from "../schema.ts";
import { BurstTable } from "./burst-table.tsx";
import { StandingPeriods } from "./standing-periods.tsx";
import { countWords, QUERY_WORDS } from "./standing-words.ts";

type StandingQueryPage = NonNullable<Awaited<ReturnType<typeof loadStandingQuery>>>;
type StandingQueryScreenProps = {
  page: StandingQueryPage;
  /** The events as rows. */
  children: ReactNode;
};

export function StandingQueryScreen({ page, children }: StandingQueryScreenProps) {
  const { query, period, ignored, total, bursts, names } = page;
  const words = TRAIL_WORDS[query];
  return (
    <>
      <PageHead
        title={QUERY_WORDS[query].label}
        summary={`${QUERY_WORDS[query].finds} Reading this page is itself on record.`}
        action={
          <span className="flex gap-2" data-screen-only>
            <ButtonLink tone="quiet" href={standingHref(null, period)}>
              All queries
            </ButtonLink>
            {words && <ButtonLink href={trailHref(page, words)}>Open in the trail</ButtonLink>}
          </span>
        }
      />
      <StandingPeriods query={query} current={period} />
      <IgnoredNotice names={ignored} />
      {query === "bursts" ? <BurstTable bursts={bursts} names={names} /> : children}
      <p className="mt-2 px-2 text-muted text-table">{foundWords(total)}</p>
    </>
  );
}

/** Only where the trail's own filter says the very same. */
const TRAIL_WORDS: Partial<Record<StandingQuery, Record<string, string>>> = {
  refused: { decision: "deny" },
  exports: { action: "audit.exported" },
};

function foundWords(total: number): string {
  const found = total === 1 ? "1 found" : `${countWords(total)} found`;
  return total > ROWS_SHOWN
    ? `${found}; the newest ${ROWS_SHOWN} are shown. A shorter period shows the others.`
    : found;
}
