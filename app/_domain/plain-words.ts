import type { Delivery } from "./event-delivery.ts";
import { REAUTH_REQUIRED } from "./event-topic.ts";
import type { Health, SignalKind, SignalSource } from "./exchange-health.ts";
import { partnerCapability } from "./partner-capability.ts";
import type { ProofFinding } from "./proof-schedule.ts";
import type { ReauthSessionState } from "./reauth-session.ts";
import type { RepairCaseState } from "./repair-case.ts";

/**
 * What codes and states say on every screen: plain words here, once; the code itself stands small beside them.
 * A code nobody knows yet is shown as it came.
 */

/** Colour by meaning. Each tone is one status colour with one icon. */
export type Tone = "broken" | "warning" | "session" | "waiting" | "proven" | "quiet";
export interface Label {
  tone: Tone;
  label: string;
}

export interface CauseWords {
  says: string;
  means: string;
  next: string;
}

/** The causes that an open repair case can have: a removed link closes its case. */
export const CAUSES = ["UpdateCredentials", "deactivated", REAUTH_REQUIRED] as const;

const CAUSE_WORDS: Record<string, CauseWords> = {
  UpdateCredentials: {
    says: "The bank asks the customer to sign in again",
    means: "Balance checks fail and payments through this bank may bounce until the customer has signed in.",
    next: "Create a re-auth session and hand it to the customer.",
  },
  [REAUTH_REQUIRED]: {
    says: "Access ends soon unless the customer signs in again",
    means: "The link still works today. Dwolla says that it will stop.",
    next: "Create a session before it breaks.",
  },
  deactivated: {
    says: "Dwolla has switched this link off",
    means: "Nothing can be read or paid through this bank until the link is renewed.",
    next: "Create a session. If Dwolla refuses it, the customer links the bank anew.",
  },
  removed: {
    says: "This link was removed",
    means: "The connection to this bank is gone. It cannot be repaired, only made anew.",
    next: "The customer links the bank anew in your app.",
  },
};

export function causeWords(cause: string): CauseWords {
  return (
    CAUSE_WORDS[cause] ?? {
      says: cause,
      means: "Dwolla gave a reason that this desk does not know yet.",
      next: "Ask an engineer what it means.",
    }
  );
}

export const HEALTH_WORDS: Record<Health, Label> = {
  healthy: { tone: "proven", label: "Healthy" },
  reauth_required: { tone: "warning", label: "Sign-in needed soon" },
  broken: { tone: "broken", label: "Broken" },
  removed: { tone: "quiet", label: "Removed" },
  unknown: { tone: "quiet", label: "Not proven" },
};

export const REPAIR_CASE_STATE_WORDS: Record<RepairCaseState, Label> = {
  open: { tone: "broken", label: "Needs a session" },
  session_created: { tone: "session", label: "Session out" },
  claimed: { tone: "waiting", label: "Waiting for proof" },
  verified: { tone: "proven", label: "Proven" },
  dismissed: { tone: "quiet", label: "Dismissed" },
  not_repairable: { tone: "quiet", label: "Not repairable" },
};

/** A partner without sessions leaves one way only, and a warning leaves time: that is said wherever the case is named. */
export function repairCaseWords(repair: { state: RepairCaseState; cause: string; partner: string }): Label {
  const words = REPAIR_CASE_STATE_WORDS[repair.state];
  if (repair.state !== "open") return words;
  if (repair.cause === REAUTH_REQUIRED) return HEALTH_WORDS.reauth_required;
  return partnerCapability(repair.partner).handover === "none" ? { ...words, label: "Needs a new link" } : words;
}

/** The sentence that explains each stands with the session itself; `short` is for a list. */
export const ATTEMPT_WORDS: Record<ReauthSessionState, Label & { short: string }> = {
  pending: { tone: "waiting", label: "Being created", short: "Pending" },
  created: { tone: "session", label: "Session created", short: "Created" },
  failed: { tone: "broken", label: "Dwolla refused", short: "Refused" },
  unknown: { tone: "warning", label: "Answer lost", short: "Lost" },
};

export interface SignalWords extends Label {
  /** What this kind of evidence can not tell. */
  blindSpot: string;
}

const STATUS_BLIND_SPOT = "Dwolla keeps saying active while the bank already refuses.";
const BALANCE_BLIND_SPOT = "It speaks of one account at one moment; another account of the same bank may differ.";

const WORD_BLIND_SPOT = "It is what somebody said, not what was seen.";

