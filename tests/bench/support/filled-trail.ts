import type { Owner } from "./owner.ts";

/** Filling them takes most of the time, and no export reads them. */
const INDEXES_NOT_READ = ["event_operation", "event_actor", "event_target", "event_customer"];
/** Rows of a step: a single statement over millions would say nothing for minutes. */
const STEP_ROWS = 200_000;

/**
 * A trail of so many events, a second apart, the newest a moment old. Each has the columns and a text of the size that a press on
 * "Create session" leaves.
 */
export async function fillTrail(owner: Owner, events: number): Promise<void> {
  await owner.run(`DROP INDEX ${INDEXES_NOT_READ.map((name) => `audit.${name}`).join(", ")}`);
  for (let from = 1; from <= events; from += STEP_ROWS) {
    await owner.run(insertEvents(from, Math.min(events, from + STEP_ROWS - 1), events));
    process.stderr.write(`\rfilling the trail: ${Math.min(events, from + STEP_ROWS - 1)} of ${events}`);
  }
  process.stderr.write("\n");
  await owner.run("VACUUM (FREEZE, ANALYZE) audit.event");
}

function insertEvents(from: number, to: number, events: number): string {
  const id = (kind: string, of = "n") => `md5('${kind}' || ${of})::uuid`;
  return `
    INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment, actor_type,
      actor_id, actor_role, session_ref, action, target_type, target_id, customer_id, decision, outcome, upstream_status,
      upstream_request_id, reason, ticket, request_id, body)
    SELECT event_id, operation_id, 'outcome', at, at + interval '1234 microseconds', 1, 'simulator', 'staff', actor_id, 'agent', session_ref,
      'reauth_session.answered', 'exchange', target_id, customer_id, 'allow', 'succeeded', 201, upstream_request_id, reason, ticket, request_id,
      '{"action":"reauth_session.answered","actor":{"id":"' || actor_id || '","role":"agent","sessionRef":"' || session_ref
      || '","type":"staff"},"commitments":{"actorEmail":"' || hash || '","ip":"' || hash || '","userAgent":"' || hash
      || '"},"customerId":"' || customer_id || '","decision":"allow","details":{"channel":"desktop"},"environment":"simulator","eventId":"'
      || event_id || '","occurredAt":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","operationId":"' || operation_id
      || '","outcome":"succeeded","phase":"outcome","reason":"' || reason || '","requestId":"' || request_id
      || '","schemaVersion":1,"target":{"id":"' || target_id || '","type":"exchange"},"ticket":"' || ticket
      || '","upstream":{"code":null,"requestId":"' || upstream_request_id || '","status":201}}'
    FROM (SELECT ${id("event")} AS event_id, ${id("operation")} AS operation_id,
        date_trunc('milliseconds', now()) - (${events} - n) * interval '1 second' AS at,
        ${id("actor", "n % 50")}::text AS actor_id, ${id("session", "n % 5000")} AS session_ref, ${id("exchange", "n % 100000")}::text AS target_id,
        ${id("customer", "n % 80000")}::text AS customer_id, ${id("upstream")}::text AS upstream_request_id, ${id("request")}::text AS request_id,
        'Customer called, bank asks for a new sign-in, number ' || n AS reason, 'OPS-' || n % 9000 AS ticket,
        encode(sha256(('commitment' || n)::bytea), 'hex') AS hash
      FROM generate_series(${from}, ${to}) n) row`;
}
