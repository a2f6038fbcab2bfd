import type { Health } from "#domain/exchange-health.ts";
import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { formatRemaining } from "#ui/time-format.ts";
import {
  MOST_REPLAYED,
  type ReplayedEvent,
  type ReplayRefusal,
  type ReplayResult,
  type ReplaySummary,
} from "../schema.ts";

/** What becomes of an event in a replay, and why. */
const RESULT_WORDS: Record<ReplayResult, string> = {
  signal: "a signal on the bank link, dated by the event, and a proof begins",
  reading: "read anew at Dwolla, in the background",
  on_record: "nothing to do, because what was said is on record",
  proven_since: "nothing to do, because the bank link was proven repaired since",
  no_reading: "nothing to do, because the topic says nothing about a bank link",
  unreadable_link: "nothing to do, because no bank link can be read from it",
  gone: "nothing to do, because Dwolla no longer knows what it is about",
  cooling_down: "left alone, because replayed less than a minute ago",
};

export const RESULTS = Object.keys(RESULT_WORDS) as ReplayResult[];

/** A result nobody knows any more is shown as it is. */
function resultWords(result: string): string {
  return (RESULT_WORDS as Record<string, string>)[result] ?? result;
}

/** The same, of one event alone. */
export function resultSentence(result: string): string {
  const words = resultWords(result);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

export function eventsWords(count: number): string {
  return count === 1 ? "1 event" : `${count.toLocaleString("en")} events`;
}

/** "3 events: nothing to do, because what was said is on record" */
export function countWords(result: ReplayResult, count: number): string {
  return `${eventsWords(count)}: ${resultWords(result)}`;
}

/** Of one event: what else changes with it. */
export function changeWords({ healthBefore, healthAfter, opensCase }: ReplayedEvent): string | null {
  const change =
    healthBefore && healthAfter
      ? `the link goes from “${healthLabel(healthBefore)}” to “${healthLabel(healthAfter)}”`
      : null;
  const parts = [change, opensCase ? "a repair case opens" : null].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(", ") : null;
}

function healthLabel(health: string): string {
  return HEALTH_WORDS[health as Health]?.label ?? health;
}

/** What a replay came to, or would come to, in one line. */
export function summaryWords({ counts, casesOpened, casesClosed }: ReplaySummary, tense: "would" | "did"): string {
  const { signal = 0, reading = 0 } = counts;
  if (signal + reading === 0) return tense === "would" ? "A replay would change nothing." : "Nothing changed.";
  const cases = [
    casesOpened > 0 ? `${casesOpened === 1 ? "1 repair case" : `${casesOpened} repair cases`} opened` : null,
    casesClosed > 0 ? `${casesClosed === 1 ? "1 repair case" : `${casesClosed} repair cases`} closed` : null,
  ].filter((part) => part !== null);
  const parts = [
    signal > 0 ? `${signal === 1 ? "1 signal" : `${signal.toLocaleString("en")} signals`} recorded` : null,
    reading > 0 ? `${eventsWords(reading)} put into the queue to be read anew` : null,
    ...cases,
  ].filter((part) => part !== null);
  return `${tense === "would" ? "A replay would come to: " : "Done: "}${parts.join(", ")}.`;
}

export function refusalWords(refusal: ReplayRefusal, nowMs: number): string {
  switch (refusal.reason) {
    case "person_cooldown":
      return `Nothing was done: you replayed a moment ago. The next replay may begin in ${remaining(refusal.until, nowMs)}.`;
    case "event_cooldown":
      return `Nothing was done: this was replayed less than a minute ago. It may be replayed again in ${remaining(refusal.until, nowMs)}.`;
    case "too_many":
      return `${eventsWords(refusal.total)} fit this filter. A replay takes ${MOST_REPLAYED.toLocaleString("en")} at most: narrow the filter first.`;
    case "none":
      return "Nothing was done: no event is there any more.";
    case "filter":
      return "Nothing was done: a part of the filter is not understood, so that the set is not clear. Clear it first.";
    case "too_slow":
      return "Nothing was changed: the trial run took too long, or others are at work on the same bank links. Try again in a moment, or try a smaller set.";
  }
}

function remaining(until: string, nowMs: number): string {
  return `${formatRemaining(Date.parse(until) - nowMs)} min`;
}
