import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { DwollaCallView } from "../data.ts";

const COLUMNS: TableColumn[] = [
  { id: "call", header: "Call", width: "46%" },
  { id: "answer", header: "Answer", width: "130px", narrow: "aside" },
  { id: "duration", header: "Time taken", align: "end", width: "100px" },
  { id: "process", header: "Process", width: "90px", isWideOnly: true },
  { id: "requestId", header: "Request id", width: "170px", narrow: "hidden" },
  { id: "calledAt", header: "When", width: "120px" },
];

export function DwollaCalls({ calls, now }: { calls: DwollaCallView[]; now: string }) {
  return (
    <DataTable
      caption="Latest calls of the Dwolla API"
      columns={COLUMNS}
      rows={calls.map((call) => ({
        id: call.id,
        cells: {
          call: <MachineCode>{`${call.method} ${call.path}`}</MachineCode>,
          answer: <Answer call={call} />,
          duration: `${call.durationMs} ms`,
          process: call.process,
          requestId: call.requestId && <ShortId value={call.requestId} label="request id" />,
          calledAt: <Time iso={call.calledAt} now={now} />,
        },
      }))}
      empty={
        <EmptyState title="No calls">
          Nothing has been asked of Dwolla yet, or nothing that fits this filter.
        </EmptyState>
      }
    />
  );
}

function Answer({ call: { status, errorKind } }: { call: DwollaCallView }) {
  if (status === null) return <StatusBadge tone="broken" label={errorKind ?? "no answer"} />;
  return <StatusBadge tone={status < 400 ? "proven" : "broken"} label={String(status)} />;
}
