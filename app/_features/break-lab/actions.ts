"use server";

import { defineAction } from "#platform/action.ts";
import { breakExchange, changeConditions, endSession, makeCustomer, repairExchange, sendWebhook } from "./mutations.ts";
import {
  breakExchangeSchema,
  changeConditionsSchema,
  endSessionSchema,
  makeCustomerSchema,
  repairExchangeSchema,
  sendWebhookSchema,
} from "./schema.ts";

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

export const endSessionAction = defineAction({
  action: "simulator.session_ended",
  permission: "simulator:operate",
  input: endSessionSchema,
  run: endSession,
});

export const sendWebhookAction = defineAction({
  action: "simulator.webhook_repeated",
  permission: "simulator:operate",
  input: sendWebhookSchema,
  run: sendWebhook,
});

export const changeConditionsAction = defineAction({
  action: "simulator.conditions_changed",
  permission: "simulator:operate",
  input: changeConditionsSchema,
  run: changeConditions,
});

export const makeCustomerAction = defineAction({
  action: "simulator.customer_made",
  permission: "simulator:operate",
  input: makeCustomerSchema,
  run: makeCustomer,
});
