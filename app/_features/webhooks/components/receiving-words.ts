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

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A span of time as a person says it: "40 ms", "1.4 s", "12 min", "3 h", "2 d". */
export function spanWords(durationMs: number): string {
  if (durationMs < SECOND_MS) return `${Math.round(durationMs)} ms`;
  if (durationMs < MINUTE_MS) return `${Math.round(durationMs / 100) / 10} s`;
  if (durationMs < HOUR_MS) return `${Math.round(durationMs / MINUTE_MS)} min`;
  if (durationMs < 48 * HOUR_MS) return `${Math.round(durationMs / HOUR_MS)} h`;
  return `${Math.round(durationMs / (24 * HOUR_MS))} d`;
}
