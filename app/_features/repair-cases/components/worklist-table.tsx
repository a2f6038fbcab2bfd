"use client";

import { usePathname, useRouter } from "next/navigation";
import type { ComponentProps } from "react";
import { DataTable } from "#ui/data-table.tsx";
import { useShortcut } from "#ui/keyboard.tsx";

type WorklistTableProps = Omit<ComponentProps<typeof DataTable>, "caption" | "openRowId"> & { mayCreate: boolean };

/** Marks the row whose panel is open, and lets `c` open the create dialog of the row that has the focus. */
export function WorklistTable({ mayCreate, ...table }: WorklistTableProps) {
  const pathname = usePathname();
  const router = useRouter();
  const openRowId = table.rows.find((row) => row.href === pathname)?.id;
  useShortcut({
    keys: "c",
    label: "Create session",
    enabled: mayCreate && openRowId === undefined,
    run: () => {
      const href = focusedRowHref();
      if (href !== undefined) router.push(`${href}?create`, { scroll: false });
    },
  });
  return <DataTable caption="Bank links that need a new sign-in" openRowId={openRowId} {...table} />;
}

function focusedRowHref(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("tr[data-row-href]")?.dataset.rowHref;
}
