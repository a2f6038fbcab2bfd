import { ArchiveX, Cable, FlaskConical, ListChecks, Radar, ScrollText, Users, Webhook } from "lucide-react";
import { can, type Environment, type Permission, type Role } from "#domain/permissions.ts";
import type { NavigationItem } from "#ui/page-frame.tsx";

type ConsolePage = NavigationItem & {
  permissions: Permission[];
  /** Who may do that comes here by a link of another page. */
  unless?: Permission;
  /** What does not exist in this deployment is nobody's page. */
  isThere?: (deployment: Deployment) => boolean;
};

type Deployment = { environment: Environment; hasCallLog: boolean };

const ICON = { size: 16, "aria-hidden": true } as const;

const PAGES: ConsolePage[] = [
  {
    href: "/",
    label: "Worklist",
    icon: <ListChecks {...ICON} />,
    alsoAt: ["/exchanges/", "/customers/"],
    jumpKey: "w",
    permissions: ["repair_case:read"],
  },
  {
    href: "/coverage",
    label: "Coverage",
    icon: <Radar {...ICON} />,
    jumpKey: "v",
    permissions: ["repair_case:read"],
  },
  {
    href: "/audit",
    label: "Audit",
    icon: <ScrollText {...ICON} />,
    jumpKey: "a",
    permissions: ["audit:read", "audit:read_own"],
  },
  {
    href: "/audit/retention",
    label: "Retention",
    icon: <ArchiveX {...ICON} />,
    permissions: ["audit_purge:approve"],
    unless: "audit:read",
  },
  {
    href: "/webhooks",
    label: "Webhooks",
    icon: <Webhook {...ICON} />,
    jumpKey: "h",
    permissions: ["webhook:read"],
  },
  {
    href: "/calls",
    label: "Calls",
    icon: <Cable {...ICON} />,
    alsoAt: ["/calls/"],
    jumpKey: "c",
    permissions: ["dwolla_call:read"],
    isThere: ({ hasCallLog }) => hasCallLog,
  },
  { href: "/staff", label: "Staff", icon: <Users {...ICON} />, jumpKey: "s", permissions: ["staff:read"] },
  {
    href: "/sandbox",
    label: "Sandbox",
    icon: <FlaskConical {...ICON} />,
    jumpKey: "b",
    permissions: ["dwolla_call:read"],
    isThere: ({ environment }) => environment !== "production",
  },
];

/** The pages this role may open here. It only draws the rail: every page checks again by itself. */
export function pagesFor(role: Role, deployment: Deployment): NavigationItem[] {
  const may = (permission: Permission) => can(role, permission, deployment.environment);
  return PAGES.filter(
    ({ permissions, unless, isThere }) =>
      permissions.some(may) && !(unless && may(unless)) && (isThere?.(deployment) ?? true),
  ).map(({ permissions: _, unless: __, isThere: ___, ...item }) => item);
}
