import { z } from "zod";
import { ENVIRONMENTS, ROLES } from "./permissions.ts";

/** Everything that can be on record: noun.what_happened. A new act gets a new line here, never free text. */
export const AUDIT_ACTIONS = [
  "staff.signed_in",
  "staff.subject_bound",
  "staff.sign_in_refused",
  "staff.signed_out",
  "staff.added",
  "staff.role_changed",
  "staff.disabled",
  "staff.enabled",
  "page.refused",
  "exchange.checked",
  "reauth_session.requested",
  "reauth_session.answered",
  "reauth_session.revealed",
  "repair_case.claimed",
  "repair_case.verified",
  "repair_case.closed_unproven",
  "sweep.requested",
  "sweep.paused",
  "sweep.resumed",
  "sweep.cancelled",
  "catch_up.requested",
  "webhook_subscription.created",
  "webhook_subscription.paused",
  "webhook_subscription.resumed",
  "webhook_subscription.deleted",
  "webhook_subscription.redelivery_requested",
  "dwolla_event.replayed",
  "audit.viewed",
  "audit.exported",
  "audit.personal_data_revealed",
  "audit.personal_data_erased",
  "customer.personal_data_revealed",
  "audit.purge_requested",
  "audit.purge_approved",
  "audit.purge_withdrawn",
  "audit.purged",
  "audit.key_rotated",
  "simulator.exchange_broken",
  "simulator.exchange_repaired",
  "simulator.customer_made",
  "simulator.session_ended",
  "simulator.conditions_changed",
  "simulator.webhook_repeated",
  "simulator.scenario_kept",
  "simulator.scenario_played",
  "sandbox.verified",
  "simulator.webhook_sent",
  "audit_review.drawn",
  "audit_review.item_decided",
  "audit_review.handed_over",
  "audit_review.returned",
  "audit_review.signed_off",
  "audit_review.exported",
  "audit_review.abandoned",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

const AUDIT_PHASES = ["intent", "outcome", "reveal", "single"] as const;
export const AUDIT_DECISIONS = ["allow", "deny"] as const;
export const AUDIT_OUTCOMES = ["pending", "succeeded", "failed", "unknown", "denied"] as const;
const AUDIT_TARGETS = [
  "exchange",
  "customer",
  "reauth_session",
  "staff_member",
  "audit_trail",
  "page",
  "sweep",
  "catch_up",
  "repair_case",
  "webhook_subscription",
  "dwolla_event",
  "audit_purge",
  "audit_review",
  "standing_query",
  "scenario",
] as const;

const commitment = z.string().regex(/^[0-9a-f]{64}$/);
const shortText = z.string().min(1).max(200);

/**
 * One immutable row of the audit trail, as its canonical body (RFC 8785) is made from it: ids and closed words only,
 * no name, no e-mail, no address, no token. Strict, because what the canonical form does not know it drops silently.
 */
export const auditEventSchema = z.strictObject({
  schemaVersion: z.literal(1),
  eventId: z.uuid(),
  operationId: z.uuid(),
  phase: z.enum(AUDIT_PHASES),
  occurredAt: z.iso.datetime({ precision: 3 }),
  environment: z.enum(ENVIRONMENTS),
  actor: z.strictObject({
    type: z.enum(["staff", "system", "anonymous"]),
    id: shortText,
    role: z.enum(ROLES).nullable(),
    sessionRef: z.uuid().nullable(),
  }),
  action: z.enum(AUDIT_ACTIONS),
  target: z.strictObject({ type: z.enum(AUDIT_TARGETS), id: shortText }).nullable(),
  customerId: z.uuid().nullable(),
  decision: z.enum(AUDIT_DECISIONS),
  outcome: z.enum(AUDIT_OUTCOMES),
  upstream: z
    .strictObject({ status: z.int().nullable(), code: shortText.nullable(), requestId: shortText.nullable() })
    .nullable(),
  /** Six times what a person may write: a control character is recorded as a visible escape. */
  reason: z.string().max(3_000).nullable(),
  ticket: z.string().max(600).nullable(),
  requestId: shortText,
  /** Allow-listed facts of the act, flat: a filter, a role before and after, a channel. */
  details: z.record(z.string(), z.union([z.string().max(500), z.int(), z.boolean(), z.null()])),
  /** SHA-256 of salt and value; the values can be erased, the proof stays. */
  commitments: z.strictObject({
    ip: commitment.nullable(),
    userAgent: commitment.nullable(),
    actorEmail: commitment.nullable(),
  }),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;
export type AuditTarget = NonNullable<AuditEvent["target"]>;
