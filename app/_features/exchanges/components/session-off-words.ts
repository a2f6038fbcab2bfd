import type { SessionOff } from "../loaders.ts";

const roles = new Intl.ListFormat("en", { type: "conjunction" });

export function sessionOffWords(off: SessionOff, partner: string): string {
  switch (off.reason) {
    case "role":
      return `Your role (${off.role}) may not create sessions; ${roles.format(off.allowedRoles.map((role) => `${role}s`))} may.`;
    case "removed":
      return "This link was removed. The customer links the bank anew in your app.";
    case "partner_has_no_sessions":
      return `${partner} gives no re-auth sessions. The customer links the bank anew in your app.`;
    case "no_open_case":
      return "This link has no open repair case, so there is nothing to repair.";
  }
}
