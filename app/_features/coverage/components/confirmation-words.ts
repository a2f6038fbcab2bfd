import type { Confirmation } from "../schema.ts";

/** As a choice of the filter, and as the end of a sentence about links. */
export const CONFIRMATION_WORDS: Record<Confirmation, { filter: string; were: string }> = {
  day: { filter: "Within 24 hours", were: "confirmed within 24 hours" },
  week: { filter: "Within 7 days", were: "confirmed within 7 days" },
  older: { filter: "Longer ago", were: "last confirmed more than 7 days ago" },
  never: { filter: "Never", were: "never confirmed" },
};
