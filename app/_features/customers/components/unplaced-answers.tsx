import { SOURCE_WORDS, signalWords } from "#domain/plain-words.ts";
import type { UnplacedAnswer } from "#features/signals/data.ts";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";

const COLUMNS: TableColumn[] = [
  { id: "account", header: "Account", width: "24%" },
  { id: "bank", header: "Bank", width: "20%" },
  { id: "answer", header: "What the bank answered", narrow: "line-wide" },
  { id: "source", header: "Seen by", width: "140px", isWideOnly: true, narrow: "hidden" },
  { id: "at", header: "Since", width: "120px", narrow: "aside" },
];

/** What was answered through accounts that could belong to more than one bank link. */
export function UnplacedAnswers({ answers, now }: { answers: UnplacedAnswer[]; now: string }) {
  return (
    <>
      <p className="mb-2 max-w-[80ch] text-muted text-table text-pretty">
        Dwolla has not said through which link these accounts came, and more than one is possible. So the answers prove
        neither that a link works nor that it is broken.
      </p>
      <DataTable
        caption="Balance answers that belong to no known bank link"
        columns={COLUMNS}
        empty={null}
        rows={answers.map(({ id, accountName, bankName, value, source, speaksOfAt }) => ({
          id,
          cells: {
            account: <bdi>{accountName}</bdi>,
            bank: bankName && <bdi>{bankName}</bdi>,
            answer: <StatusBadge tone="quiet" label={signalWords("balance_check", value).label} />,
            source: SOURCE_WORDS[source],
            at: <Time iso={speaksOfAt} now={now} />,
          },
        }))}
      />
    </>
  );
}
