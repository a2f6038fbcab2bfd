import type { Tone } from "#domain/plain-words.ts";
import { BREAK_LABELS, type Break } from "#features/simulator-controls/schema.ts";
import type { Conditions } from "../data.ts";
import {
  type ClockMove,
  DWOLLA_TOKEN_SECONDS,
  type Fault,
  type FaultyCall,
  type Kind,
  type SessionEnd,
  type WebhookMischief,
} from "../schema.ts";

/** What Dwolla then shows, and by which way the desk can find it. */
export const BREAK_SIGNS: Record<Break, { shows: string; found: string }> = {
  UpdateCredentials: {
    shows: "Dwolla still says active, and a balance check is answered 400 UpdateCredentials.",
    found: "A check or a full sweep finds it. No webhook comes.",
  },
  "pending-disconnect": {
    shows: "Dwolla warns: customer_exchange_reauth_required. Balances answer until then.",
    found: "The webhook tells at once; a catch-up, where it is lost.",
  },
  "consent-expired": {
    shows: "UpdateCredentials where balances can be checked, else status deactivated.",
    found: "A check or a sweep finds it. No webhook comes.",
  },
  deactivated: {
    shows: "Status deactivated, and balance checks are refused.",
    found: "A check finds it, and each sweep that reads exchanges.",
  },
  removed: {
    shows: "Status removed, its accounts with it. Nothing mends it.",
    found: "A check finds it, and each sweep that reads exchanges.",
  },
  "bank-down": {
    shows: "Balance checks are answered 500, and nobody can sign in. Nothing is broken.",
    found: "A check says that the bank could not be asked. The verdict must not change.",
  },
  "no-balance-check": {
    shows: "Balance checks are answered 400 UnsupportedOperation. Nothing is broken.",
    found: "A check says that nothing can be proven. The verdict must not change.",
  },
};

/** The simulator's own word for how a link is. */
export function conditionWords(condition: string): { label: string; tone: Tone } {
  return CONDITION_WORDS[condition] ?? { label: condition, tone: "quiet" };
}

const CONDITION_WORDS: Record<string, { label: string; tone: Tone }> = {
  healthy: { label: "Works", tone: "proven" },
  warned: { label: "Works for seven days more", tone: "warning" },
  UpdateCredentials: { label: "Broken: sign-in wanted", tone: "broken" },
  deactivated: { label: "Broken: switched off", tone: "broken" },
  removed: { label: "Removed", tone: "quiet" },
};

export const BANK_WORDS: Record<string, string> = {
  answers: "answers",
  down: "is away: nobody can sign in",
  "no-balance-check": "offers no balance checks",
};

export const SESSION_END_WORDS: Record<SessionEnd, string> = {
  same_account: "Sign in",
  other_account: "Sign in to another account",
  abandoned: "Leave without signing in",
};

export const FAULT_WORDS: Record<Fault, string> = {
  server_error: "are answered 500",
  forbidden: "are answered 403 Forbidden",
  token_expired: "are answered 401, token expired",
  rate_limit: "are answered 429",
  reset: "are cut off before anything happens",
  reply_lost: "happen, and the answer is lost",
  slow: "take a second longer",
  hang: "are never answered",
  truncated: "break off in the middle",
  not_json: "are answered in HTML",
  no_location: "happen, and the answer names no session",
  foreign_location: "happen, and the answer names another host",
};

export const CALL_WORDS: Record<FaultyCall, string> = {
  balance: "Balance checks",
  exchange: "Reading an exchange",
  create_session: "Creating a session",
  read_session: "Reading a session",
  events: "Reading events",
  token: "Getting an access token",
};

export const MISCHIEF_WORDS: Record<WebhookMischief, string> = {
  lose_next: "Lose the next one",
  lose_all: "Lose all",
  double: "Send each twice",
  late: "Send each a minute late",
  hold: "Hold all until they are sent by hand",
  reorder: "Send them in any order",
};

export const CLOCK_WORDS: Record<ClockMove, string> = {
  "30m": "30 minutes",
  "1h": "an hour",
  "1d": "a day",
  "7d": "7 days",
};

export const KIND_WORDS: Record<Kind, string> = {
  simulator: "Bank",
  webhook: "Webhook",
  call: "Call",
  signal: "Evidence",
  case: "Case",
  session: "Session",
  audit: "Audit",
};

/** What is set now, a few words each; empty when nothing is wrong on purpose. */
export function conditionsSet(conditions: Conditions): string[] {
  const { outage, latencyMs, callsPerSecond, tokenLifetimeSeconds, mischief, faults, partners } = conditions;
  const { lose, loseShare, duplicateShare, reorder, delaySeconds, hold } = mischief;
  return [
    ...(outage === "down" ? ["Dwolla is away"] : []),
    ...(outage === "hang" ? ["Dwolla does not answer"] : []),
    ...(latencyMs > 0 ? [`every call takes ${latencyMs.toLocaleString("en")} ms longer`] : []),
    ...(callsPerSecond === null
      ? []
      : [`more than ${callsPerSecond.toLocaleString("en")} calls a second are answered 429`]),
    ...(tokenLifetimeSeconds < DWOLLA_TOKEN_SECONDS ? [`access tokens live ${tokenLifetimeSeconds} s`] : []),
    ...faults.map(faultSet),
    ...(lose > 0 ? [`the next ${lose === 1 ? "webhook is" : `${lose} webhooks are`} lost`] : []),
    ...(loseShare > 0 ? ["webhooks are lost"] : []),
    ...(duplicateShare > 0 ? ["webhooks come twice"] : []),
    ...(delaySeconds > 0 ? [`webhooks come ${delaySeconds} s late`] : []),
    ...(reorder ? ["webhooks come in any order"] : []),
    ...(hold.length > 0 ? ["webhooks are held"] : []),
    ...partners.map(({ partner, as }) => `${partner}: ${BREAK_LABELS[as as Break] ?? as}`),
  ];
}

function faultSet({ method, path, kind, status, timesLeft }: Conditions["faults"][number]): string {
  const several = timesLeft === null ? "every" : `the next ${timesLeft}`;
  const call = [timesLeft === 1 ? "the next" : several, method, path].filter((word) => word !== null).join(" ");
  return `${call}: ${status === null ? (FAULT_KIND_WORDS[kind] ?? kind) : `answered ${status}`}`;
}

/** By the simulator's own names. */
export const FAULT_KIND_WORDS: Record<string, string> = {
  delay: "slowed down",
  hang: "never answered",
  reset: "cut off",
  "rate-limit": "answered 429",
  truncate: "broken off in the middle",
  "not-json": "answered in HTML",
  "no-location": "the answer names no session",
  "foreign-location": "the answer names another host",
};

/** How far the simulator's clock is ahead of the machine's; null when it is not. */
export function aheadWords({ aheadSeconds }: Conditions): string | null {
  if (aheadSeconds < 1) return null;
  const days = Math.floor(aheadSeconds / 86_400);
  const minutes = Math.round((aheadSeconds % 86_400) / 60);
  return [days > 0 && `${days} d`, minutes > 0 && `${Math.floor(minutes / 60)} h ${minutes % 60} min`]
    .filter(Boolean)
    .join(" ");
}
