"use client";

import { useState } from "react";
import type { Role } from "#domain/permissions.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { changeStaffRoleAction } from "../actions.ts";
import type { StaffMemberView } from "../data.ts";
import { StaffProblem } from "./staff-problem.tsx";
import { ROLE_CHOICES } from "./staff-words.ts";
import { useStaffChange } from "./use-staff-change.ts";

export function ChangeRoleDialog({ member, onClose }: { member: StaffMemberView; onClose: () => void }) {
  const [role, setRole] = useState<string>(member.role);
  const { isPending, problem, run } = useStaffChange(onClose);
  const save = () => run(() => changeStaffRoleAction({ staffMemberId: member.id, role: role as Role }));
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Change role of ${member.name}`}
      description="Takes effect on the person's next request and goes on record."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={role === member.role} pending={isPending} onClick={save}>
            Change role
          </Button>
        </>
      }
    >
      <StaffProblem problem={problem} />
      <RadioCards legend="Role" name="role" options={ROLE_CHOICES} value={role} onChange={setRole} />
    </Dialog>
  );
}
