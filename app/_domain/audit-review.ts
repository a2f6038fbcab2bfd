import { AUDIT_ACTIONS, type AuditAction } from "./audit-event.ts";

/**
 * in_review -> handed_over -> signed_off; what was handed over may be returned, what was not may be abandoned. The database holds the
 * same rules.
 */
export const REVIEW_STATES = ["in_review", "handed_over", "signed_off", "abandoned"] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const REVIEW_DECISIONS = ["fine", "finding"] as const;
export type ReviewDecision = (typeof REVIEW_DECISIONS)[number];

/** What a sample is drawn from. */
export const REVIEW_SCOPES = ["changes", "everything", "chosen"] as const;
export type ReviewScope = (typeof REVIEW_SCOPES)[number];

export const REVIEW_PERIODS = ["last_month", "last_quarter", "days"] as const;
export type ReviewPeriod = (typeof REVIEW_PERIODS)[number];

/** Auditors sample 20 to 30 events of a period (SOC 2). */
export const DEFAULT_SAMPLE_SIZE = 25;
export const LARGEST_SAMPLE_SIZE = 200;
export const LONGEST_FINDING = 2_000;

/** Neither changes nor reveals anything about customers or staff: coming and going, being refused a page, reading and reviewing the trail. */
const NO_CHANGES = /^(staff\.sign|page\.|audit\.|audit_review\.)/;
export const CHANGING_ACTIONS: readonly AuditAction[] = AUDIT_ACTIONS.filter((action) => !NO_CHANGES.test(action));

/** The actions a scope stands for at this time; an empty list stands for every action, also those of later. */
export function actionsOf(scope: ReviewScope, chosen: readonly AuditAction[]): AuditAction[] {
  if (scope === "everything") return [];
  return [...(scope === "changes" ? CHANGING_ACTIONS : new Set(chosen))].sort();
}

/** A transaction of the desk ends within 15 seconds: what was recorded longer ago is there by now, or never will be. */
export const SETTLED_AFTER_MS = 20_000;

/**
 * The period in UTC, `until` exclusive. Days are given as "2026-11-25", both included; a period that is not over yet ends
 * where all that was recorded has settled. Null when it holds no time at all.
 */
export function periodOf(
  period: ReviewPeriod,
  now: Date,
  days: { firstDay?: string | undefined; lastDay?: string | undefined } = {},
): { from: Date; until: Date } | null {
  const { from, until } = boundsOf(period, now, days);
  const settled = new Date(now.getTime() - SETTLED_AFTER_MS);
  const end = until < settled ? until : settled;
  return from < end ? { from, until: end } : null;
}

function boundsOf(
  period: ReviewPeriod,
  now: Date,
  days: { firstDay?: string | undefined; lastDay?: string | undefined },
) {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (period === "last_month") return { from: monthStart(year, month - 1), until: monthStart(year, month) };
  const quarter = month - (month % 3);
  if (period === "last_quarter") return { from: monthStart(year, quarter - 3), until: monthStart(year, quarter) };
  return { from: dayStart(days.firstDay, 0), until: dayStart(days.lastDay, 1) };
}

function monthStart(year: number, month: number): Date {
  return new Date(Date.UTC(year, month));
}

function dayStart(day: string | undefined, offset: number): Date {
  const start = new Date(`${day}T00:00:00Z`);
  start.setUTCDate(start.getUTCDate() + offset);
  return start;
}

export interface ReviewParties {
  reviewerId: string;
  /** Staff who did one of the sampled acts. */
  subjectIds: readonly string[];
}

/** Why this person may not sign a review off or return it, whatever their role; null where they may. */
export function conflictOf({ reviewerId, subjectIds }: ReviewParties, personId: string): "reviewer" | "subject" | null {
  if (personId === reviewerId) return "reviewer";
  return subjectIds.includes(personId) ? "subject" : null;
}

/** What drawing again with the stored parameters came to. */
export interface SecondDraw {
  /** As far as it can still be drawn: nothing but purges made a difference. */
  isSame: boolean;
  sampleSize: number;
  /** Of the sample: deleted under retention since, by two people. */
  purged: number;
  /** How many of the others were drawn again, in the same order. */
  drawnAgain: number;
  population: number;
  populationAtDraw: number;
}

interface FirstDraw {
  from: string;
  population: number;
  items: readonly { eventId: string; eventNumber: string | null }[];
}

/** Drawn now, from a trail that was purged up to a number and begins at an instant (ISO 8601). */
interface DrawNow {
  population: number;
  sample: readonly { eventId: string }[];
  purgedUpTo: number;
  oldestAt: string | null;
}

/**
 * Compares a sample with what the same parameters draw now. What was purged cannot be drawn again and others of the order take its
 * place, behind those that are left: these have to come first, as before.
 */
export function compareDraws({ from, population: populationAtDraw, items }: FirstDraw, now: DrawNow): SecondDraw {
  const { population, sample, purgedUpTo, oldestAt } = now;
  const left = items.filter(({ eventNumber }) => eventNumber === null || Number(eventNumber) > purgedUpTo);
  const drawnAgain = left.filter(({ eventId }, at) => sample[at]?.eventId === eventId).length;
  const isWhole = population === populationAtDraw && sample.length === items.length;
  const isPurgedInto = purgedUpTo > 0 && (oldestAt === null || oldestAt > from);
  return {
    isSame: drawnAgain === left.length && (isWhole || (isPurgedInto && population < populationAtDraw)),
    sampleSize: items.length,
    purged: items.length - left.length,
    drawnAgain,
    population,
    populationAtDraw,
  };
}
