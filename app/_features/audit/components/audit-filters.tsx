import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { AUDIT_ACTIONS, AUDIT_DECISIONS, AUDIT_OUTCOMES } from "#domain/audit-event.ts";
import { type AuditTerm, COMMAND_ACTORS, formatAuditSearch, LONGEST_SEARCH } from "#features/audit-search/schema.ts";
import type { StaffMemberView } from "#features/staff/data.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { Button } from "#ui/button.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { SearchField } from "#ui/filter-fields.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import { AUDIT_PERIODS, type AuditFilter, auditHref, auditPeriodHref, auditTermsHref, isByCreated } from "../schema.ts";
import { actionWords, DECISION_WORDS, OUTCOME_LOOKS, PERIOD_WORDS } from "./audit-words.ts";
import { FilterText } from "./filter-text.tsx";
import { SearchBuilder, type SearchChoice } from "./search-builder.tsx";
import { qualifierWords } from "./search-words.ts";

type AuditFiltersProps = {
  filter: AuditFilter;
  /** Who can be chosen as actor; empty for people who see only their own acts. */
  staff: StaffMemberView[];
};

export function AuditFilters({ filter, staff }: AuditFiltersProps) {
  const q = formatAuditSearch(filter.terms);
  return (
    <>
      <PeriodTabs filter={filter} />
      <FilterBar action="/audit" label="Filter the audit trail" keep={{ period: filter.period ?? undefined }}>
        <SearchField
          label="Search: an id or ticket, or action:reauth_session.* -outcome:succeeded"
          value={q}
          isWide
          maxLength={LONGEST_SEARCH}
        />
        <Fold title="Add a filter">
          <SearchBuilder choices={choices(staff)} q={q} href={auditHref(filter, { q: null })} />
        </Fold>
        <ChosenTimes filter={filter} />
        <Fold title="How to search">
          <SearchHelp />
        </Fold>
      </FilterBar>
      <ActiveFilters filters={chips(filter, staff)} clearHref="/audit" />
    </>
  );
}

/** Closed beside the search, open below it: most questions are answered without. */
function Fold({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: ReactNode }) {
  return (
    <details open={isOpen} className="group text-table open:basis-full">
      <summary className="flex h-8 w-fit list-none items-center gap-1 rounded-md px-2 text-muted hover:bg-hover hover:text-ink [&::-webkit-details-marker]:hidden">
        {title}
        <ChevronDown size={14} aria-hidden className="group-open:rotate-180" />
      </summary>
      {children}
    </details>
  );
}

function PeriodTabs({ filter }: { filter: AuditFilter }) {
  const items = AUDIT_PERIODS.map((period) => ({
    href: auditPeriodHref(filter, period),
    label: PERIOD_WORDS[period],
    isCurrent: filter.period === period,
  }));
  const chosen = { href: auditHref(filter), label: "Chosen times", isCurrent: true };
  return <TabLinks label="Period" items={filter.period ? items : [...items, chosen]} />;
}

/** To the minute; absent where the search itself says the times, because it would win. */
function ChosenTimes({ filter }: { filter: AuditFilter }) {
  if (isByCreated(filter)) return null;
  return (
    <Fold title="Choose times" isOpen={filter.period === null}>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <FilterText
          label="From, UTC"
          name="from"
          type="datetime-local"
          value={filter.period ? "" : fieldTime(filter.from)}
        />
        <FilterText
          label="To, UTC"
          name="to"
          type="datetime-local"
          value={filter.isOpen ? "" : fieldTime(filter.until)}
        />
        <Button type="submit">Apply</Button>
      </div>
    </Fold>
  );
}

function SearchHelp() {
  return (
    <dl className="mt-2 grid max-w-3xl gap-x-4 gap-y-1 sm:grid-cols-[max-content_minmax(0,1fr)]">
      {HELP.map(([example, words]) => (
        <div key={example} className="contents">
          <dt>
            <code className="font-mono text-label">{example}</code>
          </dt>
          <dd className="text-muted max-sm:mb-1">{words}</dd>
        </div>
      ))}
    </dl>
  );
}

const HELP = [
  ["9f3c21ab", "any id, or its beginning from 4 characters on (events and operations: 8), or a ticket"],
  ["actor:me", "your own acts; other people are chosen by name under “Add a filter”"],
  ['actor:"command: audit-*"', "commands; jobs by their name, such as actor:sweep.*"],
  ["action:reauth_session.*", "* stands for anything; for ids and tickets at their end"],
  ["outcome:failed outcome:unknown", "several values of one kind: any of them"],
  ["-action:audit.viewed", "a minus leaves out"],
  ['ticket:"OPS 12"', "quotes hold a value with spaces together"],
  ["created:>=2026-11-01", "also >, <, <=, 2026-11, 2026-11-01..2026-11-15; UTC; instead of the period"],
  ["target: customer: operation: request:", "by id; decision: is allow or deny"],
] as const;

function choices(staff: StaffMemberView[]): SearchChoice[] {
  const people = staff.map(({ id, name, role }) => ({ value: id, label: `${name}, ${role}` }));
  const commands = COMMAND_ACTORS.map((actor) => ({ value: actor, label: `System: ${actor}` }));
  const actors = [{ value: "me", label: "Me" }, ...people, { value: "anonymous", label: "Not signed in" }, ...commands];
  const actions = AUDIT_ACTIONS.map((action) => ({ value: action, label: actionWords(action) }));
  const outcomes = AUDIT_OUTCOMES.map((outcome) => ({ value: outcome, label: OUTCOME_LOOKS[outcome].label }));
  const decisions = AUDIT_DECISIONS.map((decision) => ({ value: decision, label: DECISION_WORDS[decision] }));
  const choice = (qualifier: NonNullable<AuditTerm["qualifier"]>, more: Partial<SearchChoice>) => ({
    qualifier,
    label: qualifierWords({ qualifier, isNegated: false }),
    ...more,
  });
  return [
    ...(staff.length > 0 ? [choice("actor", { options: actors })] : []),
    choice("action", { options: actions }),
    choice("outcome", { options: outcomes }),
    choice("decision", { options: decisions }),
    choice("target", { example: "an id, or its beginning and a *" }),
    choice("customer", { example: "an id, or its beginning and a *" }),
    choice("ticket", { example: "such as OPS-12 or OPS-*" }),
    choice("operation", { example: "an id" }),
    choice("request", { example: "our id of a request, or Dwolla’s" }),
    choice("created", { example: "such as 2026-11, >=2026-11-01 or 2026-11-01..2026-11-15, UTC" }),
  ];
}

function chips(filter: AuditFilter, staff: StaffMemberView[]) {
  return filter.terms.map((term) => ({
    label: qualifierWords(term),
    value: valueWords(term, staff),
    removeHref: auditTermsHref(
      filter,
      filter.terms.filter((other) => other !== term),
    ),
  }));
}

function valueWords({ qualifier, value }: AuditTerm, staff: StaffMemberView[]): string {
  if (qualifier === "actor") return value === "me" ? "me" : (staff.find(({ id }) => id === value)?.name ?? value);
  if (qualifier === "action") return actionWords(value);
  if (qualifier === "outcome") return OUTCOME_LOOKS[value as keyof typeof OUTCOME_LOOKS]?.label ?? value;
  if (qualifier === "decision") return DECISION_WORDS[value as keyof typeof DECISION_WORDS] ?? value;
  return value;
}

/** As a browser's date field writes it; its minutes are enough here. */
function fieldTime(date: Date): string {
  return date.toISOString().slice(0, 16);
}
