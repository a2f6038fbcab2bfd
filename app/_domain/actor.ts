import type { StaffMemberId } from "./ids.ts";
import type { Role } from "./permissions.ts";

/** A signed-in person, as the staff table says on this very request. `sessionRef` names the sign-in, never its token. */
export interface StaffActor {
  type: "staff";
  id: StaffMemberId;
  name: string;
  email: string;
  role: Role;
  sessionRef: string;
}

export interface SystemActor {
  type: "system";
  job: string;
}

export type Actor = StaffActor | SystemActor;
