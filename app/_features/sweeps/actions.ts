"use server";

import { z } from "zod";
import { defineAction } from "#platform/action.ts";
import { startSweep } from "./mutations.ts";

export const startSweepAction = defineAction({
  action: "sweep.requested",
  permission: "sweep:operate",
  input: z.object({}),
  limit: { presses: 6, perSeconds: 60 },
  run: startSweep,
});
