"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { StaffMemberView } from "../data.ts";
import { ChangeAccessDialog } from "./change-access-dialog.tsx";
import { ChangeRoleDialog } from "./change-role-dialog.tsx";
import { STATE_LOOKS } from "./staff-words.ts";

type ListedMember = StaffMemberView & { trailHref: string | null };
type StaffTableProps = {
  members: ListedMember[];
  ownId: string;
  mayManage: boolean;
  mayReadTrail: boolean;
  now: string;
};
type OpenDialog = { dialog: typeof ChangeRoleDialog; member: StaffMemberView };

const COLUMNS: TableColumn[] = [
  { id: "name", header: "Name" },
  { id: "email", header: "E-mail" },
  { id: "role", header: "Role", width: "120px" },
  { id: "state", header: "State", width: "160px", narrow: "aside" },
  { id: "seen", header: "Last seen", width: "120px" },
];
const TRAIL: TableColumn = { id: "trail", header: "On record", width: "108px" };
const ACTIONS: TableColumn = { id: "actions", header: "Change", width: "196px" };

export function StaffTable({ members, ownId, mayManage, mayReadTrail, now }: StaffTableProps) {
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const actionsOf = (member: StaffMemberView) =>
    member.id === ownId ? "You" : <RowActions member={member} onOpen={(dialog) => setOpen({ dialog, member })} />;
  return (
    <>
      <DataTable
        caption="Staff"
        columns={[...COLUMNS, ...(mayReadTrail ? [TRAIL] : []), ...(mayManage ? [ACTIONS] : [])]}
        rows={members.map((member) => ({
          id: member.id,
          cells: { ...cellsOf(member, now), trail: trailOf(member), actions: actionsOf(member) },
        }))}
        empty={<EmptyState title="Nobody is on the staff list">Only people on this list can sign in.</EmptyState>}
      />
      {open && <open.dialog member={open.member} onClose={() => setOpen(null)} />}
    </>
  );
}

function cellsOf({ name, email, role, state, lastSeenAt }: StaffMemberView, now: string): TableRow["cells"] {
  const seen = state === "active" ? "signed out" : null;
  return {
    name: <span className="font-medium">{name}</span>,
    email,
    role,
    state: <StatusBadge {...STATE_LOOKS[state]} />,
    seen: lastSeenAt ? <Time iso={lastSeenAt} now={now} /> : seen,
  };
}

function trailOf({ name, trailHref }: ListedMember) {
  if (!trailHref) return null;
  return (
    <Link
      href={trailHref}
      prefetch={false}
      aria-label={`Audit trail of ${name}`}
      className="text-accent hover:underline"
    >
      Audit trail
    </Link>
  );
}

function RowActions({ member, onOpen }: { member: StaffMemberView; onOpen: (dialog: OpenDialog["dialog"]) => void }) {
  return (
    <span className="inline-flex gap-1.5">
      <Button size="small" onClick={() => onOpen(ChangeRoleDialog)} aria-label={`Change role of ${member.name}`}>
        Change role
      </Button>
      <Button size="small" onClick={() => onOpen(ChangeAccessDialog)} aria-label={`${verbFor(member)} ${member.name}`}>
        {verbFor(member)}
      </Button>
    </span>
  );
}

function verbFor(member: StaffMemberView): string {
  return member.state === "disabled" ? "Enable" : "Disable";
}
