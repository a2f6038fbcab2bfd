import { KEEP_AUDIT_MONTHS } from "#domain/audit-retention.ts";
import type { StatusTone } from "#ui/status-badge.tsx";
import { eventsIn, type NumberRange, type PurgeRefusal, type PurgeView } from "../schema.ts";

export const STATE_LOOKS: Record<PurgeView["state"], { label: string; tone: StatusTone }> = {
  open: { label: "Waits for a second person", tone: "waiting" },
  withdrawn: { label: "Withdrawn", tone: "quiet" },
  approved: { label: "Being deleted", tone: "session" },
  done: { label: "Deleted", tone: "proven" },
};

export const REFUSAL_WORDS: Record<PurgeRefusal, string> = {
  too_young: `Events stay for ${KEEP_AUDIT_MONTHS} months: choose an earlier day.`,
  nothing_to_purge: "No event that is sealed and signed was recorded before that day.",
  own_request: "You asked for this purge yourself. Somebody else has to approve it.",
  not_open: "Nothing was changed: somebody else was quicker.",
};

/** "1,234 events, numbers 1 to 1,234" */
export function rangeWords(range: NumberRange): string {
  const count = eventsIn(range);
  if (count === 1) return `1 event, number ${numberWords(range.firstNumber)}`;
  return `${numberWords(count)} events, numbers ${numberWords(range.firstNumber)} to ${numberWords(range.lastNumber)}`;
}

export function numberWords(number: number): string {
  return number.toLocaleString("en");
}
