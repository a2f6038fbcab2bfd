import { formatUtc } from "#ui/time-format.ts";
import {
  BURST_ACTS,
  BURST_MINUTES,
  LARGEST_COUNT,
  PROOF_DAYS,
  type StandingPeriod,
  type StandingQuery,
  type StandingTimes,
  WORKING_HOURS,
} from "../schema.ts";

export const PERIOD_WORDS: Record<StandingPeriod, string> = {
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  "90d": "90 days",
};

type QueryWords = {
  label: string;
  /** What it finds, and by which limits. */
  finds: string;
  /** Header of the column that says why a row is here. */
  note: string;
};

export const QUERY_WORDS: Record<StandingQuery, QueryWords> = {
  refused: {
    label: "Refused acts",
    finds: "What somebody tried and the desk refused: by role, by rule, at the sign-in.",
    note: "Why",
  },
  bursts: {
    label: "Bursts",
    finds: `One person with more than ${BURST_ACTS} changing acts within ${BURST_MINUTES} minutes.`,
    note: "",
  },
  off_hours: {
    label: "Off-hours",
    finds: `Acts of staff on a weekend, or before ${WORKING_HOURS.from} or from ${WORKING_HOURS.until} on in UTC.`,
    note: "When",
  },
  unproven_reveals: {
    label: "Reveals without a repair",
    finds: `Sessions revealed with no proof of repair for that exchange within ${PROOF_DAYS} days, counted on the day these ended.`,
    note: "Proof",
  },
  left: {
    label: "People who left",
    finds: "Acts of staff who are disabled now, and sign-ins refused to them.",
    note: "When",
  },
  exports: {
    label: "Exports",
    finds: "What was to leave the desk as a file, each once: who, by which filter, how much, or why it did not.",
    note: "What",
  },
};

export function countWords(count: number): string {
  return count > LARGEST_COUNT ? `more than ${LARGEST_COUNT.toLocaleString("en")}` : count.toLocaleString("en");
}

export function timesWords({ from, until }: StandingTimes): string {
  return `from ${formatUtc(from.toISOString())} to ${formatUtc(until.toISOString())}`;
}

/** "2 failed, 1 unknown": what did not simply go well; empty where all did. */
export function endWords(ends: readonly { outcome: string; count: number }[]): string {
  const others = ends.filter(({ outcome }) => outcome !== "succeeded");
  return others
    .map(({ outcome, count }) => `${count.toLocaleString("en")} ${END_WORDS[outcome] ?? outcome}`)
    .join(", ");
}

const END_WORDS: Record<string, string> = { pending: "not finished", denied: "refused" };
