import { z } from "zod";
import type { CheckFailure } from "#features/exchanges/schema.ts";

export const sweepPagePayload = z.object({ sweepId: z.uuid(), pageNumber: z.int().min(0) });
export type SweepPagePayload = z.output<typeof sweepPagePayload>;

export const sweepSchedulePayload = z.object({ intervalMinutes: z.int().min(1) });

/** Why a sweep was given up. */
export type SweepFailure = CheckFailure | "unexpected";
