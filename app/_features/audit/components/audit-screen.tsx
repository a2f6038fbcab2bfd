import type { ReactNode } from "react";
import { ButtonLink } from "#ui/button.tsx";
import { Notice } from "#ui/notice.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { Pager } from "#ui/pager.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { AuditScope } from "../data.ts";
import type { loadAuditPage } from "../loaders.ts";
import { type AuditFilter, auditPageHref } from "../schema.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditTable } from "./audit-table.tsx";
import { parameterWords } from "./audit-words.ts";

type AuditScreenProps = {
  page: Awaited<ReturnType<typeof loadAuditPage>>;
  /** The ways to take these rows along, for who may. */
  exports: ReactNode;
};

export function AuditScreen({ page, exports }: AuditScreenProps) {
  const { events, names, total, newer, filter, scope, staff, ignored, maySeeRetention } = page;
  const first = events[0];
  const last = events.at(-1);
  const hasOlder = newer + events.length < total;
  return (
    <>
      <PageHead
        title="Audit"
        summary={summary(total, filter, scope)}
        action={
          <>
            {maySeeRetention && <ButtonLink href="/audit/retention">Retention</ButtonLink>}
            {exports}
          </>
        }
      />
      <AuditFilters filter={filter} staff={staff} />
      {ignored.length > 0 && (
        <Notice tone="warning" title={`Left out of the filter: ${ignored.map(parameterWords).join(", ")}`}>
          The address had {ignored.length === 1 ? "a value" : "values"} there that this page does not know. What you see
          is the rest of the filter.
        </Notice>
      )}
      <AuditTable events={events} names={names} />
      <Pager
        from={events.length > 0 ? newer + 1 : 0}
        to={newer + events.length}
        total={total}
        noun="audit events"
        {...(newer > 0 && first && { previousHref: auditPageHref(filter, "before", first) })}
        {...(hasOlder && last && { nextHref: auditPageHref(filter, "after", last) })}
      />
    </>
  );
}

function summary(total: number, filter: AuditFilter, scope: AuditScope): string {
  const whose = scope.all ? "" : " of your own acts";
  const count = total === 1 ? "1 event" : `${total.toLocaleString("en")} events`;
  return `${count}${whose}, recorded from ${formatUtc(filter.from.toISOString())} to ${formatUtc(filter.until.toISOString())}. Reading this page is itself on record.`;
}
