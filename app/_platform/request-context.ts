import "server-only";
import type { AuditContext } from "./audit-trail.ts";
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
