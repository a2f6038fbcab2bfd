import { ATTEMPT_WORDS, causeWords, REPAIR_CASE_STATE_WORDS } from "#domain/plain-words.ts";
import type { TableColumn, TableRow } from "#ui/data-table.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { WorklistRow } from "../data.ts";

export const worklistColumns: TableColumn[] = [
  { id: "customer", header: "Customer", width: "19%" },
  { id: "bank", header: "Bank", width: "11%" },
  { id: "partner", header: "Partner", width: "76px", isWideOnly: true },
  { id: "cause", header: "Cause", narrow: "line-wide" },
  { id: "since", header: "Broken since", width: "124px", narrow: "line-end" },
  { id: "state", header: "State", width: "156px", narrow: "aside" },
  { id: "attempt", header: "Last attempt", width: "12%", isWideOnly: true },
];

export function worklistCells(row: WorklistRow, now: string): TableRow["cells"] {
  const { customerName, email, bank, partner, cause, brokenSince, state, lastAttempt } = row;
  return {
    customer: (
      <>
        <bdi>{customerName}</bdi> <span className="font-normal text-muted">{email}</span>
      </>
    ),
    bank: bank && <bdi>{bank}</bdi>,
    partner,
    cause: (
      <>
        {causeWords(cause).says} <MachineCode>{cause}</MachineCode>
      </>
    ),
    since: <Time iso={brokenSince} now={now} />,
    state: <StatusBadge {...REPAIR_CASE_STATE_WORDS[state]} />,
    attempt: lastAttempt && (
      <>
        {ATTEMPT_WORDS[lastAttempt.state].short}{" "}
        <span className="text-muted">
          <Time iso={lastAttempt.at} now={now} /> by {lastAttempt.by}
        </span>
      </>
    ),
  };
}
