import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import type { loadStandingCounts } from "../loaders.ts";
import { STANDING_QUERIES, standingHref } from "../schema.ts";
import { StandingPeriods } from "./standing-periods.tsx";
import { countWords, endWords, QUERY_WORDS, timesWords } from "./standing-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "label", header: "Query", width: "220px" },
  { id: "finds", header: "Finds", narrow: "line-wide" },
  { id: "count", header: "Found", width: "230px", align: "end", narrow: "aside" },
];

type StandingOverviewProps = { page: Awaited<ReturnType<typeof loadStandingCounts>> };

export function StandingOverview({
  page: { counts, exportEnds, period, from, until, ignored, print },
}: StandingOverviewProps) {
  const times = timesWords({ from, until });
  return (
    <>
      <PrintHead title="Standing queries" print={print} facts={[{ term: "Recorded", detail: times }]} />
      <PageHead
        title="Standing queries"
        summary={`What compliance asks again and again, recorded ${times}. Reading this page is itself on record.`}
      />
      <StandingPeriods query={null} current={period} />
      <IgnoredNotice names={ignored} />
      <DataTable
        caption="Standing queries"
        columns={COLUMNS}
        rows={STANDING_QUERIES.map((query) => ({
          id: query,
          href: standingHref(query, period),
          cells: {
            label: QUERY_WORDS[query].label,
            finds: <span className="text-muted">{QUERY_WORDS[query].finds}</span>,
            count: <Count count={counts[query]} note={query === "exports" ? endWords(exportEnds) : ""} />,
          },
        }))}
        empty={<EmptyState title="There are no standing queries" />}
      />
    </>
  );
}

function Count({ count, note }: { count: number; note: string }) {
  return (
    <>
      <span className={`tabular-nums ${count > 0 ? "font-medium" : "text-muted"}`}>{countWords(count)}</span>
      {note && <span className="text-muted">, {note}</span>}
    </>
  );
}
