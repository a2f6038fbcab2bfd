import "server-only";
import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { cache } from "react";
import type { RequestOrigin } from "./audit-trail.ts";

/** The request's id (given by proxy.ts, else made here, one per request) and where it came from. */
export const requestOrigin = cache(async (): Promise<RequestOrigin> => {
  const header = await headers();
  return {
    requestId: header.get("x-request-id") ?? randomUUID(),
    // The last hop is the one our own front server saw; earlier ones are the client's word.
    ip: header.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? null,
    userAgent: header.get("user-agent"),
  };
});
