import "server-only";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditContext } from "./audit-trail.ts";
import { causing } from "./call-cause.ts";
import type { Database } from "./database-client.ts";
import { db } from "./db.ts";
import { env } from "./env.ts";
import { requestOrigin } from "./request-origin.ts";

/** Who acts in this request, from where, when, and the connection that puts it on record. */
export async function requestContext<A extends AuditContext["actor"]>(
  actor: A,
): Promise<AuditContext & { actor: A; db: Database }> {
  const environment = env().RECONNECT_ENVIRONMENT;
  return { actor, environment, origin: await requestOrigin(), now: () => new Date(), db: db() };
}

/** Whatever a page asks of Dwolla, it asks because somebody looks at it. The client has to be there before: with it causes begin. */
export async function causedByLook<Result>(
  actor: StaffActor | null,
  act: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { requestId } = await requestOrigin();
  return causing({ staffMemberId: actor?.id ?? null, act, jobId: null, requestId, concerns: null }, work);
}
