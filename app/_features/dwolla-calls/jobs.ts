import { z } from "zod";
import { dropOldCalls } from "./mutations.ts";

/** Every few minutes: with a sweep under way the log grows by a thousand rows a second. */
export const dropOldCallsJob = {
  name: "dwolla_call.drop",
  priority: "sweep",
  schema: z.object({}),
  handler: dropOldCalls,
} as const;
