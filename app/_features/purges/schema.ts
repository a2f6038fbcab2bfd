import { z } from "zod";
import { reason } from "#domain/reason.ts";

export const PURGE_JOB = "audit.purge";

const requestId = z.uuid().toLowerCase();

/** Events recorded before that day, UTC. */
export const requestPurgeInput = z.object({ beforeDay: z.iso.date("Choose a day."), reason });
export type RequestPurgeInput = z.output<typeof requestPurgeInput>;

export const decidePurgeInput = z.object({ requestId });
export type DecidePurgeInput = z.output<typeof decidePurgeInput>;

export const purgePayload = z.object({ requestId });
export type PurgePayload = z.output<typeof purgePayload>;

/** A contiguous run of numbers. */
export interface NumberRange {
  firstNumber: number;
  lastNumber: number;
}

export function eventsIn({ firstNumber, lastNumber }: NumberRange): number {
  return lastNumber - firstNumber + 1;
}

/** `not_open`: there is no such request, or somebody else decided it first. */
export type PurgeRefusal = "too_young" | "nothing_to_purge" | "own_request" | "not_open";
export type PurgeResult = ({ ok: true } & NumberRange) | { ok: false; reason: PurgeRefusal };

/** One request and what became of it. Times are ISO 8601. */
export interface PurgeView extends NumberRange {
  requestId: string;
  beforeDay: string;
  reason: string;
  requestedById: string;
  requestedAt: string;
  state: "open" | "withdrawn" | "approved" | "done";
  decidedById: string | null;
  decidedAt: string | null;
  /** How many of its events are gone by now. */
  purged: number;
}
