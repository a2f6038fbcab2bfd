import type { Label } from "#domain/plain-words.ts";
import type { CallView } from "../data.ts";
import type { CallAnswer } from "../schema.ts";

type Ending = Pick<CallView, "status" | "errorKind">;

const STATUS_WORDS: Record<number, string> = {
  200: "Answered",
  201: "Made",
  202: "Not ready yet: Dwolla is asking the bank",
  400: "Refused: the request is not valid, or cannot be done",
  401: "Refused: the token or the key is not accepted",
  403: "Refused: not allowed for this account",
  404: "Not found at Dwolla",
  409: "Refused: the same request is still running",
  429: "Dwolla asks to slow down",
};

const ERROR_WORDS: Record<string, string> = {
  network: "No connection, or it broke",
  timeout: "No answer in time",
  aborted: "Given up by us before the answer came",
  response_shape: "The answer was larger than any that Dwolla documents",
};

/** How it ended, as a badge: the status, or in a word what kept the answer away. */
export function endingBadge({ status, errorKind }: Ending): Label {
  if (errorKind !== null || status === null)
    return { tone: "broken", label: (errorKind ?? "no answer").replace("_", " ") };
  if (status === 429) return { tone: "warning", label: "429" };
  if (status >= 400) return { tone: "broken", label: String(status) };
  return { tone: status === 202 ? "waiting" : "proven", label: String(status) };
}

/** The same in a sentence. */
export function endingWords({ status, errorKind }: Ending): string {
  if (errorKind !== null) return ERROR_WORDS[errorKind] ?? errorKind;
  if (status === null) return "No answer";
  if (status >= 500) return "Dwolla had an error of its own";
  return STATUS_WORDS[status] ?? (status < 300 ? "Answered" : "An answer that Dwolla does not document");
}

export const ANSWER_WORDS: Record<CallAnswer, string> = {
  failed: "Failed (all kinds)",
  "2xx": "2xx success",
  "3xx": "3xx redirect",
  "4xx": "4xx refused",
  "429": "429 slow down",
  "5xx": "5xx Dwolla’s error",
  none: "No answer",
};

export const PERIOD_WORDS = { "15m": "15 minutes", "1h": "hour", "24h": "24 hours" } as const;

export const DURATION_WORDS = {
  "100ms": "100 ms or more",
  "1s": "a second or more",
  "5s": "5 seconds or more",
} as const;

const PAGE_WORDS: Record<string, string> = {
  "credentials.read": "Sandbox page",
  "webhook_subscriptions.read": "Webhooks page",
  "health.read": "Health check",
};

/** Acts and jobs are known by their own names, as in the audit trail and the log; only what pages read has none there. */
export function actWords(act: string): string {
  return PAGE_WORDS[act] ?? act;
}

const SUBJECT_WORDS: Record<string, string> = {
  reauth_session: "Re-auth session",
  event: "Event",
  sweep: "Sweep",
  proof: "Proof",
  catch_up: "Catch-up",
  exchange: "Bank link",
  customer: "Customer",
  webhook_subscription: "Webhook subscription",
};

export function subjectWords(type: string): string {
  return SUBJECT_WORDS[type] ?? type;
}
