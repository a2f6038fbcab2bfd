"use server";

import { defineAction } from "#platform/action.ts";
import {
  breakExchange,
  changeConditions,
  endSession,
  makeCustomer,
  repairExchange,
  sendWebhooks,
} from "./mutations.ts";
import {
  breakExchangeSchema,
  changeConditionsSchema,
  endSessionSchema,
  makeCustomerSchema,
  repairExchangeSchema,
  sendWebhooksSchema,
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

export const sendWebhooksAction = defineAction({
  action: "simulator.webhooks_sent",
  permission: "simulator:operate",
  input: sendWebhooksSchema,
  run: sendWebhooks,
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
