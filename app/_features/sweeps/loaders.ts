import "server-only";
import { cache } from "react";
import { type Role, rolesThatCan } from "#domain/permissions.ts";
import { isAllowed, mayReadCalls, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { env } from "#platform/env.ts";
import { getSweepStanding, type SweepStanding } from "./data.ts";

export interface SweepScreen {
  standing: SweepStanding;
  /** Of all processes together, as configured. */
  callsPerSecond: number;
  mayReadCalls: boolean;
  /** Null where the person may start and stop sweeps. */
  refusal: { role: Role; allowedRoles: readonly Role[] } | null;
  now: string;
}

/** The newest sweep, and whether this person may start, pause, resume and cancel one. */
export const loadSweepScreen = cache(async (): Promise<SweepScreen> => {
  const actor = await requirePermission("repair_case:read");
  const { DWOLLA_CALLS_PER_SECOND: callsPerSecond, RECONNECT_ENVIRONMENT: environment } = env();
  const mayOperate = isAllowed(actor, "sweep:operate");
  return {
    standing: await getSweepStanding(db()),
    callsPerSecond,
    mayReadCalls: mayReadCalls(actor),
    refusal: mayOperate ? null : { role: actor.role, allowedRoles: rolesThatCan("sweep:operate", environment) },
    now: new Date().toISOString(),
  };
});
