import type { CreateReauthSessionResult, RevealReauthSessionResult } from "../schema.ts";
import { failureWords } from "./failure-words.ts";

export type OutcomeTone = "info" | "success" | "warning" | "error";

export interface OutcomeWords {
  tone: OutcomeTone;
  title: string;
  explanation: string;
  /** An instant that belongs to the sentence, ISO. */
  at?: { label: string; iso: string };
  code?: string;
  /** Whether another attempt from here makes sense. */
  mayTryAgain: boolean;
}

type NotCreated = Extract<CreateReauthSessionResult, { ok: false }>;
type NotRevealed = Extract<RevealReauthSessionResult, { ok: false }>;

/** What a press came to, what it means for the customer, and what to do next. */
export function outcomeWords(result: NotCreated): OutcomeWords {
  switch (result.reason) {
    case "failed": {
      const { says, next, code } = failureWords(result.failure);
      return { tone: "error", title: says, explanation: `No session was made. ${next}`, code, mayTryAgain: true };
    }
    case "unknown":
      return {
        tone: "warning",
        title: "Dwolla’s answer was lost",
        explanation:
          "A session may or may not exist. A new attempt is safe: an unused session simply lapses. The lost one stays on record.",
        mayTryAgain: true,
      };
    case "in_flight":
      return {
        tone: "info",
        title: `${result.by} is creating a session for this link right now`,
        explanation: "Nothing was sent: one session at a time. Theirs shows on this page once Dwolla has answered.",
        at: { label: "Begun", iso: result.since },
        mayTryAgain: false,
      };
    case "cooling_down":
      return {
        tone: "info",
        title: `${result.by} created a session for this link a moment ago`,
        explanation: "Nothing was sent, so that the customer is not handed two. Ask before you make another.",
        at: { label: "A new one can be made from", iso: result.until },
        mayTryAgain: false,
      };
    case "slowed_down":
      return {
        tone: "warning",
        title: "Dwolla asked us to slow down",
        explanation: "Nothing was sent. Reading stays available; creating works again by itself.",
        ...(result.resumesAt && { at: { label: "Calls resume at", iso: result.resumesAt } }),
        mayTryAgain: false,
      };
    default:
      return { tone: "error", mayTryAgain: false, ...REFUSALS[result.reason] };
  }
}

type PlainRefusal = Exclude<NotCreated["reason"], "failed" | "unknown" | "in_flight" | "cooling_down" | "slowed_down">;

const REFUSALS: Record<PlainRefusal, Pick<OutcomeWords, "title" | "explanation">> = {
  exchange_not_found: {
    title: "This link is not known to the desk",
    explanation: "Nothing was sent. Go back to the worklist and open it again.",
  },
  attempt_conflict: {
    title: "This press could not be told from another one",
    explanation: "Nothing was sent. Close this and open it again.",
  },
  no_open_case: {
    title: "This link has no open repair case any more",
    explanation: "Nothing was sent. It may have healed, or been closed by a colleague, while this dialog was open.",
  },
  partner_has_no_sessions: {
    title: "This partner gives no re-auth sessions",
    explanation: "Nothing was sent. The customer links the bank anew in your app.",
  },
  channel_not_offered: {
    title: "This partner has no session for that device",
    explanation: "Nothing was sent. Choose where else the customer can finish.",
  },
  redirect_not_allowed: {
    title: "This redirect address is not on the list",
    explanation: "Nothing was sent. Choose one of the configured addresses.",
  },
};

/** Why there is nothing to show, and what that means for the session. */
export function notRevealedWords(result: NotRevealed): Omit<OutcomeWords, "mayTryAgain"> {
  if (result.reason !== "already_revealed") return NOT_REVEALED[result.reason];
  return {
    tone: "info",
    title: `${result.by} has already been shown this session`,
    explanation: "It is shown once. If it did not reach the customer, create a new one: the unused one lapses.",
    at: { label: "Shown", iso: result.at },
  };
}

const NOT_REVEALED: Record<Exclude<NotRevealed["reason"], "already_revealed">, Omit<OutcomeWords, "mayTryAgain">> = {
  not_found: { tone: "error", title: "This session is not known to the desk", explanation: "Nothing was shown." },
  not_created: {
    tone: "error",
    title: "Dwolla never confirmed this session",
    explanation: "There is nothing to show. Create a new one.",
  },
  expired: {
    tone: "warning",
    title: "This session has lapsed",
    explanation: "It could be used for 30 minutes. Create a new one.",
  },
  nothing_to_reveal: {
    tone: "error",
    title: "Dwolla’s answer holds neither a token nor an address",
    explanation: "There is nothing to hand over. Show this to an engineer.",
  },
  dwolla_refused: {
    tone: "error",
    title: "Dwolla does not give this session out",
    explanation: "Nothing was shown. Create a new one; if that is refused too, show this to an engineer.",
  },
  dwolla_unavailable: {
    tone: "warning",
    title: "Dwolla is not answering",
    explanation: "Nothing was shown. Pressing “Reveal” again is safe.",
  },
};
