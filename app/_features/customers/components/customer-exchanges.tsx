import { causeWords, HEALTH_WORDS } from "#domain/plain-words.ts";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CustomerExchangeView } from "../data.ts";

const COLUMNS: TableColumn[] = [
  { id: "bank", header: "Bank", width: "18%" },
  { id: "partner", header: "Partner", width: "84px" },
  { id: "health", header: "Health", width: "164px", narrow: "aside" },
  { id: "cause", header: "Cause", narrow: "line-wide" },
  { id: "since", header: "Since", width: "108px", narrow: "line-end" },
  { id: "linked", header: "Linked", width: "112px", isWideOnly: true },
];

export function CustomerExchanges({ exchanges, now }: { exchanges: CustomerExchangeView[]; now: string }) {
  return (
    <DataTable
      caption="Bank links of this customer"
      columns={COLUMNS}
      empty={<p className="text-muted text-table">This customer has linked no bank through a partner.</p>}
      rows={exchanges.map(({ id, bank, partner, health, cause, brokenSince, createdAt }) => ({
        id,
        href: `/exchanges/${id}`,
        cells: {
          bank: bank ? <bdi>{bank}</bdi> : <span className="text-muted">Bank not known</span>,
          partner,
          health: <StatusBadge {...HEALTH_WORDS[health]} />,
          cause: cause && <OneLine rest={<MachineCode>{cause}</MachineCode>}>{causeWords(cause).says}</OneLine>,
          since: brokenSince && <Time iso={brokenSince} now={now} />,
          linked: <Time iso={createdAt} now={now} />,
        },
      }))}
    />
  );
}
