import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { ButtonLink } from "#ui/button.tsx";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect } from "#ui/filter-fields.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { Notice } from "#ui/notice.tsx";
import { Pager } from "#ui/pager.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CoveredLinksScreen } from "../loaders.ts";
import { CONFIRMATIONS, type CoverageAddress, coverageHref } from "../schema.ts";
import { CONFIRMATION_WORDS } from "./confirmation-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "customer", header: "Customer" },
  { id: "partner", header: "Partner", width: "14cqi" },
  { id: "health", header: "Health", width: "180px", narrow: "aside" },
  { id: "confirmed", header: "Last confirmed", width: "140px", narrow: "line-end" },
  { id: "linked", header: "Linked", width: "120px", isWideOnly: true, narrow: "hidden" },
  { id: "id", header: "Exchange id", width: "140px", isWideOnly: true, narrow: "hidden" },
];

/** The links that one number of the coverage page counts: filter row, table, foot. All of its state is in the address. */
export function CoveredLinks({ screen }: { screen: CoveredLinksScreen }) {
  const { address, links, partners, ignored, hasMovedOn, now } = screen;
  const { rows, total, position, nextCursor, previousCursor } = links;
  return (
    <>
      {hasMovedOn && (
        <Notice tone="info" title="These are the links of now">
          Too much has been confirmed since the number was counted that this address was opened from.
        </Notice>
      )}
      <IgnoredNotice names={ignored} />
      <FilterBar action="/coverage/exchanges" label="Filter the bank links" keep={{ at: address.at }}>
        <FilterSelect
          label="Partner"
          name="partner"
          value={address.partner ?? ""}
          options={partners.map((name) => ({ value: name, label: name }))}
        />
        <FilterSelect
          label="Confirmed"
          name="confirmed"
          value={address.confirmed ?? ""}
          options={CONFIRMATIONS.map((value) => ({ value, label: CONFIRMATION_WORDS[value].filter }))}
        />
      </FilterBar>
      <ActiveFilters filters={activeFilters(address)} clearHref={coverageHref(onlyInstant(address))} />
      <DataTable
        caption="Bank links, the one that is unproven for longest first"
        columns={COLUMNS}
        rows={rows.map((row) => ({
          id: row.exchangeId,
          href: `/exchanges/${row.exchangeId}`,
          cells: {
            customer: <bdi>{row.customerName}</bdi>,
            partner: row.partner,
            health: <StatusBadge {...HEALTH_WORDS[row.health]} />,
            confirmed: row.confirmedAt ? <Time iso={row.confirmedAt} now={now} /> : "never",
            linked: <Time iso={row.linkedAt} now={now} />,
            id: <ShortId value={row.exchangeId} />,
          },
        }))}
        empty={<NoLinks total={total} address={address} />}
      />
      {total > 0 && (
        <Pager
          from={rows.length === 0 ? 0 : position + 1}
          to={position + rows.length}
          total={total}
          noun={total === 1 ? "bank link" : "bank links"}
          {...(previousCursor && { previousHref: coverageHref(address, { before: previousCursor }) })}
          {...(nextCursor && { nextHref: coverageHref(address, { after: nextCursor }) })}
        />
      )}
    </>
  );
}

function NoLinks({ total, address }: { total: number; address: CoverageAddress }) {
  if (total > 0) {
    return (
      <EmptyState
        title="The list has become shorter than this page"
        action={<ButtonLink href={coverageHref(address)}>Go to the first page</ButtonLink>}
      >
        Links have been removed since this address was made.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No bank link matches"
      action={<ButtonLink href={coverageHref(onlyInstant(address))}>Clear filters</ButtonLink>}
    >
      Removed links are never counted here.
    </EmptyState>
  );
}

function activeFilters(address: CoverageAddress) {
  const { partner, confirmed, at } = address;
  return [
    { name: "partner", label: "Partner", value: partner, rest: { at, confirmed } },
    {
      name: "confirmed",
      label: "Confirmed",
      value: confirmed && CONFIRMATION_WORDS[confirmed].filter,
      rest: { at, partner },
    },
  ].flatMap(({ label, value, rest }) =>
    value === undefined ? [] : [{ label, value, removeHref: coverageHref(rest) }],
  );
}

function onlyInstant({ at }: CoverageAddress): CoverageAddress {
  return { at };
}
