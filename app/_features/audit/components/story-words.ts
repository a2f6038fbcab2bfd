import { formatUtc } from "#ui/time-format.ts";
import type { StoryEvent } from "../data.ts";
import { actionWords, outcomeLook } from "./audit-words.ts";

type Facts = Record<string, unknown>;

/** What happened in this step, in one sentence. */
export function stepWords(event: StoryEvent): string {
  const { action, outcome } = event;
  const facts = factsOf(event);
  const said = SENTENCES[`${action} ${outcome}`]?.(facts);
  return said ?? `${actionWords(action)}: ${outcomeLook(outcome).label.toLowerCase()}`;
}

/** Further facts of the body, each a few words. */
export function stepFacts(event: StoryEvent): string[] {
  const { channel, refusedBy, late, failureKind } = factsOf(event);
  return [
    ...(typeof channel === "string" ? [`the customer finishes on ${channel}`] : []),
    ...(typeof refusedBy === "string" ? [`refused because: ${refusedBy.replaceAll("_", " ")}`] : []),
    ...(event.outcome === "unknown" && typeof failureKind === "string" ? [failureKind.replaceAll("_", " ")] : []),
    ...(late === true ? ["the answer came late"] : []),
  ];
}

/** What Dwolla answered, where it was asked; null where it was not. */
export function answerWords({ action, upstreamStatus, upstreamCode, outcome, phase }: StoryEvent): string | null {
  if (upstreamStatus !== null) return `Dwolla answered ${upstreamStatus}${upstreamCode ? ` ${upstreamCode}` : ""}`;
  if (upstreamCode !== null) return `Dwolla did not answer (${upstreamCode})`;
  // An export or a change of keys asks nothing of Dwolla.
  const isLost = phase === "outcome" && outcome === "unknown" && !action.startsWith("audit.");
  return isLost ? "No answer of Dwolla is on record" : null;
}

/** What is missing at the end: an intent alone says that something was about to happen. */
export function openEndWords(story: readonly StoryEvent[]): string | null {
  const isOpen = story.some(({ phase }) => phase === "intent") && !story.some(({ phase }) => phase === "outcome");
  return isOpen ? "What came of it is not on record, or not for you to see." : null;
}

const PROBES: Record<string, string> = {
  balance_check: "the bank answered a balance check",
  exchange_status: "Dwolla lists the link as active again",
};

const SENTENCES: Record<string, (facts: Facts) => string> = {
  "reauth_session.requested pending": () => "Asked Dwolla for a re-auth session",
  "reauth_session.requested denied": () => "Was refused a re-auth session",
  "reauth_session.answered succeeded": () => "Dwolla made the session",
  "reauth_session.answered failed": () => "No session was made",
  "reauth_session.answered unknown": () => "Unknown: Dwolla’s answer was lost. A session may or may not exist",
  "reauth_session.revealed succeeded": () => "The session was shown, once",
  "reauth_session.revealed failed": () => "The session could not be shown",
  "reauth_session.revealed denied": () => "The session was not shown",
  "repair_case.claimed succeeded": ({ word }) =>
    word === "finished" ? "The customer says the sign-in is done" : "The customer says that it still does not work",
  "repair_case.verified succeeded": ({ probe, provenAt }) =>
    ["Repair proven", PROBES[String(probe)], typeof provenAt === "string" && formatUtc(provenAt)]
      .filter(Boolean)
      .join(", "),
  "dwolla_event.replayed pending": ({ events, filter }) =>
    [
      `Began to replay ${events === 1 ? "an event" : `${events} events`} of Dwolla`,
      typeof filter === "string" && `chosen by ${filter}`,
    ]
      .filter(Boolean)
      .join(", "),
  "dwolla_event.replayed succeeded": ({ signals, readings, unchanged, casesOpened }) =>
    `Replayed: ${signals} signals, ${readings} to be read anew, ${unchanged} unchanged; ${casesOpened} cases opened`,
  "repair_case.closed_unproven succeeded": () => "Closed on the customer’s word, without proof",
};

/** A body that is no JSON was tampered with; the step is then told by its columns alone. */
function factsOf({ body }: StoryEvent): Facts {
  try {
    return (JSON.parse(body) as { details?: Facts }).details ?? {};
  } catch {
    return {};
  }
}
