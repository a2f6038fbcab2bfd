import { z } from "zod";
import { ROLES } from "#domain/permissions.ts";

/** E-mail addresses are kept in lower case: that is how a sign-in finds them. */
const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email("Write an e-mail address, such as ana@example.com."));
// No controls and no invisible characters, which would let two names look the same.
const name = z
  .string()
  .trim()
  .min(1, "Write the person's name.")
  .max(100)
  .regex(/^\P{C}*$/u, "Only visible characters.");
const role = z.enum(ROLES, "Choose a role.");

export const addStaffMemberInput = z.object({ email, name, role });
// In lower case, as ids are stored: who acts on the own row is told by comparing them.
const staffMemberId = z.uuid().toLowerCase();

export const changeStaffRoleInput = z.object({ staffMemberId, role });
export const staffMemberInput = z.object({ staffMemberId });
