import { z } from "zod";
import type { CheckFailure } from "#features/exchanges/schema.ts";

export const CATCH_UP_JOB = "catch_up.page";

export const catchUpPayload = z.object({ catchUpId: z.uuid() });
export type CatchUpPayload = z.output<typeof catchUpPayload>;

export type CatchUpFailure = CheckFailure | "unexpected";
