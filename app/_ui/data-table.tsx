"use client";

import { type Header, rowSortingFeature, type Table, tableFeatures, useTable } from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { type CSSProperties, type ReactNode, useMemo, useRef } from "react";
import { useRowKeys, useRowPress, useWholeTextOnHover } from "./data-table-rows.ts";

export type TableColumn = {
  id: string;
  header: string;
  /** Numbers stand at the end. */
  align?: "start" | "end";
  /** CSS width, such as "160px" or "30%"; columns without one share what is left. */
  width?: string;
  /**
   * Where the cell goes in a stacked row: "title" and "aside" are the two ends of the first line (name, status), "line" and
   * "line-end" the two ends of the grey lines below (cause, age), "line-wide" one of these
   * alone. At first: "title" for the first column, "line" for the others.
   */
  narrow?: "title" | "aside" | "line" | "line-end" | "line-wide" | "hidden";
  /** Shown only where the table has more than 940 px, and a "very" wide one more than 1080. */
  isWideOnly?: boolean | "very";
};
export type TableRow = {
  id: string;
  /** Where the row opens. Its first cell becomes the link, so that cell must hold no button or link. */
  href?: string;
  /** By column id. Nothing is shown as an en dash. */
  cells: Record<string, ReactNode>;
};
export type TableSort = { columnId: string; direction: "ascending" | "descending" };
type DataTableProps = {
  /** What the table holds, for screen readers; the sort is added. */
  caption: string;
  /** The first column is the most telling one. */
  columns: TableColumn[];
  rows: TableRow[];
  sort?: TableSort;
  /** For every sortable column the address that sorts by it, or turns its direction. */
  sortHrefs?: Record<string, string>;
  /** The row whose panel is open. */
  openRowId?: string | undefined;
  /** An `EmptyState`, shown when there is no row. */
  empty: ReactNode;
};

const features = tableFeatures({ rowSortingFeature });
type HouseTable = Table<typeof features, TableRow>;
type HouseHeader = Header<typeof features, TableRow, unknown>;

/** The house table. The server sorts, filters and pages; `j` and `k` move, Enter or a press anywhere on a row opens it. */
export function DataTable({ caption, columns, rows, sort, sortHrefs = {}, openRowId, empty }: DataTableProps) {
  const element = useRef<HTMLTableElement>(null);
  const table = useHouseTable({ columns, rows, sort });
  useRowKeys(
    element,
    rows.some((row) => row.href !== undefined),
  );
  useRowPress(element);
  useWholeTextOnHover(element);
  if (rows.length === 0) {
    return empty;
  }
  return (
    <div className="data-table-room">
      <table ref={element} className="data-table">
        <caption>{captionWords(caption, columns, sort)}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <HeaderCell
                  key={header.id}
                  header={header}
                  column={columns[header.index]}
                  sortHref={sortHrefs[header.column.id]}
                />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <BodyRows table={table} columns={columns} openRowId={openRowId} />
        </tbody>
      </table>
    </div>
  );
}

function useHouseTable({ columns, rows, sort }: Pick<DataTableProps, "columns" | "rows" | "sort">) {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        accessorFn: (row: TableRow) => row.cells[column.id],
      })),
    [columns],
  );
  const sorting = useMemo(() => (sort ? [{ id: sort.columnId, desc: sort.direction === "descending" }] : []), [sort]);
  return useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row) => row.id,
    manualSorting: true,
    state: { sorting },
  });
}

function HeaderCell({
  header,
  column,
  sortHref,
}: {
  header: HouseHeader;
  column: TableColumn | undefined;
  sortHref: string | undefined;
}) {
  const direction = header.column.getIsSorted();
  const Arrow = direction === "desc" ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={direction ? SORT_WORDS[direction] : undefined}
      data-align={column?.align}
      data-wide-only={column?.isWideOnly}
      style={{ "--column-width": column?.width } as CSSProperties}
    >
      {sortHref ? (
        <Link href={sortHref} prefetch={false} scroll={false} className="sort-link">
          {column?.header}
          {direction && <Arrow size={12} aria-hidden />}
        </Link>
      ) : (
        column?.header
      )}
    </th>
  );
}

function BodyRows({
  table,
  columns,
  openRowId,
}: {
  table: HouseTable;
  columns: TableColumn[];
  openRowId: string | undefined;
}) {
  return table.getRowModel().rows.map((row) => (
    <tr key={row.id} data-row-href={row.original.href} aria-current={row.id === openRowId ? "true" : undefined}>
      {columns.map((column, place) => (
        <td
          key={column.id}
          data-align={column.align}
          data-wide-only={column.isWideOnly}
          data-narrow={column.narrow ?? (place === 0 ? "title" : "line")}
          data-empty={isNothing(row.original.cells[column.id]) || undefined}
          dir={typeof row.original.cells[column.id] === "string" ? "auto" : undefined}
        >
          <CellContent
            content={row.original.cells[column.id]}
            href={place === 0 ? row.original.href : undefined}
            isPanelOpen={openRowId !== undefined}
          />
        </td>
      ))}
    </tr>
  ));
}

type CellContentProps = { content: ReactNode; href: string | undefined; isPanelOpen: boolean };

function CellContent({ content, href, isPanelOpen }: CellContentProps) {
  const shown = isNothing(content) ? "–" : content;
  if (href === undefined) {
    return shown;
  }
  return (
    // From panel to panel, the way back stays the list.
    <Link href={href} replace={isPanelOpen} prefetch={false} scroll={false} data-row-link>
      {shown}
    </Link>
  );
}

function isNothing(content: ReactNode): boolean {
  return content === null || content === undefined || content === "";
}

const SORT_WORDS = { asc: "ascending", desc: "descending" } as const;

function captionWords(caption: string, columns: TableColumn[], sort: TableSort | undefined): string {
  const sorted = columns.find((column) => column.id === sort?.columnId);
  return sorted && sort ? `${caption}, sorted by ${sorted.header}, ${sort.direction}` : caption;
}
