import { AUDIT_ACTIONS, AUDIT_DECISIONS, AUDIT_OUTCOMES } from "#domain/audit-event.ts";
import type { StaffMemberView } from "#features/staff/data.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { Button } from "#ui/button.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import { AUDIT_PERIODS, type AuditFilter, auditHref } from "../schema.ts";
import { actionWords, DECISION_WORDS, OUTCOME_LOOKS } from "./audit-words.ts";
import { FilterText } from "./filter-text.tsx";

const PERIOD_WORDS = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" } as const;

type AuditFiltersProps = {
  filter: AuditFilter;
  /** Who can be chosen as actor; empty for people who see only their own acts. */
  staff: StaffMemberView[];
};

export function AuditFilters({ filter, staff }: AuditFiltersProps) {
  return (
    <>
      <PeriodTabs filter={filter} />
      <FilterBar action="/audit" label="Filter the audit trail" keep={{ period: filter.period ?? undefined }}>
        <SearchField label="Search by any id, or its beginning" value={filter.q ?? ""} />
        {staff.length > 0 && (
          <FilterSelect
            label="Actor"
            name="actor"
            value={filter.actor ?? ""}
            options={actorOptions(staff, filter.actor)}
          />
        )}
        <FilterSelect label="Action" name="action" value={filter.action ?? ""} options={ACTION_OPTIONS} />
        <FilterSelect label="Outcome" name="outcome" value={filter.outcome ?? ""} options={OUTCOME_OPTIONS} />
        <FilterSelect label="Decision" name="decision" value={filter.decision ?? ""} options={DECISION_OPTIONS} />
        <TypedFilters filter={filter} />
      </FilterBar>
      <ActiveFilters filters={chips(filter, staff)} clearHref="/audit" />
    </>
  );
}

function PeriodTabs({ filter }: { filter: AuditFilter }) {
  const items = AUDIT_PERIODS.map((period) => ({
    href: auditHref(filter, { from: null, to: null, period }),
    label: PERIOD_WORDS[period],
    isCurrent: filter.period === period,
  }));
  const chosen = { href: auditHref(filter), label: "Chosen times", isCurrent: true };
  return <TabLinks label="Period" items={filter.period ? items : [...items, chosen]} />;
}

/** Folded away until they are used: most questions are answered without them. */
function TypedFilters({ filter }: { filter: AuditFilter }) {
  const isUsed = filter.period === null || filter.target !== undefined || filter.ticket !== undefined;
  return (
    <details open={isUsed} className="basis-full text-table">
      <summary className="w-fit text-muted hover:text-ink">Times, target, ticket</summary>
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
        <FilterText label="Target or customer id" name="target" size={16} value={filter.target ?? ""} />
        <FilterText label="Ticket" name="ticket" size={10} value={filter.ticket ?? ""} />
        <Button type="submit">Apply</Button>
      </div>
    </details>
  );
}

const ACTION_OPTIONS = AUDIT_ACTIONS.map((action) => ({ value: action, label: actionWords(action) }));
const OUTCOME_OPTIONS = AUDIT_OUTCOMES.map((outcome) => ({ value: outcome, label: OUTCOME_LOOKS[outcome].label }));
const DECISION_OPTIONS = AUDIT_DECISIONS.map((decision) => ({ value: decision, label: DECISION_WORDS[decision] }));

/** Staff, people who are not signed in, and whoever the address names: a job, or somebody long gone. */
function actorOptions(staff: StaffMemberView[], chosen: string | undefined) {
  const options = staff.map(({ id, name, role }) => ({ value: id, label: `${name}, ${role}` }));
  options.push({ value: "anonymous", label: "Not signed in" });
  if (chosen && !options.some(({ value }) => value === chosen)) options.push({ value: chosen, label: chosen });
  return options;
}

function chips(filter: AuditFilter, staff: StaffMemberView[]) {
  const words = [
    { name: "q", label: "Search", value: filter.q },
    { name: "actor", label: "Actor", value: staff.find(({ id }) => id === filter.actor)?.name ?? filter.actor },
    { name: "action", label: "Action", value: filter.action && actionWords(filter.action) },
    { name: "outcome", label: "Outcome", value: filter.outcome && OUTCOME_LOOKS[filter.outcome].label },
    { name: "decision", label: "Decision", value: filter.decision && DECISION_WORDS[filter.decision] },
    { name: "target", label: "Target", value: filter.target },
    { name: "ticket", label: "Ticket", value: filter.ticket },
  ] as const;
  return words.flatMap(({ name, label, value }) =>
    value ? [{ label, value, removeHref: auditHref(filter, { [name]: null }) }] : [],
  );
}

/** As a browser's date field writes it; its minutes are enough here. */
function fieldTime(date: Date): string {
  return date.toISOString().slice(0, 16);
}
