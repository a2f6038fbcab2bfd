import { z } from "zod";
import type { CheckFailure } from "#features/exchanges/schema.ts";

/**
 * `list` reads who the customers are, `exchanges` the status of their bank links too, `full` also asks the banks: the only one that
 * finds a link which Dwolla still calls active.
 */
export const SWEEP_MODES = ["list", "exchanges", "full"] as const;
export type SweepMode = (typeof SWEEP_MODES)[number];

export const startSweepInput = z.object({ mode: z.enum(SWEEP_MODES).default("full") });
export const sweepInput = z.object({ sweepId: z.uuid().toLowerCase() });

/** Why a sweep was given up. `plan_lost`: the database crashed and the plan, which has no log, with it. */
export type SweepFailure = CheckFailure | "unexpected" | "plan_lost";

/** The sweep that runs now: the one that was asked for, or the one that was there before, as it then stood. */
export interface StartedSweep {
  sweepId: string;
  isNew: boolean;
  mode: SweepMode;
  state: "running" | "paused" | "finished" | "failed" | "cancelled";
}

/** What came of pausing, resuming or cancelling. */
export type SweepChange = { ok: true } | { ok: false; reason: "not_in_that_state" };
