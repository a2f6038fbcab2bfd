import { type ReactNode, Suspense } from "react";
import { formatAuditSearch } from "#features/audit-search/schema.ts";
import { Notice } from "#ui/notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PageTurner } from "#ui/pager.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import type { loadAuditPage } from "../loaders.ts";
import { auditPageHref } from "../schema.ts";
import { AuditCountWords } from "./audit-count.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditTable } from "./audit-table.tsx";
import { parameterWords, timesWords } from "./audit-words.ts";

type AuditPage = Awaited<ReturnType<typeof loadAuditPage>>;

type AuditScreenProps = {
  page: AuditPage;
  /** The ways to take these rows along, for who may. */
  exports: ReactNode;
};

export function AuditScreen({ page, exports }: AuditScreenProps) {
  const { events, names, hasNewer, hasOlder, filter, staff } = page;
  const first = events[0];
  const last = events.at(-1);
  return (
    <>
      <OnPaper page={page} />
      <div className="print:hidden">
        <PageHead title="Audit" summary={summary(page)} action={exports} />
      </div>
      <AuditFilters filter={filter} staff={staff} />
      <LeftOut page={page} />
      <AuditTable events={events} names={names} />
      <PageTurner
        words={<Shown page={page} />}
        previousHref={hasNewer && first ? auditPageHref(filter, "before", first) : undefined}
        nextHref={hasOlder && last ? auditPageHref(filter, "after", last) : undefined}
      />
    </>
  );
}

/** How many rows stand here, and of how many; the second is counted while the rows are read already. */
function Shown({ page: { events, hasNewer, hasOlder, count } }: { page: AuditPage }) {
  if (!hasNewer && !hasOlder) return events.length === 1 ? "1 event" : `${events.length || "No"} events`;
  return (
    <>
      {events.length} shown of{" "}
      <Suspense fallback="…">
        <AuditCountWords count={count} />
      </Suspense>
    </>
  );
}

function OnPaper({ page }: { page: AuditPage }) {
  const { filter, scope, print } = page;
  return (
    <PrintHead
      title={scope.all ? "Audit trail" : "Audit trail, own acts"}
      print={print}
      facts={[
        { term: "Filter", detail: formatAuditSearch(filter.terms) || "none" },
        { term: "Recorded", detail: timesWords(filter) },
        { term: "Shown", detail: <Shown page={page} /> },
      ]}
    />
  );
}

/** What the address asked for and this page cannot, with the reasons. */
function LeftOut({ page: { ignored, leftOut } }: { page: AuditPage }) {
  if (ignored.length + leftOut.length === 0) return null;
  return (
    <Notice tone="warning" title="Left out of the filter">
      <ul className="wrap-anywhere">
        {ignored.map((name) => (
          <li key={name}>{parameterWords(name)}: the address had a value there that makes no sense</li>
        ))}
        {leftOut.map(({ text, because }) => (
          <li key={text}>
            <code className="font-mono text-table">{text}</code>: {because}
          </li>
        ))}
      </ul>
      What you see is the rest of the filter.
    </Notice>
  );
}

function summary({ filter, scope }: AuditPage): string {
  const whose = scope.all ? "Events" : "Your own acts";
  const joint = filter.period ? " of " : ", ";
  return `${whose}${joint}${timesWords(filter)}, newest first. Reading this page is itself on record.`;
}
