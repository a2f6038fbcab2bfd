import { z } from "zod";
import { nameLostOperations } from "./mutations.ts";

/** Runs every 30 s, on any number of workers. */
export const nameLostOperationsJob = {
  name: "lost_operation.name",
  priority: "person",
  schema: z.object({}),
  handler: nameLostOperations,
} as const;
