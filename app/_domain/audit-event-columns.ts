import type { AuditEvent } from "./audit-event.ts";

/** What stands beside the body of an event in its row, for searching: column -> where the body says the same. */
const COLUMNS: Record<string, (event: AuditEvent) => string | number | null> = {
  event_id: (event) => event.eventId,
  operation_id: (event) => event.operationId,
  phase: (event) => event.phase,
  occurred_at: (event) => event.occurredAt,
  schema_version: (event) => event.schemaVersion,
  environment: (event) => event.environment,
  actor_type: (event) => event.actor.type,
  actor_id: (event) => event.actor.id,
  actor_role: (event) => event.actor.role,
  session_ref: (event) => event.actor.sessionRef,
  action: (event) => event.action,
  target_type: (event) => event.target?.type ?? null,
  target_id: (event) => event.target?.id ?? null,
  customer_id: (event) => event.customerId,
  decision: (event) => event.decision,
  outcome: (event) => event.outcome,
  upstream_status: (event) => event.upstream?.status ?? null,
  upstream_code: (event) => event.upstream?.code ?? null,
  upstream_request_id: (event) => event.upstream?.requestId ?? null,
  reason: (event) => event.reason,
  ticket: (event) => event.ticket,
  request_id: (event) => event.requestId,
};

/** The names, for a SELECT. */
export const AUDIT_EVENT_COLUMNS = Object.keys(COLUMNS);

/** An event as its row has it, but for what the database adds. */
export function columnsOf(event: AuditEvent): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(COLUMNS).map(([column, read]) => [column, read(event)]));
}

/**
 * Only the body is sealed; a column that says something else was changed by somebody with the rights of an owner, or never came from
 * this desk. The body is taken as it is: one of a later version may say more than this version knows.
 * @returns the names of such columns; `body` when the body itself is no event.
 */
export function differingColumns(row: Record<string, unknown>, body: string): string[] {
  try {
    const event = JSON.parse(body) as AuditEvent;
    return Object.entries(COLUMNS).flatMap(([column, read]) => (plain(row[column]) === read(event) ? [] : [column]));
  } catch {
    return ["body"];
  }
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
