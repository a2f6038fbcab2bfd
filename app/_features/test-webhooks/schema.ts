import { z } from "zod";

/** One of each kind: what makes the desk read a customer anew, what warns of a break, what says nothing about a bank link. */
export const TEST_TOPICS = [
  "customer_funding_source_updated",
  "customer_exchange_reauth_required",
  "test_webhook",
] as const;
export type TestTopic = (typeof TEST_TOPICS)[number];

export const testWebhookInput = z
  .object({
    topic: z.enum(TEST_TOPICS),
    /** None: any bank link that the desk knows. */
    exchangeId: z
      .uuid("An exchange id is a UUID, such as 036c8a60-fa45-45d4-8f5d-181d348c6ec8.")
      .toLowerCase()
      .nullable(),
  })
  .refine(({ topic, exchangeId }) => topic !== "customer_exchange_reauth_required" || exchangeId !== null, {
    path: ["exchangeId"],
    message: "A warning opens a repair case: say of which bank link.",
  });
export type TestWebhookInput = z.output<typeof testWebhookInput>;

/** `afterMs`: how long after the press it was there; null where it had not come when the desk stopped waiting. */
export type ArrivedWebhook = { eventId: string; afterMs: number | null };
