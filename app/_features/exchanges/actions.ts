"use server";

import { defineAction } from "#platform/action.ts";
import { checkExchange } from "./mutations.ts";
import { checkExchangeInput } from "./schema.ts";

/** "Check now": each press asks Dwolla and may ask the bank. */
export const checkExchangeAction = defineAction({
  action: "exchange.checked",
  permission: "exchange:check",
  input: checkExchangeInput,
  limit: { presses: 30, perSeconds: 60 },
  run: checkExchange,
});
