"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";

const COLUMNS: TableColumn[] = [
  { id: "call", header: "Call" },
  { id: "answer", header: "Answer", width: "136px", narrow: "aside" },
  { id: "duration", header: "Took", align: "end", width: "84px", narrow: "line-end" },
  { id: "cause", header: "Cause", width: "max(25cqi, 168px)", narrow: "line-wide" },
  { id: "process", header: "Process", width: "80px", isWideOnly: true },
  { id: "requestId", header: "Dwolla’s request", width: "128px", isWideOnly: true },
  { id: "calledAt", header: "When", width: "104px", narrow: "line" },
];

/** Newest first; marks the row whose panel is open. */
export function CallsTable({ rows, empty }: { rows: TableRow[]; empty: ReactNode }) {
  const pathname = usePathname();
  return (
    <DataTable
      caption="Calls of the Dwolla API"
      columns={COLUMNS}
      rows={rows}
      sort={{ columnId: "calledAt", direction: "descending" }}
      openRowId={rows.find(({ href }) => href === pathname)?.id}
      empty={empty}
    />
  );
}
