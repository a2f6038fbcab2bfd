import { z } from "zod";
import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";

export const LANE_JOB = "sweep.lane";

export const lanePayload = z.object({ sweepId: z.uuid(), lane: z.string().max(20) });
export type LanePayload = z.output<typeof lanePayload>;

/** So many pages of one sweep are read at the same time, by whichever workers take them. */
export const LANES = ["a", "b", "c", "d"] as const;

/**
 * How many customers a page of the list spans, in so many calls of 200: it grows with the world, so that what a sweep writes about
 * itself does not, up to what is little to repeat when a worker is killed.
 */
export function listPageSize(customersTotal: number): number {
  const calls = Math.ceil(customersTotal / CUSTOMERS_PAGE_MAX / LIST_PAGES_WANTED);
  return CUSTOMERS_PAGE_MAX * Math.min(Math.max(calls, 1), LIST_PAGE_CALLS_MAX);
}

const LIST_PAGES_WANTED = 25;
const LIST_PAGE_CALLS_MAX = 20;

/** Customers whose exchanges and balances make one page: small, so that little is repeated when a worker is killed. */
export const DETAIL_PAGE_SIZE = 50;
