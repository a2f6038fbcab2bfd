import type { ReactNode } from "react";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { ShareBar } from "#ui/share-bar.tsx";
import { Time } from "#ui/time.tsx";
import type { Coverage, CoverageCounts } from "../data.ts";
import { type Confirmation, coverageHref } from "../schema.ts";
import { percentWords } from "./percent-words.ts";
import { TextLink } from "./text-link.tsx";

const COLUMNS: TableColumn[] = [
  { id: "partner", header: "Partner" },
  { id: "links", header: "Bank links", width: "96px", align: "end", narrow: "aside" },
  { id: "bar", header: "Share", width: "15cqi", isWideOnly: true, narrow: "hidden" },
  { id: "day", header: "Confirmed in 24 h", width: "140px", align: "end", narrow: "line" },
  { id: "week", header: "In 7 d", width: "128px", align: "end", narrow: "line-end" },
  { id: "older", header: "Older", width: "80px", align: "end", narrow: "line" },
  { id: "never", header: "Never", width: "80px", align: "end", narrow: "line-end" },
  { id: "oldest", header: "Oldest unproven", width: "148px", align: "end", narrow: "line-wide" },
];

type CoverageTableProps = { coverage: Coverage; empty: ReactNode; now: string };

/** When the health of the links was last confirmed, per partner. Every number opens the links that it counts. */
export function CoverageTable({ coverage: { at, partners, total }, empty, now }: CoverageTableProps) {
  const rows = partners.map((counts) => toRow({ counts, partner: counts.partner, at, now }));
  return (
    <DataTable
      caption="Bank links by partner and by when their health was last confirmed"
      columns={COLUMNS}
      rows={partners.length > 1 ? [...rows, toRow({ counts: total, at, now })] : rows}
      empty={empty}
    />
  );
}

type RowInput = { counts: CoverageCounts; partner?: string; at: string; now: string };

function toRow({ counts, partner, at, now }: RowInput): TableRow {
  const { links, day, week, oldest } = counts;
  const link = (count: number, confirmed?: Confirmation) => (
    <Count count={count} href={coverageHref({ ...(partner && { partner }), ...(confirmed && { confirmed }), at })} />
  );
  return {
    id: partner === undefined ? "total" : `partner ${partner}`,
    cells: {
      partner: <span className="font-medium text-ink">{partner ?? "All partners"}</span>,
      links: <Told words="links">{link(links)}</Told>,
      bar: <ShareBar shares={[day / links, (week - day) / links]} />,
      day: (
        <Told words="in 24 h">
          <Percent part={day} of={links} /> <Place>{link(day, "day")}</Place>
        </Told>
      ),
      week: (
        <Told words="in 7 d">
          <Percent part={week} of={links} /> <Place>{link(week, "week")}</Place>
        </Told>
      ),
      older: <Told words="older">{link(counts.older, "older")}</Told>,
      never: <Told words="never">{link(counts.never, "never")}</Told>,
      oldest: oldest && <Oldest oldest={oldest} now={now} />,
    },
  };
}

/** Where the rows are stacked there is no header: then the number says itself what it counts. */
function Told({ words, children }: { words: string; children: ReactNode }) {
  return (
    <>
      {children} <span className="@min-[621px]:hidden">{words}</span>
    </>
  );
}

function Count({ count, href }: { count: number; href: string }) {
  if (count === 0) return <span className="text-muted">0</span>;
  return <TextLink href={href}>{count.toLocaleString("en")}</TextLink>;
}

/** Wide enough for most, so that the percentages before them stand under one another. */
function Place({ children }: { children: ReactNode }) {
  return <span className="inline-block text-right @min-[621px]:min-w-14">{children}</span>;
}

function Percent({ part, of }: { part: number; of: number }) {
  return <span className="text-muted">{percentWords(part, of)}</span>;
}

function Oldest({ oldest, now }: { oldest: NonNullable<CoverageCounts["oldest"]>; now: string }) {
  const { exchangeId, since, wasConfirmed } = oldest;
  return (
    <Told words="is the oldest unproven">
      {!wasConfirmed && <span className="text-muted">linked </span>}
      <TextLink href={`/exchanges/${exchangeId}`} isPanel>
        <Time iso={since} now={now} />
      </TextLink>
    </Told>
  );
}
