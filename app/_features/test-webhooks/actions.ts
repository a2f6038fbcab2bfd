"use server";

import { defineAction } from "#platform/action.ts";
import { sendTestWebhook } from "./mutations.ts";
import { testWebhookInput } from "./schema.ts";

export const sendTestWebhookAction = defineAction({
  action: "simulator.webhook_sent",
  permission: "simulator:operate",
  limit: { presses: 12, perSeconds: 60 },
  input: testWebhookInput,
  run: sendTestWebhook,
});
