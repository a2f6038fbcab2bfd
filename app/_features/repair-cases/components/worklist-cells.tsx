import { ATTEMPT_WORDS, causeWords, repairCaseWords } from "#domain/plain-words.ts";
import type { TableColumn, TableRow } from "#ui/data-table.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { WorklistRow } from "../data.ts";

export const worklistColumns: TableColumn[] = [
  { id: "customer", header: "Customer", width: "max(17cqi, 160px)" },
  { id: "bank", header: "Bank", width: "clamp(104px, 22cqi - 30px, 190px)" },
  { id: "partner", header: "Partner", width: "64px", isWideOnly: true },
  { id: "cause", header: "Cause", narrow: "line-wide" },
  { id: "since", header: "Since", width: "92px", narrow: "line-end" },
  { id: "state", header: "State", width: "164px", narrow: "aside" },
  { id: "attempt", header: "Last attempt", width: "11cqi", isWideOnly: "very" },
];

export function worklistCells(row: WorklistRow, now: string): TableRow["cells"] {
  const { customerName, email, bank, partner, cause, isRepeat, brokenSince, lastAttempt } = row;
  return {
    customer: (
      <OneLine rest={<span className="font-normal text-muted">{email}</span>}>
        <bdi>{customerName}</bdi>
      </OneLine>
    ),
    bank: bank && <bdi>{bank}</bdi>,
    partner,
    cause: (
      <OneLine rest={<MachineCode>{cause}</MachineCode>}>
        {isRepeat && <span className="font-medium">Again: </span>}
        {causeWords(cause).says}
      </OneLine>
    ),
    since: <Time iso={brokenSince} now={now} />,
    state: <StatusBadge {...repairCaseWords(row)} />,
    attempt: lastAttempt && (
      <OneLine rest={<span className="text-muted">by {lastAttempt.by}</span>}>
        {ATTEMPT_WORDS[lastAttempt.state].short}{" "}
        <span className="text-muted">
          <Time iso={lastAttempt.at} now={now} />
        </span>
      </OneLine>
    ),
  };
}
