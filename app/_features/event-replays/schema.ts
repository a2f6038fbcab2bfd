import { z } from "zod";
import type { ReplayStep } from "#domain/event-replay.ts";
import { EVENT_FILTERS } from "#features/dwolla-events/schema.ts";

/** What one replay takes: it holds the links of all of them while it lasts. */
export const MOST_REPLAYED = 1_000;

const eventIds = z.array(z.uuid().toLowerCase()).min(1).max(MOST_REPLAYED);

/** As in the address of `/webhooks`. Closed, because a name that is not understood would widen the set. */
const filter = z.partialRecord(z.enum(EVENT_FILTERS), z.string().max(300));

/** `filter`: by which a person chose these events, for the record. */
export const replayInput = z.object({ eventIds, filter: filter.optional() });
export type ReplayInput = z.output<typeof replayInput>;

/** Either events by their ids, or all that fit the filters of `/webhooks`. */
export const previewInput = z.union([z.object({ eventIds }), z.object({ filter })]);
export type PreviewInput = z.output<typeof previewInput>;

/** `cooling_down`: it was replayed a moment ago, and is left alone by this one. */
export type ReplayResult = ReplayStep | "cooling_down";

/** One event of a replay. */
export interface ReplayedEvent {
  eventId: string;
  topic: string;
  result: ReplayResult;
  exchangeId: string | null;
  /** Of the link before and after; null where it stays as it is. */
  healthBefore: string | null;
  healthAfter: string | null;
  opensCase: boolean;
}

/** What a replay changed, or would change. */
export interface ReplaySummary {
  events: number;
  counts: Partial<Record<ReplayResult, number>>;
  casesOpened: number;
  casesClosed: number;
  /** Those that change something first, as many as are worth showing. */
  shown: ReplayedEvent[];
}

/** `until` is ISO 8601. Nothing was done. */
export type ReplayRefusal =
  | { reason: "person_cooldown" | "event_cooldown"; until: string }
  | { reason: "too_many"; total: number }
  | { reason: "none" | "filter" | "too_slow" };

export type PreviewAnswer = { ok: true; eventIds: string[]; summary: ReplaySummary } | ({ ok: false } & ReplayRefusal);
export type ReplayAnswer = { ok: true; operationId: string; summary: ReplaySummary } | ({ ok: false } & ReplayRefusal);
