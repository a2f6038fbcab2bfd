import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import type { LabChoice } from "../loaders.ts";
import type { LabAddress } from "../schema.ts";
import { MakeCustomerButtons } from "./lab-buttons.tsx";
import { conditionWords } from "./lab-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "customer", header: "Customer", width: "34%" },
  { id: "partner", header: "Partner", width: "110px" },
  { id: "condition", header: "What is true", narrow: "line-wide" },
  { id: "health", header: "What the desk believes", width: "200px", narrow: "aside" },
];

type ChooseLinkProps = {
  choice: NonNullable<LabChoice>;
  address: LabAddress;
  /** Where the simulator describes its controls. */
  guide: string;
  now: string;
};

/** The first step: a bank link to break, made for it or found among the simulated ones. */
export function ChooseLink({ choice, address, guide, now }: ChooseLinkProps) {
  const { links, isComplete } = choice;
  return (
    <>
      <ol className="mb-4 grid max-w-[76ch] list-decimal gap-0.5 pl-5 text-pretty marker:text-muted">
        <li>Make a customer, or choose one below.</li>
        <li>Break the bank link, and watch how the desk finds it.</li>
        <li>Repair it as an agent and as the customer, until the desk has proof.</li>
        <li>Keep the run: it becomes a test.</li>
      </ol>
      <SectionHead title="Make a customer" note="with a working bank, linked through a partner" />
      <MakeCustomerButtons />
      <SectionHead title="Or choose a link" note="those that were made here come first" />
      <FilterBar action="/sandbox" label="Find a simulated link">
        <SearchField label="Search by name, e-mail or customer id" value={address.q} />
        <FilterSelect
          label="Partner"
          name="partner"
          value={address.partner ?? ""}
          options={SIMULATED_PARTNERS.map((value) => ({ value, label: value }))}
        />
      </FilterBar>
      <DataTable
        caption="Simulated bank links"
        columns={COLUMNS}
        rows={links.map(({ exchangeId, customerName, isMade, partner, condition, health }) => ({
          id: exchangeId,
          href: `/sandbox?${new URLSearchParams({ exchange: exchangeId, since: now })}`,
          cells: {
            customer: isMade ? `${customerName} (made here)` : customerName,
            partner,
            condition: <StatusBadge {...conditionWords(condition)} />,
            health: health ? <StatusBadge {...HEALTH_WORDS[health]} /> : "Not read yet",
          },
        }))}
        empty={<EmptyState title="No such link">Nobody in the simulated world fits. Make a customer above.</EmptyState>}
      />
      {!isComplete && links.length > 0 && (
        <p className="mt-2 text-muted text-table">There are more: search for somebody else.</p>
      )}
      <p className="mt-6 text-muted text-pretty text-table">
        What the bank and the network do here can be done by programs too: the simulator describes its controls at{" "}
        <a
          href={guide}
          target="_blank"
          rel="noreferrer"
          className="text-accent underline underline-offset-2 wrap-anywhere"
        >
          {guide}
        </a>
        .
      </p>
    </>
  );
}
