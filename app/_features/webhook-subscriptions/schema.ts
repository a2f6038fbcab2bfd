import { z } from "zod";

export const createSubscriptionInput = z.object({});
export const subscriptionInput = z.object({ subscriptionId: z.uuid().toLowerCase() });
export type SubscriptionInput = z.output<typeof subscriptionInput>;

/** Why the desk did not ask Dwolla for it. Nothing was changed. */
export const SUBSCRIPTION_REFUSALS = ["busy", "exists", "no_secret", "not_ours", "already_so", "is_paused"] as const;
export type SubscriptionRefusal = (typeof SUBSCRIPTION_REFUSALS)[number];

/** `lost`: the answer was lost or made no sense, so that Dwolla may have done it or not. After all the others nothing was done. */
export const SUBSCRIPTION_FAILURES = ["refused", "rate_limited", "unreachable", "lost"] as const;
export type SubscriptionFailure = (typeof SUBSCRIPTION_FAILURES)[number];

export interface DwollaRefusal {
  status: number | null;
  code: string | null;
  requestId: string | null;
  /** ISO 8601, while Dwolla's rate limit holds and it is known until when. */
  resumesAt: string | null;
}

export type SubscriptionResult<Done extends object = object> =
  | ({ ok: true } & Done)
  | { ok: false; reason: SubscriptionRefusal }
  | ({ ok: false; reason: SubscriptionFailure } & DwollaRefusal);

/** What came of asking for webhooks once more. */
export interface Redelivery {
  /** Asked for now, of those that were never sent. */
  neverSent: number;
  /** Asked for now, of those that we did not take at any attempt. */
  failed: number;
  /** Found, but not asked for yet: another press does. */
  remaining: number;
  /** False when there are more webhooks than one press looks through. */
  sawAll: boolean;
}
