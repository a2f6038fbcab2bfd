/** Why a webhook was not taken. The sender learns none of it. */
export const WEBHOOK_REFUSALS = ["too_large", "not_signed", "unreadable"] as const;
export type WebhookRefusalReason = (typeof WEBHOOK_REFUSALS)[number];
