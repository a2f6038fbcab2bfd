"use server";

import { z } from "zod";
import { defineAction } from "#platform/action.ts";
import { startCatchUp } from "./mutations.ts";

export const startCatchUpAction = defineAction({
  action: "catch_up.requested",
  permission: "webhook:operate",
  input: z.object({}),
  limit: { presses: 6, perSeconds: 60 },
  run: startCatchUp,
});
