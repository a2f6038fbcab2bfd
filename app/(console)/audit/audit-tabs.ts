import { can, type Environment, type Permission, type Role } from "#domain/permissions.ts";

const AUDIT_TABS: { href: string; label: string; permissions: Permission[] }[] = [
  { href: "/audit", label: "Events", permissions: ["audit:read", "audit:read_own"] },
  { href: "/audit/reviews", label: "Reviews", permissions: ["audit_review:read"] },
  { href: "/audit/standing", label: "Standing queries", permissions: ["audit:read"] },
  { href: "/audit/checkpoints", label: "Checkpoints", permissions: ["audit:read"] },
  { href: "/audit/retention", label: "Retention", permissions: ["audit_purge:approve"] },
];

/** The pages of the trail that this role may open here. It only draws the tabs: every page checks again by itself. */
export function auditTabsFor(role: Role, environment: Environment) {
  return AUDIT_TABS.filter(({ permissions }) => permissions.some((each) => can(role, each, environment))).map(
    ({ href, label }) => ({ href, label }),
  );
}
