/** Who may do what: product.md's table of roles, as data. The environment is part of the answer, because engineers stay out of production. */
export const ROLES = ["agent", "lead", "compliance", "engineer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const ENVIRONMENTS = ["simulator", "sandbox", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

const OUTSIDE_PRODUCTION: readonly Environment[] = ["simulator", "sandbox"];

type Grant = Role | { role: Role; in: readonly Environment[] };

const engineerOutsideProduction: Grant = { role: "engineer", in: OUTSIDE_PRODUCTION };

const GRANTS = {
  /** The worklist, customer and exchange pages. */
  "repair_case:read": ["agent", "lead", "compliance", engineerOutsideProduction],
  /** Names and e-mail addresses in clear; without it they are masked. */
  "personal_data:read": ["agent", "lead", engineerOutsideProduction],
  "exchange:check": ["agent", "lead", engineerOutsideProduction],
  "reauth_session:create": ["agent", "lead", engineerOutsideProduction],
  "reauth_session:reveal": ["agent", "lead", engineerOutsideProduction],
  /** Own acts only. */
  "audit:read_own": ["agent", "lead"],
  "audit:read": ["compliance", engineerOutsideProduction],
  "audit:export": ["compliance", engineerOutsideProduction],
  "audit_review:read": ["compliance", engineerOutsideProduction],
  /** Drawing a review, deciding its items, handing it over. */
  "audit_review:work": ["compliance", engineerOutsideProduction],
  /** Signing a review off or returning it; never one's own, and never one of one's own acts. */
  "audit_review:sign_off": ["compliance"],
  /** In production only where the call log is turned on. */
  "dwolla_call:read": ["compliance", engineerOutsideProduction],
  /** What staff say about a link: the customer has signed in, or still cannot; and closing a case that nothing can prove. */
  "repair_case:claim": ["agent", "lead", engineerOutsideProduction],
  /** Starting, pausing, resuming and cancelling sweeps, and starting a catch-up. */
  "sweep:operate": [engineerOutsideProduction],
  "webhook:read": ["compliance", engineerOutsideProduction],
  "webhook:operate": [engineerOutsideProduction],
  "simulator:operate": [{ role: "engineer", in: ["simulator"] }],
  /** What is masked or hidden, one customer or event at a time, with a purpose that goes on record. */
  "personal_data:reveal": ["compliance"],
  /** Asking for events past their retention to be deleted; and saying yes to what somebody else asked for. */
  "audit_purge:request": ["compliance"],
  "audit_purge:approve": ["compliance", "admin"],
  "staff:read": ["compliance", "admin"],
  "staff:manage": ["admin"],
} as const satisfies Record<string, readonly Grant[]>;

export type Permission = keyof typeof GRANTS;

export function can(role: Role, permission: Permission, environment: Environment): boolean {
  return rolesThatCan(permission, environment).includes(role);
}

/** For the refusal's words: which roles could have done it here. */
export function rolesThatCan(permission: Permission, environment: Environment): Role[] {
  const grants: readonly Grant[] = GRANTS[permission];
  return grants.flatMap((grant) => {
    if (typeof grant === "string") return [grant];
    return grant.in.includes(environment) ? [grant.role] : [];
  });
}
