"use server";

import { defineAction } from "#platform/action.ts";
import { closeUnproven, recordClaim } from "./mutations.ts";
import { closeUnprovenInput, recordClaimInput } from "./schema.ts";

export const recordClaimAction = defineAction({
  action: "repair_case.claimed",
  permission: "repair_case:claim",
  input: recordClaimInput,
  limit: { presses: 30, perSeconds: 60 },
  run: recordClaim,
});

export const closeUnprovenAction = defineAction({
  action: "repair_case.closed_unproven",
  permission: "repair_case:claim",
  input: closeUnprovenInput,
  limit: { presses: 30, perSeconds: 60 },
  run: closeUnproven,
});
