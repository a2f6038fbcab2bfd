import { z } from "zod";

export const LANE_JOB = "sweep.lane";

export const lanePayload = z.object({ sweepId: z.uuid(), lane: z.string().max(20) });
export type LanePayload = z.output<typeof lanePayload>;

/** So many pages of one sweep are read at the same time, by whichever workers take them. */
export const LANES = ["a", "b", "c", "d"] as const;

/** Customers whose exchanges and balances make one page: small, so that little is repeated when a worker is killed. */
export const DETAIL_PAGE_SIZE = 50;
