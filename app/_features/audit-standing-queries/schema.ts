import { z } from "zod";

/** Questions that compliance asks of the trail again and again; each has its own address. */
export const STANDING_QUERIES = ["refused", "bursts", "off_hours", "unproven_reveals", "left", "exports"] as const;
export type StandingQuery = (typeof STANDING_QUERIES)[number];

const DAY_MS = 24 * 60 * 60_000;
const PERIOD_MS = { "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS, "90d": 90 * DAY_MS } as const;
export const STANDING_PERIODS = ["24h", "7d", "30d", "90d"] as const;
export type StandingPeriod = (typeof STANDING_PERIODS)[number];
const DEFAULT_PERIOD: StandingPeriod = "7d";

/** A session with its reveal is two acts and takes a practised agent a minute: more than three acts a minute, kept up for ten, are no one's pace. */
export const BURST_ACTS = 30;
export const BURST_MINUTES = 10;

/** When somebody is at the desk as a rule, in UTC, Monday to Friday. */
export const WORKING_HOURS = { from: "07:00", until: "20:00" } as const;

/** A proof is tried with growing pauses and given up within a day or two; a customer who has not finished in a week will not. */
export const PROOF_DAYS = 7;

/** As far as a count goes: beyond it nobody reads row by row, and the database need not count on. */
export const LARGEST_COUNT = 10_000;
export const ROWS_SHOWN = 100;

export interface StandingTimes {
  from: Date;
  /** Exclusive. */
  until: Date;
}

export interface StandingAddress extends StandingTimes {
  period: StandingPeriod;
  /** Parameters that made no sense and were left out. */
  ignored: string[];
}

/** Reads an address and never throws. */
export function parseStandingAddress(
  address: Record<string, string | string[] | undefined>,
  now: Date,
): StandingAddress {
  const given = z.enum(STANDING_PERIODS).safeParse(address.period ?? DEFAULT_PERIOD);
  const period = given.success ? given.data : DEFAULT_PERIOD;
  const from = new Date(now.getTime() - PERIOD_MS[period]);
  return { period, from, until: now, ignored: given.success ? [] : ["period"] };
}

/** When the reveals were whose days for a proof ended within these times. */
export function proofTimes({ from, until }: StandingTimes): StandingTimes {
  const earlier = (time: Date) => new Date(time.getTime() - PROOF_DAYS * DAY_MS);
  return { from: earlier(from), until: earlier(until) };
}

export function standingHref(query: StandingQuery | null, period: StandingPeriod): string {
  const path = query === null ? "/audit/standing" : `/audit/standing/${query}`;
  return period === DEFAULT_PERIOD ? path : `${path}?period=${period}`;
}

/** The trail itself, filtered to these times and by a search as the page takes it. */
export function trailHref({ from, until }: StandingTimes, q = ""): string {
  return `/audit?${new URLSearchParams({ from: from.toISOString(), to: until.toISOString(), ...(q && { q }) })}`;
}
