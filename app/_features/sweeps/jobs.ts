import { z } from "zod";
import type { Context } from "#platform/context.ts";
import { keepSweeping } from "./mutations.ts";

export const sweepScheduleJob = {
  name: "sweep.schedule",
  priority: "sweep",
  schema: z.object({}),
  handler: ({ ctx }: { ctx: Context }) => keepSweeping({ ctx }),
} as const;
