"use server";

import { defineAction } from "#platform/action.ts";
import {
  createWebhookSubscription,
  deleteWebhookSubscription,
  pauseWebhookSubscription,
  requestRedelivery,
  resumeWebhookSubscription,
} from "./mutations.ts";
import { createSubscriptionInput, subscriptionInput } from "./schema.ts";

const OPERATING = { permission: "webhook:operate", limit: { presses: 6, perSeconds: 60 } } as const;

export const createWebhookSubscriptionAction = defineAction({
  ...OPERATING,
  action: "webhook_subscription.created",
  input: createSubscriptionInput,
  run: createWebhookSubscription,
});

export const pauseWebhookSubscriptionAction = defineAction({
  ...OPERATING,
  action: "webhook_subscription.paused",
  input: subscriptionInput,
  run: pauseWebhookSubscription,
});

export const resumeWebhookSubscriptionAction = defineAction({
  ...OPERATING,
  action: "webhook_subscription.resumed",
  input: subscriptionInput,
  run: resumeWebhookSubscription,
});

export const deleteWebhookSubscriptionAction = defineAction({
  ...OPERATING,
  action: "webhook_subscription.deleted",
  input: subscriptionInput,
  run: deleteWebhookSubscription,
});

export const requestRedeliveryAction = defineAction({
  ...OPERATING,
  action: "webhook_subscription.redelivery_requested",
  input: subscriptionInput,
  run: requestRedelivery,
});
