"use server";

import { revealReauthSession } from "#features/reveals/mutations.ts";
import { defineAction } from "#platform/action.ts";
import { createReauthSession } from "./mutations.ts";
import { createReauthSessionSchema, revealReauthSessionSchema } from "./schema.ts";

const PRESSES_PER_MINUTE = { presses: 20, perSeconds: 60 };

export const createReauthSessionAction = defineAction({
  action: "reauth_session.requested",
  permission: "reauth_session:create",
  input: createReauthSessionSchema,
  limit: PRESSES_PER_MINUTE,
  run: createReauthSession,
});

export const revealReauthSessionAction = defineAction({
  action: "reauth_session.revealed",
  permission: "reauth_session:reveal",
  input: revealReauthSessionSchema,
  limit: PRESSES_PER_MINUTE,
  run: revealReauthSession,
});
