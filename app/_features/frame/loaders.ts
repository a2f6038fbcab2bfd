import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import type { Environment } from "#domain/permissions.ts";
import { requireActor } from "#platform/access.ts";
import { currentActor, currentActorAtWork, latestCallbackAddress } from "#platform/auth.ts";
import { IDLE_LIMIT_MS, SEEN_EVERY_MS } from "#platform/auth-adapter.ts";
import { env, hasCallLog } from "#platform/env.ts";

export interface Frame {
  actor: StaffActor;
  environment: Environment;
  /** Whether there are pages of Dwolla calls in this deployment. */
  hasCallLog: boolean;
  /** How often a person at work is to be reported, and after how long without a report the session is over. */
  presence: { everyMs: number; idleLimitMs: number };
}

/** What the frame around every staff page shows. It is no guard: each loader asks for itself. */
export async function loadFrame(): Promise<Frame> {
  const presence = { everyMs: SEEN_EVERY_MS, idleLimitMs: IDLE_LIMIT_MS };
  return { actor: await requireActor(), environment: loadEnvironment(), hasCallLog: hasCallLog(env()), presence };
}

/** A person is at work on an open page, so the session is not idle. 401 when it is over. */
export async function loadSeen(): Promise<Response> {
  return new Response(null, { status: (await currentActorAtWork()) ? 204 : 401 });
}

/** `latestTo`: where a sign-in that failed was to lead. Unchecked, as everything that comes from a browser. */
export async function loadSignIn(): Promise<{ isSignedIn: boolean; latestTo: unknown; environment: Environment }> {
  const [actor, latestTo] = await Promise.all([currentActor(), latestCallbackAddress()]);
  return { isSignedIn: actor !== null, latestTo, environment: loadEnvironment() };
}

export function loadEnvironment(): Environment {
  return env().RECONNECT_ENVIRONMENT;
}
