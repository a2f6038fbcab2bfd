import { z } from "zod";
import { CHANNELS, type Channel } from "#domain/partner-capability.ts";
import { plainText, reason } from "#domain/reason.ts";
import type { ReauthSessionState } from "#domain/reauth-session.ts";

export const TICKET_MAX_LENGTH = 100;
const REDIRECT_MAX_LENGTH = 300;

/**
 * How long what was handed over can be used. Plaid: a Link token in update mode "expires in 30 minutes"
 * (https://plaid.com/docs/api/link/#linktokencreate). MX publishes no life; the same is assumed.
 */
export const UPDATE_MODE_TOKEN_LIFE_MS = 30 * 60_000;

export const REASON_PRESETS = [
  "The customer called because a payment failed.",
  "The bank asks this customer to sign in again.",
  "The customer changed their password or bank login.",
  "The earlier session lapsed before the customer used it.",
] as const;

export const createReauthSessionSchema = z.object({
  /** Made once per opening of the dialog: a double press, or a repeat after a lost connection, is the same attempt. */
  attemptId: z.uuid().toLowerCase(),
  exchangeId: z.uuid().toLowerCase(),
  channel: z.enum(CHANNELS),
  /** One of the configured addresses; null for the web. */
  redirectAddress: z.string().max(REDIRECT_MAX_LENGTH).nullable(),
  reason,
  ticket: plainText
    .max(TICKET_MAX_LENGTH, `At most ${TICKET_MAX_LENGTH} characters.`)
    .transform((ticket) => ticket || null),
});
export type CreateReauthSessionInput = z.output<typeof createReauthSessionSchema>;

/** Its place in the list of its link's page. */
export function sessionAnchor(sessionId: string): string {
  return `session-${sessionId}`;
}

export const revealReauthSessionSchema = z.object({ sessionId: z.uuid().toLowerCase() });
export type RevealReauthSessionInput = z.output<typeof revealReauthSessionSchema>;

/**
 * Why there is no session, or no telling: what kept the answer away (a kind of DwollaError, or `process_ended`),
 * its status and Dwolla's own word for it. `resumesAt` comes with a fresh 429 only.
 */
export type ReauthFailure = { kind: string; status: number | null; code: string | null; resumesAt?: string };

/** What came of one press. Times are ISO 8601; `by` is the name of the person in whose way this press was. */
export type CreateReauthSessionResult =
  | { ok: true; sessionId: string; createdAt: string }
  /** Dwolla said no, or was not reached: certainly no session exists. */
  | { ok: false; reason: "failed"; sessionId: string; failure: ReauthFailure }
  /** Dwolla's answer was lost: a session may or may not exist. */
  | { ok: false; reason: "unknown"; sessionId: string }
  /** Nothing was sent: Dwolla asked us to slow down. */
  | { ok: false; reason: "slowed_down"; resumesAt?: string }
  | ({ ok: false } & Obstacle)
  | { ok: false; reason: CreateRefusal };

/** Another session in the way of this one. */
export type Obstacle =
  | { reason: "in_flight"; by: string; since: string }
  | { reason: "cooling_down"; by: string; since: string; until: string };

export type CreateRefusal =
  | "exchange_not_found"
  | "no_open_case"
  | "partner_has_no_sessions"
  | "channel_not_offered"
  | "redirect_not_allowed"
  /** The attempt's id belongs to another press, of another exchange or person: the dialog has to be opened anew. */
  | "attempt_conflict";

/** What the customer's app (a token) or browser (an address) needs to sign in at the bank. */
export type RevealedHandover = { kind: "token" | "address"; value: string };

export type RevealReauthSessionResult =
  | { ok: true; handover: RevealedHandover; expiresAt: string }
  | { ok: false; reason: "already_revealed"; by: string; at: string }
  | { ok: false; reason: RevealRefusal };

export type RevealRefusal =
  | "not_found"
  | "not_created"
  | "expired"
  | "nothing_to_reveal"
  | "dwolla_refused"
  | "dwolla_unavailable";

/** One attempt as the screens show it. Times are ISO 8601. */
export interface ReauthSessionView {
  id: string;
  exchangeId: string;
  state: ReauthSessionState;
  channel: Channel;
  redirectAddress: string | null;
  reason: string;
  ticket: string | null;
  requestedBy: string;
  requestedAt: string;
  answeredAt: string | null;
  /** Set for failed and unknown. */
  failure: ReauthFailure | null;
  upstreamRequestId: string | null;
  revealedBy: string | null;
  revealedAt: string | null;
}

/** Made, shown to nobody yet, and still of use. */
export function isReadyToReveal(session: ReauthSessionView, now: string): boolean {
  const { state, revealedAt, answeredAt, requestedAt } = session;
  const lapsesAt = Date.parse(answeredAt ?? requestedAt) + UPDATE_MODE_TOKEN_LIFE_MS;
  return state === "created" && revealedAt === null && lapsesAt > Date.parse(now);
}
