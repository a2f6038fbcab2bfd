import { expect, it } from "vitest";
import { changeStaffRoleInput, staffMemberInput } from "#features/staff/schema.ts";

const STORED = "0b3e9c1a-5f6d-4e7f-8a9b-0c1d2e3f4a5b";

it("names a person as the table does, so that capitals are no way around the rule about one's own row", () => {
  const staffMemberId = STORED.toUpperCase();
  expect(staffMemberInput.parse({ staffMemberId })).toEqual({ staffMemberId: STORED });
  expect(changeStaffRoleInput.parse({ staffMemberId, role: "lead" })).toEqual({ staffMemberId: STORED, role: "lead" });
});
