"use server";

import { defineAction } from "#platform/action.ts";
import { auditorDb } from "#platform/db.ts";
import { playScenario } from "./mutations.ts";
import { playScenarioSchema } from "./schema.ts";

/** Answers when the run has begun: the page follows it. */
export const playScenarioAction = defineAction({
  action: "simulator.scenario_played",
  permission: "simulator:operate",
  input: playScenarioSchema,
  run: async ({ ctx, input }) => {
    const result = await playScenario({ ctx: { ...ctx, auditor: auditorDb() }, input });
    return result.ok ? { ok: true as const } : result;
  },
});
