import { WEBHOOK_REFUSALS, type WebhookRefusalReason } from "../schema.ts";

const REFUSAL_WORDS: Record<WebhookRefusalReason, string> = {
  too_large: "too large",
  not_signed: "not signed with our secret",
  unreadable: "signed, but not readable",
};

/** "3 not signed with our secret, 1 too large" */
export function refusalsWords(refusals: ReadonlyMap<WebhookRefusalReason, number>): string {
  const parts = WEBHOOK_REFUSALS.flatMap((reason) => {
    const count = refusals.get(reason) ?? 0;
    return count > 0 ? [`${count.toLocaleString("en")} ${REFUSAL_WORDS[reason]}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : "None";
}
