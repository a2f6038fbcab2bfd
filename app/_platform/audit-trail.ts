import { createHash, randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import type { Actor } from "#domain/actor.ts";
import { type AuditAction, type AuditEvent, type AuditTarget, auditEventSchema } from "#domain/audit-event.ts";
import type { Environment } from "#domain/permissions.ts";
import { printable } from "#domain/printable-text.ts";
import type { Transaction } from "./database-client.ts";
import { uuidv7 } from "./uuid.ts";

/** Where a request came from. Kept apart from the event, so that it can be erased. */
export interface RequestOrigin {
  requestId: string;
  ip: string | null;
  userAgent: string | null;
}

/** Who acts, where, when: what every audit event repeats. A `Context` is one. */
export interface AuditContext {
  actor: Actor | { type: "anonymous"; email: string | null };
  environment: Environment;
  origin: RequestOrigin;
  now: () => Date;
}

export interface AuditEntry {
  action: AuditAction;
  /** Ties intent, outcome and reveal of one operation; a single event gets its own. */
  operationId?: string;
  phase?: AuditEvent["phase"];
  outcome: AuditEvent["outcome"];
  target?: AuditTarget | null;
  customerId?: string | null;
  upstream?: AuditEvent["upstream"];
  reason?: string | null;
  ticket?: string | null;
  details?: AuditEvent["details"];
}

/**
 * Adds one row to the audit trail, in the transaction of the change it describes: no row, no change.
 * The decision is `deny` exactly when the outcome is `denied`.
 * @throws ZodError when the entry carries anything the closed schema does not know.
 */
export async function recordAuditEvent(tx: Transaction, context: AuditContext, entry: AuditEntry): Promise<void> {
  const salt = randomBytes(32);
  const personal = personalData(context);
  const event = toEvent(context, entry, {
    ip: commit(salt, personal.ip),
    userAgent: commit(salt, personal.userAgent),
    actorEmail: commit(salt, personal.actorEmail),
  });
  const body = canonicalize(event);
  // One statement, so that both rows are there or neither, also where the caller brings no transaction.
  await tx.$executeRaw`
    WITH event AS (
      INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, schema_version, environment,
        actor_type, actor_id, actor_role, session_ref, action, target_type, target_id, customer_id, decision, outcome,
        upstream_status, upstream_code, upstream_request_id, reason, ticket, request_id, body)
      VALUES (${event.eventId}::uuid, ${event.operationId}::uuid, ${event.phase}, ${event.occurredAt}::timestamptz,
        ${event.schemaVersion}::smallint, ${event.environment}, ${event.actor.type}, ${event.actor.id}, ${event.actor.role},
        ${event.actor.sessionRef}, ${event.action}, ${event.target?.type ?? null}, ${event.target?.id ?? null},
        ${event.customerId}, ${event.decision}, ${event.outcome}, ${event.upstream?.status ?? null}::smallint,
        ${event.upstream?.code ?? null}, ${event.upstream?.requestId ?? null}, ${event.reason}, ${event.ticket},
        ${event.requestId}, ${body}))
    INSERT INTO audit.event_private (event_id, salt, ip, user_agent, actor_email)
    VALUES (${event.eventId}::uuid, ${salt}, ${personal.ip}, ${personal.userAgent}, ${personal.actorEmail})`;
}

function toEvent(context: AuditContext, entry: AuditEntry, commitments: AuditEvent["commitments"]): AuditEvent {
  const eventId = uuidv7(context.now());
  return auditEventSchema.parse({
    schemaVersion: 1,
    eventId,
    operationId: entry.operationId ?? eventId,
    phase: entry.phase ?? "single",
    occurredAt: context.now().toISOString(),
    environment: context.environment,
    actor: actorOfRecord(context.actor),
    action: entry.action,
    target: entry.target ?? null,
    customerId: entry.customerId ?? null,
    decision: entry.outcome === "denied" ? "deny" : "allow",
    outcome: entry.outcome,
    upstream: entry.upstream ?? null,
    reason: entry.reason === undefined || entry.reason === null ? null : printable(entry.reason),
    ticket: entry.ticket === undefined || entry.ticket === null ? null : printable(entry.ticket),
    requestId: context.origin.requestId,
    details: entry.details ?? {},
    commitments,
  } satisfies AuditEvent);
}

function actorOfRecord(actor: AuditContext["actor"]): AuditEvent["actor"] {
  switch (actor.type) {
    case "staff":
      return { type: "staff", id: actor.id, role: actor.role, sessionRef: actor.sessionRef };
    case "system":
      return { type: "system", id: actor.job, role: null, sessionRef: null };
    case "anonymous":
      return { type: "anonymous", id: "anonymous", role: null, sessionRef: null };
  }
}

function personalData({ actor, origin }: AuditContext) {
  const actorEmail = actor.type === "system" ? null : actor.email;
  return { ip: origin.ip, userAgent: origin.userAgent && printable(origin.userAgent).slice(0, 512), actorEmail };
}

function commit(salt: Buffer, value: string | null): string | null {
  return value === null ? null : createHash("sha256").update(salt).update(value).digest("hex");
}
