import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import type { Environment } from "#domain/permissions.ts";
import { requireActor } from "#platform/access.ts";
import { currentActor } from "#platform/auth.ts";
import { env } from "#platform/env.ts";

/** What the frame around every staff page shows. It is no guard: each loader asks for itself. */
export async function loadFrame(): Promise<{ actor: StaffActor; environment: Environment }> {
  return { actor: await requireActor(), environment: loadEnvironment() };
}

export async function loadSignIn(): Promise<{ isSignedIn: boolean; environment: Environment }> {
  return { isSignedIn: (await currentActor()) !== null, environment: loadEnvironment() };
}

export function loadEnvironment(): Environment {
  return env().RECONNECT_ENVIRONMENT;
}
