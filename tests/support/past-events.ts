import { queryAsOwner } from "./owner-query.ts";

export interface PastEvent {
  recordedAt: string;
  actorId: string;
  /** An operation of its own, unless it is said. */
  operationId?: string;
  actorType?: "staff" | "system" | "anonymous";
  action: string;
  phase?: string;
  outcome?: string;
  target?: { type: string; id: string };
  details?: object;
}

/**
 * Rows of the trail as they would have been written long ago: the app has no say over `recorded_at`, a superuser has.
 * Returns their ids, in the order given.
 */
export async function insertPastEvents(ownerUrl: string, events: readonly PastEvent[]): Promise<string[]> {
  const rows = events.map(({ recordedAt, operationId, actorId, actorType = "staff", action, ...event }) => ({
    recorded_at: recordedAt,
    operation_id: operationId,
    actor_id: actorId,
    actor_type: actorType,
    action,
    phase: event.phase ?? "single",
    outcome: event.outcome ?? "succeeded",
    target_type: event.target?.type,
    target_id: event.target?.id,
    body: JSON.stringify({ details: event.details ?? {} }),
  }));
  const inserted = await queryAsOwner(
    ownerUrl,
    `INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment, actor_type,
       actor_id, actor_role, action, target_type, target_id, decision, outcome, request_id, body)
     SELECT gen_random_uuid(), coalesce(operation_id, gen_random_uuid()), phase, recorded_at, recorded_at, 1, 'simulator', actor_type, actor_id,
       CASE actor_type WHEN 'staff' THEN 'agent' END, action, target_type, target_id,
       CASE outcome WHEN 'denied' THEN 'deny' ELSE 'allow' END, outcome, 'request-1', body
     FROM json_to_recordset($1::json) AS given (recorded_at timestamptz, operation_id uuid, actor_id text, actor_type text, action text,
       phase text, outcome text, target_type text, target_id text, body text)
     RETURNING event_id`,
    [JSON.stringify(rows)],
  );
  return inserted.map(({ event_id }) => String(event_id));
}
