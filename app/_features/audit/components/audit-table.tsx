import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { ShortId } from "#ui/short-id.tsx";
import type { AuditEventInList } from "../data.ts";
import { AuditActorLink } from "./audit-actor.tsx";
import { AuditResult } from "./audit-result.tsx";
import { AuditTargetLink } from "./audit-target.tsx";
import { actionWords } from "./audit-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "time", header: "Recorded (UTC)", width: "154px" },
  { id: "actor", header: "Actor", width: "17%" },
  { id: "action", header: "Action" },
  { id: "target", header: "Target", width: "112px" },
  { id: "reason", header: "Reason", width: "9%", isWideOnly: true },
  { id: "result", header: "Result", width: "176px", narrow: "aside" },
  { id: "requestId", header: "Request", width: "112px", narrow: "hidden", isWideOnly: true },
];

type AuditTableProps = {
  events: AuditEventInList[];
  names: Map<string, string>;
  /** In place of the reason: why each event is in this very list. */
  note?: { header: string; byEventId: Map<string, string> };
};

export function AuditTable({ events, names, note }: AuditTableProps) {
  return (
    <DataTable
      caption="Audit events"
      columns={note ? withNote(note.header) : COLUMNS}
      rows={events.map((event) =>
        toRow(note ? { ...event, reason: note.byEventId.get(event.eventId) ?? null } : event, names),
      )}
      sort={{ columnId: "time", direction: "descending" }}
      empty={
        <EmptyState title="No audit event fits this filter">
          Nothing was recorded between these times that fits. A longer period or fewer filters may show more.
        </EmptyState>
      }
    />
  );
}

function withNote(header: string): TableColumn[] {
  const kept = COLUMNS.filter(({ id }) => id !== "requestId");
  return kept.map((column) => (column.id === "reason" ? { id: "reason", header, width: "38%" } : column));
}

function toRow(event: AuditEventInList, names: Map<string, string>): TableRow {
  return {
    id: event.eventId,
    href: `/audit/${event.eventId}`,
    cells: {
      time: <RecordedAt iso={event.recordedAt} />,
      actor: <AuditActorLink event={event} names={names} />,
      action: <OneLine rest={<MachineCode>{event.action}</MachineCode>}>{actionWords(event.action)}</OneLine>,
      target: <AuditTargetLink event={event} />,
      reason: event.reason,
      result: <AuditResult event={event} />,
      requestId: <ShortId value={event.requestId} />,
    },
  };
}

/** "2026-11-23 06:22:54": a column of instants is read by comparing digits. */
function RecordedAt({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={iso} className="font-mono text-label">
      {iso.slice(0, 10)} {iso.slice(11, 19)}
    </time>
  );
}
