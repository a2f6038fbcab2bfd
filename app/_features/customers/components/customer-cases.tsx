import { causeWords, repairCaseWords } from "#domain/plain-words.ts";
import type { RepairCaseView } from "#features/exchanges/data.ts";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CustomerExchangeView } from "../data.ts";

const COLUMNS: TableColumn[] = [
  { id: "cause", header: "Cause" },
  { id: "link", header: "Bank link", width: "22%" },
  { id: "state", header: "State", width: "180px", narrow: "aside" },
  { id: "since", header: "Broken since", width: "116px", narrow: "line-end" },
  { id: "closed", header: "Closed", width: "112px" },
];

type CustomerCasesProps = { cases: RepairCaseView[]; exchanges: CustomerExchangeView[]; now: string };

export function CustomerCases({ cases, exchanges, now }: CustomerCasesProps) {
  return (
    <DataTable
      caption="Repair cases of this customer"
      columns={COLUMNS}
      empty={<p className="text-muted text-table">No link of this customer has been broken since the desk looks.</p>}
      rows={cases.map(({ id, exchangeId, cause, state, brokenSince, closedAt }) => {
        const exchange = exchanges.find((each) => each.id === exchangeId);
        return {
          id,
          href: `/exchanges/${exchangeId}`,
          cells: {
            cause: causeWords(cause).says,
            link: linkName(exchange),
            state: <StatusBadge {...repairCaseWords({ state, cause, partner: exchange?.partner ?? "" })} />,
            since: <Time iso={brokenSince} now={now} />,
            closed: closedAt && <Time iso={closedAt} now={now} />,
          },
        };
      })}
    />
  );
}

function linkName(exchange: CustomerExchangeView | undefined): string | null {
  if (!exchange) return null;
  return exchange.bank ? `${exchange.bank} through ${exchange.partner}` : `through ${exchange.partner}`;
}
