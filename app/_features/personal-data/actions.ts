"use server";

import { defineAction } from "#platform/action.ts";
import { auditorDb } from "#platform/db.ts";
import { revealCustomerPersonalData, revealEventPersonalData } from "./mutations.ts";
import { revealCustomerInput, revealEventInput } from "./schema.ts";

export const revealEventPersonalDataAction = defineAction({
  action: "audit.personal_data_revealed",
  permission: "personal_data:reveal",
  input: revealEventInput,
  limit: { presses: 30, perSeconds: 60 },
  run: ({ ctx, input }) => revealEventPersonalData({ ctx: { ...ctx, auditorDb: auditorDb() }, input }),
});

export const revealCustomerPersonalDataAction = defineAction({
  action: "customer.personal_data_revealed",
  permission: "personal_data:reveal",
  input: revealCustomerInput,
  limit: { presses: 30, perSeconds: 60 },
  run: revealCustomerPersonalData,
});
