import type { Role } from "#domain/permissions.ts";
import type { StatusTone } from "#ui/status-badge.tsx";
import type { StaffMemberView } from "../data.ts";

/** What a role means for the person who gives it; product.md has the whole table. */
export const ROLE_CHOICES: { value: Role; label: string; detail: string }[] = [
  { value: "agent", label: "Agent", detail: "Works the list: checks exchanges, creates and reveals re-auth sessions." },
  { value: "lead", label: "Lead", detail: "Does what agents do, and stands in for them." },
  {
    value: "compliance",
    label: "Compliance",
    detail: "Reads and exports the audit trail. Changes nothing; sees personal data only for a purpose, on record.",
  },
  {
    value: "engineer",
    label: "Engineer",
    detail: "Sees Dwolla calls and breaks links on purpose. Has no rights in production.",
  },
  {
    value: "admin",
    label: "Admin",
    detail: "Adds and removes staff, gives roles, may approve a purge of old audit events. Sees no customers.",
  },
];

export const STATE_LOOKS: Record<StaffMemberView["state"], { label: string; tone: StatusTone }> = {
  active: { label: "Active", tone: "proven" },
  invited: { label: "Never signed in", tone: "waiting" },
  disabled: { label: "Disabled", tone: "quiet" },
};

export const REFUSAL_WORDS = {
  own_row: "Nobody changes their own row. Ask another admin.",
  unchanged: "Nothing was changed: somebody else was quicker. Close this and look at the list.",
  email_taken:
    "A staff member with this e-mail address is already on the list. If that person is disabled, enable them instead.",
} as const;