const SIGNAL_WORDS: Record<SignalKind, Record<string, SignalWords>> = {
  exchange_status: {
    active: { tone: "quiet", label: "Dwolla lists the link as active", blindSpot: STATUS_BLIND_SPOT },
    deactivated: {
      tone: "broken",
      label: "Dwolla lists the link as deactivated",
      blindSpot: "It does not say who switched it off, or why.",
    },
    removed: { tone: "quiet", label: "Dwolla lists the link as removed", blindSpot: "It does not say who removed it." },
  },
  balance_check: {
    answered: { tone: "proven", label: "The bank answered a balance check", blindSpot: BALANCE_BLIND_SPOT },
    update_credentials: {
      tone: "broken",
      label: "The bank refused a balance check: sign in again",
      blindSpot: "It does not say whether the password changed, consent ran out or the bank moved.",
    },
    unsupported: {
      tone: "quiet",
      label: "This partner does not allow a balance check, so we cannot prove health",
      blindSpot: "Everything but Dwolla’s own status.",
    },
    not_enabled: {
      tone: "quiet",
      label: "Balance checks are not part of this Dwolla plan",
      blindSpot: "Everything but Dwolla’s own status.",
    },
    none_refused: {
      tone: "proven",
      label: "No account that may belong to this link was refused",
      blindSpot: "Which of the customer’s accounts came through this link.",
    },
    processing: {
      tone: "waiting",
      label: "The bank had not answered the balance check yet",
      blindSpot: "Whether it would have answered.",
    },
  },
  event: {
    [REAUTH_REQUIRED]: {
      tone: "warning",
      label: "Dwolla warned that access ends soon",
      blindSpot: "It does not say when, and nothing is said when the customer has signed in again.",
    },
  },
  staff_word: {
    works: { tone: "quiet", label: "Staff say that it works", blindSpot: WORD_BLIND_SPOT },
    fails: { tone: "quiet", label: "The customer says that it still does not work", blindSpot: WORD_BLIND_SPOT },
  },
  customer_claim: {
    finished: { tone: "waiting", label: "The customer says to have signed in", blindSpot: WORD_BLIND_SPOT },
  },
};

const UNKNOWN_SIGNAL: Record<SignalKind, string> = {
  exchange_status: "Dwolla lists the link as",
  balance_check: "The balance check was answered with",
  event: "Dwolla sent the event",
  staff_word: "Staff say",
  customer_claim: "The customer says",
};

export function signalWords(kind: SignalKind, value: string): SignalWords {
  const known = SIGNAL_WORDS[kind];
  // Dwolla chooses the word: one such as "constructor" is found in every object.
  if (Object.hasOwn(known, value) && known[value]) return known[value];
  return {
    tone: "quiet",
    label: `${UNKNOWN_SIGNAL[kind]} ${value}`,
    blindSpot: "This desk does not know this answer yet.",
  };
}

/** By which way a signal came. */
export const SOURCE_WORDS: Record<SignalSource, string> = {
  sweep: "sweep",
  check: "check by a person",
  webhook: "webhook",
  catch_up: "catch-up",
  proof: "proof",
  staff: "what was said",
};

/** What the last probe of a proof found, as a half sentence. */
export const FINDING_WORDS: Record<ProofFinding, string> = {
  proven: "the link works",
  still_broken: "the bank still refuses",
  works_but_warned: "the link works, but the announced end of access stands",
  not_proven: "nothing was said for or against",
  no_answer: "the bank could not be asked",
  cannot_be_proven: "nothing here can be asked for a proof",
  removed: "the link was removed",
  gone: "Dwolla no longer knows the link",
  refused: "Dwolla would not say",
};

/** What can be seen at a partner, and what can not. */
export function partnerSightWords(partnerName: string): string {
  const { hasBalanceCheck, warns } = partnerCapability(partnerName);
  if (!hasBalanceCheck)
    return "Only what Dwolla’s status says: no balance check, no early warning. A silent break stays unseen.";
  if (warns) return "Balance checks find a break; a webhook warns before some of them.";
  return "Balance checks find a break; nothing warns before it.";
}

/** By which way an event came, and what that means. */
export const DELIVERY_WORDS: Record<Delivery, Label & { means: string }> = {
  delivered: { tone: "proven", label: "Delivered", means: "Came as a webhook, once." },
  duplicate: { tone: "quiet", label: "Duplicate", means: "Came as a webhook more than once. It had one effect." },
  late: { tone: "warning", label: "Late", means: "Catch-up had read it before its webhook came." },
  on_its_way: { tone: "waiting", label: "On its way", means: "Catch-up read it just now. Its webhook may still come." },
  lost: { tone: "broken", label: "Lost", means: "Never came as a webhook. Catch-up has read it." },
  before: { tone: "quiet", label: "Before our time", means: "Older than the desk: no webhook of it was expected." },
};

const TOPIC_WORDS: Record<string, string> = {
  [REAUTH_REQUIRED]: "Access to a bank ends soon",
  customer_exchange_deactivated: "Access to a bank has ended",
  customer_funding_source_added: "A bank account was added",
  customer_funding_source_removed: "A bank account was removed",
  customer_funding_source_updated: "A bank account was changed",
  customer_funding_source_verified: "A bank account was verified",
  customer_funding_source_unverified: "A bank account is no longer verified",
  customer_balance_inquiry_completed: "A balance check was answered",
  customer_created: "A customer was added",
  customer_suspended: "A customer was suspended",
  customer_deactivated: "A customer was deactivated",
};

/** A topic that nobody has put into words reads as it came, with spaces. */
export function topicWords(topic: string): string {
  const words = topic.replaceAll(/[_:.]+/g, " ").trim();
  return TOPIC_WORDS[topic] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
