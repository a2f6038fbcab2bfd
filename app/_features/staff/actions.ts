"use server";

import { defineAction } from "#platform/action.ts";
import { addStaffMember, changeStaffRole, disableStaffMember, enableStaffMember } from "./mutations.ts";
import { addStaffMemberInput, changeStaffRoleInput, staffMemberInput } from "./schema.ts";

export const addStaffMemberAction = defineAction({
  action: "staff.added",
  permission: "staff:manage",
  input: addStaffMemberInput,
  run: addStaffMember,
});

export const changeStaffRoleAction = defineAction({
  action: "staff.role_changed",
  permission: "staff:manage",
  input: changeStaffRoleInput,
  run: changeStaffRole,
});

export const disableStaffMemberAction = defineAction({
  action: "staff.disabled",
  permission: "staff:manage",
  input: staffMemberInput,
  run: disableStaffMember,
});

export const enableStaffMemberAction = defineAction({
  action: "staff.enabled",
  permission: "staff:manage",
  input: staffMemberInput,
  run: enableStaffMember,
});
