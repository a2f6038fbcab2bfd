import { z } from "zod";
import { dropOldWorkings } from "./mutations.ts";

/** Once a night. */
export const retentionJob = {
  name: "retention.drop",
  priority: "sweep",
  schema: z.object({}),
  handler: dropOldWorkings,
} as const;
