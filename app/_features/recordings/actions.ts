"use server";

import { defineAction } from "#platform/action.ts";
import { auditorDb } from "#platform/db.ts";
import { keepRun } from "./mutations.ts";
import { keepRunSchema } from "./schema.ts";

export const keepRunAction = defineAction({
  action: "simulator.scenario_kept",
  permission: "simulator:operate",
  input: keepRunSchema,
  run: ({ ctx, input }) => keepRun({ ctx: { ...ctx, auditor: auditorDb() }, input }),
});
