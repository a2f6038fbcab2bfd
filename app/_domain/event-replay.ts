import { isAboutExchange, readingOf } from "./event-topic.ts";

/**
 * What replaying an event does. It says again what the event says, dated by the event, so that the first replay can add what was
 * lost and no other one can add anything.
 *
 * | the event                                                          | a replay                       |
 * |--------------------------------------------------------------------|--------------------------------|
 * | says nothing about a bank link                                     | no_reading, or unreadable_link |
 * | is about a link that we know, its signal is on record              | on_record                      |
 * | is about a link that we know, a case was proven repaired after it  | proven_since                   |
 * | is about a link that we know, otherwise                            | signal                         |
 * | is about something else, which was read because of it              | on_record                      |
 * | is about something else, which is gone at Dwolla                   | gone                           |
 * | is about something else, otherwise                                 | reading                        |
 *
 * Only `signal` and `reading` change anything. `reading` asks Dwolla in the background: what comes of it is Dwolla's answer, and
 * nothing that could be said before.
 */
export type ReplayStep =
  | "signal"
  | "reading"
  | "on_record"
  | "proven_since"
  | "no_reading"
  | "unreadable_link"
  | "gone";

export interface ReplayFacts {
  topic: string;
  resourceKind: string | null;
  /** What processing it came to; null while it waits. */
  effect: string | null;
  isKnownExchange: boolean;
  hasSignal: boolean;
  /** A repair of the link was proven by something newer than the event. */
  isProvenSince: boolean;
}

export function replayStep(facts: ReplayFacts): ReplayStep {
  const { topic, resourceKind, effect } = facts;
  const reading = readingOf(topic, resourceKind);
  if (reading === null) return isAboutExchange(topic) ? "unreadable_link" : "no_reading";
  if (reading === "exchange" && facts.isKnownExchange) {
    if (facts.hasSignal) return "on_record";
    return facts.isProvenSince ? "proven_since" : "signal";
  }
  if (effect === "read") return "on_record";
  return effect === "resource_gone" ? "gone" : "reading";
}

/** So that nobody leans on the button: of one event, and of one person, whatever the events are. */
export const EVENT_COOLDOWN_MS = 60_000;
export const PERSON_COOLDOWN_MS = 5_000;

/** When the next replay may be; null when it may be now. */
export function coolsUntil(lastReplayAt: Date | null, cooldownMs: number, now: Date): Date | null {
  if (lastReplayAt === null) return null;
  const until = new Date(lastReplayAt.getTime() + cooldownMs);
  return until > now ? until : null;
}
