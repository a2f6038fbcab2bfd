"use server";

import { defineAction } from "#platform/action.ts";
import { breakExchange, repairExchange } from "./mutations.ts";
import { breakExchangeSchema, repairExchangeSchema } from "./schema.ts";

export const breakExchangeAction = defineAction({
  action: "simulator.exchange_broken",
  permission: "simulator:operate",
  input: breakExchangeSchema,
  run: breakExchange,
});

export const repairExchangeAction = defineAction({
  action: "simulator.exchange_repaired",
  permission: "simulator:operate",
  input: repairExchangeSchema,
  run: repairExchange,
});
