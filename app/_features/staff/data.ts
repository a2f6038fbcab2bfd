import type { Role } from "#domain/permissions.ts";
import type { Database } from "#platform/database-client.ts";

export interface StaffMemberView {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** "invited": has never signed in. */
  state: "active" | "invited" | "disabled";
  /** ISO; null when no sign-in of this person is left: signed out, or never here. */
  lastSeenAt: string | null;
}

/** Everybody on the staff table, those who left at the end. */
export async function listStaffMembers(db: Database): Promise<StaffMemberView[]> {
  const members = await db.staffMember.findMany({
    include: { sessions: { orderBy: { lastSeenAt: "desc" }, take: 1, select: { lastSeenAt: true } } },
    orderBy: [{ disabledAt: { sort: "asc", nulls: "first" } }, { name: "asc" }, { id: "asc" }],
  });
  return members.map(({ id, name, email, role, disabledAt, subject, sessions }) => ({
    id,
    name,
    email,
    role,
    state: stateOf({ disabledAt, subject }),
    lastSeenAt: sessions[0]?.lastSeenAt.toISOString() ?? null,
  }));
}

/** Names by id, of people who left too. */
export async function getStaffNames(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const members = await db.staffMember.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(members.map(({ id, name }) => [id, name]));
}

function stateOf({
  disabledAt,
  subject,
}: {
  disabledAt: Date | null;
  subject: string | null;
}): StaffMemberView["state"] {
  if (disabledAt) return "disabled";
  return subject === null ? "invited" : "active";
}
