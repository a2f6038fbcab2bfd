import { describe, expect, it } from "vitest";
import { can, ENVIRONMENTS, type Permission, ROLES } from "#domain/permissions.ts";
import { auditTabsFor } from "../../app/(console)/audit/audit-tabs.ts";

/** Who may, outside production; an engineer may nothing there. */
const OUTSIDE_PRODUCTION: Record<Permission, string> = {
  "repair_case:read": "agent lead compliance engineer",
  "personal_data:read": "agent lead engineer",
  "exchange:check": "agent lead engineer",
  "reauth_session:create": "agent lead engineer",
  "reauth_session:reveal": "agent lead engineer",
  "audit:read_own": "agent lead",
  "audit:read": "compliance engineer",
  "audit:export": "compliance engineer",
  "audit_review:read": "compliance engineer",
  "audit_review:work": "compliance engineer",
  "audit_review:sign_off": "compliance",
  "dwolla_call:read": "compliance engineer",
  "repair_case:claim": "agent lead engineer",
  "sweep:operate": "engineer",
  "webhook:read": "compliance engineer",
  "webhook:operate": "engineer",
  "simulator:operate": "engineer",
  "personal_data:reveal": "compliance",
  "audit_purge:request": "compliance",
  "audit_purge:approve": "compliance admin",
  "staff:read": "compliance admin",
  "staff:manage": "admin",
};
const permissions = Object.keys(OUTSIDE_PRODUCTION) as Permission[];

describe("can", () => {
  it.each(permissions)("grants %s to exactly the roles of the product's table", (permission) => {
    const granted = ROLES.filter((role) => can(role, permission, "simulator"));
    expect(granted.join(" ")).toBe(OUTSIDE_PRODUCTION[permission]);
  });

  it("keeps engineers out of production altogether", () => {
    expect(permissions.filter((permission) => can("engineer", permission, "production"))).toEqual([]);
  });

  it("lets nobody operate the simulator anywhere else", () => {
    const elsewhere = ENVIRONMENTS.filter((environment) => environment !== "simulator");
    const granted = elsewhere.flatMap((environment) =>
      ROLES.filter((role) => can(role, "simulator:operate", environment)),
    );
    expect(granted).toEqual([]);
  });

  it("gives an admin no way to act on customers", () => {
    const granted = permissions.filter((permission) => can("admin", permission, "simulator"));
    expect(granted).toEqual(["audit_purge:approve", "staff:read", "staff:manage"]);
  });
});

describe("the tabs of the audit pages", () => {
  it.each([
    ["compliance", ["Events", "Reviews", "Standing queries", "Checkpoints", "Retention"]],
    ["engineer", ["Events", "Reviews", "Standing queries", "Checkpoints"]],
    ["lead", ["Events"]],
    ["agent", ["Events"]],
    ["admin", ["Retention"]],
  ] as const)("lead %s to every page of the trail that this role may open, and to no other", (role, labels) => {
    expect(auditTabsFor(role, "simulator").map(({ label }) => label)).toEqual(labels);
  });
});
