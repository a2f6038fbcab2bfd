"use client";

import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { disableStaffMemberAction, enableStaffMemberAction } from "../actions.ts";
import type { StaffMemberView } from "../data.ts";
import { StaffProblem } from "./staff-problem.tsx";
import { useStaffChange } from "./use-staff-change.ts";

/** Takes a person's access away, or gives it back; names the person in both cases. */
export function ChangeAccessDialog({ member, onClose }: { member: StaffMemberView; onClose: () => void }) {
  const { isPending, problem, run } = useStaffChange(onClose);
  const isDisabled = member.state === "disabled";
  const verb = isDisabled ? "Enable" : "Disable";
  const action = isDisabled ? enableStaffMemberAction : disableStaffMemberAction;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${verb} ${member.name}?`}
      description={`${member.email}, ${member.role}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={isDisabled ? "primary" : "danger"}
            pending={isPending}
            onClick={() => run(() => action({ staffMemberId: member.id }))}
          >
            {verb}
          </Button>
        </>
      }
    >
      <StaffProblem problem={problem} />
      {isDisabled ? (
        <p>The person can sign in again, with the role that stands here. It goes on record.</p>
      ) : (
        <p>
          Every sign-in of this person ends at once, and none will be let in. What the person did stays on record. You
          can enable the person again.
        </p>
      )}
    </Dialog>
  );
}
