import type { ReactNode } from "react";
import { CAUSES, causeWords, REPAIR_CASE_STATE_WORDS } from "#domain/plain-words.ts";
import { OPEN_STATES } from "#domain/repair-case.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { Pager } from "#ui/pager.tsx";
import type { WorklistScreen } from "../loaders.ts";
import { sortText, type WorklistAddress, worklistHref } from "../schema.ts";
import { FreshnessNotice } from "./freshness-notice.tsx";
import { worklistCells, worklistColumns } from "./worklist-cells.tsx";
import { WorklistEmpty } from "./worklist-empty.tsx";
import { WorklistTable } from "./worklist-table.tsx";

/** The open repair cases: filter row, table, foot. All of its state is in the address. */
export function Worklist({ screen, sweepOperation }: { screen: WorklistScreen; sweepOperation: ReactNode }) {
  const { address, page, partners, mayReadNames, mayCreate, now, ignored } = screen;
  const { rows, matching, position, nextCursor, previousCursor } = page;
  return (
    <>
      <LiveRefresh href="/api/changes" />
      <FreshnessNotice freshness={screen.freshness} sweepOperation={sweepOperation} />
      <IgnoredNotice names={ignored} />
      <FilterBar action="/" label="Filter the worklist" keep={{ sort: keptSort(address) }}>
        <SearchField label={mayReadNames ? "Search by name, e-mail or id" : "Search by id"} value={address.q ?? ""} />
        <FilterSelect label="Partner" name="partner" value={address.partner ?? ""} options={partners.map(sameWords)} />
        <FilterSelect
          label="Cause"
          name="cause"
          value={address.cause ?? ""}
          options={CAUSES.map((cause) => ({ value: cause, label: causeWords(cause).says }))}
        />
        <FilterSelect
          label="State"
          name="state"
          value={address.state ?? ""}
          options={OPEN_STATES.map((state) => ({ value: state, label: REPAIR_CASE_STATE_WORDS[state].label }))}
        />
      </FilterBar>
      <ActiveFilters filters={activeFilters(address)} clearHref={worklistHref({ sort: address.sort })} />
      <WorklistTable
        columns={worklistColumns}
        rows={rows.map((row) => ({
          id: row.exchangeId,
          href: `/exchanges/${row.exchangeId}`,
          cells: worklistCells(row, now),
        }))}
        sort={{ columnId: address.sort.column, direction: address.sort.isDescending ? "descending" : "ascending" }}
        sortHrefs={sortHrefs(address, mayReadNames)}
        mayCreate={mayCreate}
        empty={<WorklistEmpty screen={screen} />}
      />
      {matching > 0 && (
        <Pager
          from={rows.length === 0 ? 0 : position + 1}
          to={position + rows.length}
          total={matching}
          noun={matching === 1 ? "link" : "links"}
          {...(previousCursor && { previousHref: worklistHref(address, { before: previousCursor }) })}
          {...(nextCursor && { nextHref: worklistHref(address, { after: nextCursor }) })}
        />
      )}
    </>
  );
}

/** The usual sort stays out of the address. */
function keptSort(address: WorklistAddress): string | undefined {
  const text = sortText(address.sort);
  return text === "since" ? undefined : text;
}

function activeFilters(address: WorklistAddress) {
  const { q, partner, cause, state } = address;
  return [
    { name: "q", label: "Search", value: q },
    { name: "partner", label: "Partner", value: partner },
    { name: "cause", label: "Cause", value: cause && causeWords(cause).says },
    { name: "state", label: "State", value: state && REPAIR_CASE_STATE_WORDS[state].label },
  ].flatMap(({ name, label, value }) =>
    value === undefined ? [] : [{ label, value, removeHref: worklistHref(address, { [name]: undefined }) }],
  );
}

/** The other direction for the column that is sorted by; for the others ascending. */
function sortHrefs(address: WorklistAddress, mayReadNames: boolean): Record<string, string> {
  const sortable = mayReadNames
    ? (["customer", "partner", "since", "state"] as const)
    : (["partner", "since", "state"] as const);
  return Object.fromEntries(
    sortable.map((column) => {
      const isDescending = address.sort.column === column && !address.sort.isDescending;
      return [column, worklistHref(address, { sort: { column, isDescending } })];
    }),
  );
}

function sameWords(name: string): { value: string; label: string } {
  return { value: name, label: name };
}
