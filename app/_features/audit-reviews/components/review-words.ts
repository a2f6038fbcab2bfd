import type { ReviewPeriod, ReviewScope, ReviewState, SecondDraw } from "#domain/audit-review.ts";
import type { StatusTone } from "#ui/status-badge.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { ReviewRefusal } from "../schema.ts";

export const PERIOD_WORDS: Record<ReviewPeriod, string> = {
  last_month: "Last month",
  last_quarter: "Last quarter",
  days: "Chosen days",
};

export const SCOPE_WORDS: Record<ReviewScope, string> = {
  changes: "Acts that change or reveal something",
  everything: "Everything on record",
  chosen: "Chosen actions",
};

const STATE_LOOKS: Record<ReviewState, { label: string; tone: StatusTone }> = {
  in_review: { label: "In review", tone: "session" },
  handed_over: { label: "Waits for a second person", tone: "waiting" },
  signed_off: { label: "Signed off", tone: "proven" },
  abandoned: { label: "Abandoned", tone: "quiet" },
};

export function stateLook({ state, isReturned }: { state: ReviewState; isReturned: boolean }) {
  return state === "in_review" && isReturned ? ({ label: "Returned", tone: "warning" } as const) : STATE_LOOKS[state];
}

export const REFUSAL_WORDS: Record<ReviewRefusal, string> = {
  no_such_review: "Nothing was done: there is no such review.",
  period_is_empty: "Nothing was drawn: this period has not begun yet.",
  no_events: "Nothing was drawn: no event of this period fits. A longer period or more actions may have some.",
  not_the_reviewer:
    "Nothing was done: only the person who drew a review decides its items or abandons it. The attempt is on record.",
  reviewer: "Nothing was done: you reviewed this yourself, so another person has to. The attempt is on record.",
  subject:
    "Nothing was done: you did one of the sampled acts yourself, so another person has to. The attempt is on record.",
  undecided_items: "Nothing was done: some items are not decided yet.",
  changed_meanwhile: "Nothing was done: the review has changed meanwhile. Load the page again to see how it stands.",
};

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** "1 Jul 2026 – 30 Sep 2026": days, both included, where the period consists of whole days; else its exact end. */
export function periodWords(from: string, until: string): string {
  const end = new Date(until);
  const isWholeDay = end.getTime() % 86_400_000 === 0;
  const first = day.format(new Date(from));
  const last = isWholeDay ? day.format(new Date(end.getTime() - 1)) : formatUtc(until);
  return first === last ? first : `${first} – ${last}`;
}

export function progressWords({
  decided,
  findings,
  sampleSize,
}: {
  decided: number;
  findings: number;
  sampleSize: number;
}) {
  const found = findings === 1 ? "1 finding" : `${findings || "no"} findings`;
  return decided === 0 ? `0 of ${sampleSize} decided` : `${decided} of ${sampleSize} decided, ${found}`;
}

export function eventsWords(count: number): string {
  return count === 1 ? "1 event" : `${count.toLocaleString("en")} events`;
}

export function listWords(names: readonly string[], type: "conjunction" | "disjunction" = "conjunction"): string {
  return new Intl.ListFormat("en", { type }).format(names);
}

/** Whether the sample can be drawn again; where a purge stands in the way, that it is the purge. */
export function secondDrawWords(draw: SecondDraw): string {
  const { isSame, sampleSize, purged, drawnAgain, population, populationAtDraw } = draw;
  const then = populationAtDraw.toLocaleString("en");
  if (!isSame)
    return `Not the same: ${drawnAgain} of ${sampleSize - purged} stand at their place, and the population has ${eventsWords(population)} instead of ${then}. The trail was changed: verify an export.`;
  if (purged === sampleSize)
    return `All ${eventsWords(sampleSize)} were purged under retention since the draw, so none can be drawn again.`;
  if (purged > 0)
    return `${eventsWords(purged)} of the sample ${purged === 1 ? "was" : "were"} purged under retention since the draw and cannot be drawn again. The other ${sampleSize - purged} are the same, in the same order.`;
  const same = `The same ${sampleSize.toLocaleString("en")}`;
  return population === populationAtDraw
    ? `${same} of ${eventsWords(population)}.`
    : `${same}, of ${eventsWords(population)}: of the ${then} at the draw the others were purged under retention since.`;
}
