import { z } from "zod";
import { reapReauthSessions } from "./mutations.ts";

/** Runs every 30 s, on any number of workers: with the limit of 60 s a dead process's session is named within 90 s. */
export const reapReauthSessionsJob = {
  name: "reauth_session.reap",
  priority: "person",
  schema: z.object({}),
  handler: reapReauthSessions,
} as const;
