import { actorTrailHref } from "#features/audit/schema.ts";
import { PageHead } from "#ui/page-head.tsx";
import type { loadStaff } from "../loaders.ts";
import { AddStaffMember } from "./add-staff-member.tsx";
import { StaffTable } from "./staff-table.tsx";

type StaffScreenProps = { staff: Awaited<ReturnType<typeof loadStaff>> };

export function StaffScreen({ staff }: StaffScreenProps) {
  const able = staff.members.filter(({ state }) => state !== "disabled").length;
  const disabled = staff.members.length - able;
  const who = able === 1 ? "1 person can sign in" : `${able} people can sign in`;
  const summary = `${who}${disabled > 0 ? `, ${disabled} disabled` : ""}. Every change takes effect on the person's next request.`;
  const members = staff.members.map((member) => ({
    ...member,
    trailHref: staff.mayReadTrail ? actorTrailHref(member.id) : null,
  }));
  return (
    <>
      <PageHead title="Staff" summary={summary} action={staff.mayManage && <AddStaffMember />} />
      <StaffTable {...staff} members={members} />
    </>
  );
}
