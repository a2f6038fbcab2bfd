import type { AUDIT_OUTCOMES, AuditAction } from "#domain/audit-event.ts";
import type { StatusTone } from "#ui/status-badge.tsx";
import { formatUtc } from "#ui/time-format.ts";
import { type AuditFilter, isFromTheBeginning } from "../schema.ts";

const ACTION_WORDS: Record<AuditAction, string> = {
  "staff.signed_in": "Signed in",
  "staff.subject_bound": "Tied a staff member to a company account",
  "staff.sign_in_refused": "Sign-in refused",
  "staff.signed_out": "Signed out",
  "staff.added": "Added a staff member",
  "staff.role_changed": "Changed a role",
  "staff.disabled": "Disabled a staff member",
  "staff.enabled": "Enabled a staff member",
  "page.refused": "Page refused",
  "exchange.checked": "Checked an exchange",
  "reauth_session.requested": "Asked for a re-auth session",
  "reauth_session.answered": "Re-auth session answered",
  "reauth_session.revealed": "Revealed a re-auth session",
  "repair_case.claimed": "Noted that the customer signed in",
  "repair_case.verified": "Repair proven",
  "repair_case.closed_unproven": "Closed a case without proof",
  "sweep.requested": "Asked for a sweep",
  "sweep.paused": "Paused a sweep",
  "sweep.resumed": "Resumed a sweep",
  "sweep.cancelled": "Cancelled a sweep",
  "catch_up.requested": "Asked for a catch-up",
  "webhook_subscription.created": "Created the webhook subscription",
  "webhook_subscription.paused": "Paused the webhook subscription",
  "webhook_subscription.resumed": "Resumed the webhook subscription",
  "webhook_subscription.deleted": "Deleted the webhook subscription",
  "webhook_subscription.redelivery_requested": "Asked Dwolla to send webhooks again",
  "dwolla_event.replayed": "Replayed events of Dwolla",
  "audit.viewed": "Read the audit trail",
  "audit.exported": "Exported the audit trail",
  "audit.personal_data_revealed": "Revealed the personal data of an event",
  "audit.personal_data_erased": "Erased a person’s data beside their events",
  "customer.personal_data_revealed": "Revealed who a customer is",
  "audit.purge_requested": "Asked to purge old events",
  "audit.purge_approved": "Approved a purge of old events",
  "audit.purge_withdrawn": "Withdrew a purge of old events",
  "audit.purged": "Purged old events",
  "audit.key_rotated": "Changed the key that signs the trail",
  "simulator.exchange_broken": "Broke an exchange in the simulator",
  "simulator.exchange_repaired": "Repaired an exchange in the simulator",
  "simulator.customer_made": "Made a customer in the simulator",
  "simulator.session_ended": "Ended a session as the customer, in the simulator",
  "simulator.conditions_changed": "Changed what goes wrong in the simulator",
  "simulator.webhook_repeated": "Had the simulator send a webhook again",
  "simulator.scenario_kept": "Kept a run as a scenario",
  "simulator.scenario_played": "Played a scenario",
  "sandbox.verified": "Compared Dwolla’s sandbox with the simulator",
  "simulator.webhook_sent": "Had the simulator send a test webhook",
  "audit_review.drawn": "Drew a review",
  "audit_review.item_decided": "Decided an item of a review",
  "audit_review.handed_over": "Handed a review over",
  "audit_review.returned": "Returned a review",
  "audit_review.signed_off": "Signed a review off",
  "audit_review.abandoned": "Abandoned a review",
  "audit_review.exported": "Exported a review",
};

export const OUTCOME_LOOKS: Record<(typeof AUDIT_OUTCOMES)[number], { label: string; tone: StatusTone }> = {
  pending: { label: "Pending", tone: "waiting" },
  succeeded: { label: "Succeeded", tone: "proven" },
  failed: { label: "Failed", tone: "broken" },
  unknown: { label: "Unknown", tone: "warning" },
  denied: { label: "Refused", tone: "broken" },
};

export const DECISION_WORDS = { allow: "Allowed", deny: "Refused" } as const;

export const PHASE_WORDS: Record<string, string> = {
  intent: "intent, before anything happened",
  outcome: "outcome",
  reveal: "reveal",
  single: "the whole operation",
};

/** The trail outlives this list: an action that is no longer on it is shown by its code. */
export function actionWords(action: string): string {
  return (ACTION_WORDS as Record<string, string>)[action] ?? action;
}

export function outcomeLook(outcome: string): { label: string; tone: StatusTone } {
  return (
    (OUTCOME_LOOKS as Record<string, { label: string; tone: StatusTone }>)[outcome] ?? { label: outcome, tone: "quiet" }
  );
}

export const PERIOD_WORDS = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" } as const;

/** "the last 30 days, to 25 Nov 2026, 16:00:00 UTC": which times a filter covers. */
export function timesWords({ period, from, until, isOpen }: AuditFilter): string {
  const [first, last] = [formatUtc(from.toISOString()), formatUtc(until.toISOString())];
  if (period) return `the last ${PERIOD_WORDS[period]}, to ${last}`;
  if (isFromTheBeginning({ from })) return `all times, to ${last}`;
  return isOpen ? `since ${first}, to ${last}` : `from ${first} to ${last}`;
}

const PARAMETER_WORDS: Record<string, string> = {
  q: "search",
  after: "place in the list",
  before: "place in the list",
  until: "place in the list",
};

/** A parameter of the address, as the page calls it. */
export function parameterWords(name: string): string {
  return PARAMETER_WORDS[name] ?? name;
}
