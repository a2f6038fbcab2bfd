import type pg from "pg";

/** Rows of a kind that a search must find although they are few and old. */
export const RARE = { action: "staff.role_changed", outcome: "unknown", ticket: "LEGAL-7" } as const;
/** All rows of the fill were recorded in this time before the fill. */
const FILLED_DAYS = 365;

/**
 * Fills an empty trail as a superuser, in one statement: 200 people and a few jobs, some far busier than others; few rare actions and
 * outcomes, and those long ago; a long tail of bank links; a ticket on every third row. The indexes are made anew afterwards, which is
 * many times faster than keeping them meanwhile.
 */
export async function fillAuditTrail(owner: pg.Client, rows: number): Promise<void> {
  const { rows: indexes } = await owner.query<{ name: string; definition: string }>(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'audit' AND tablename = 'event' AND indexname <> 'event_pkey'`);
  await owner.query("SET maintenance_work_mem = '1GB'");
  for (const { name } of indexes) await owner.query(`DROP INDEX audit.${name}`);
  await owner.query("SELECT setseed(0.5)");
  await owner.query(fillSql(rows));
  for (const { definition } of indexes) await owner.query(definition);
  await owner.query("VACUUM (ANALYZE) audit.event");
}

/** Rare things happened in the first hundredth of the time, so that a search which reads backwards through it all would show. */
function fillSql(rows: number): string {
  const isOld = `n <= ${rows} / 100`;
  return `
    INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment,
      actor_type, actor_id, actor_role, session_ref, action, target_type, target_id, customer_id, decision, outcome,
      upstream_status, upstream_request_id, reason, ticket, request_id, body)
    SELECT event_id,
      CASE WHEN is_session THEN ${uuidOf("'o' || n / 3")} ELSE event_id END,
      CASE WHEN is_session THEN (ARRAY['intent', 'outcome', 'reveal'])[n % 3 + 1] ELSE 'single' END,
      at, at, 1, 'simulator',
      CASE WHEN is_staff THEN 'staff' ELSE 'system' END,
      CASE WHEN is_staff THEN ${uuidOf("'a' || person")}::text ELSE (ARRAY['sweep.schedule', 'proof.schedule', 'retention.drop'])[person % 3 + 1] END,
      CASE WHEN is_staff THEN 'agent' END,
      CASE WHEN is_staff THEN ${uuidOf("'s' || person || '-' || n / 2000")}::text END,
      action,
      CASE WHEN action = 'audit.viewed' THEN 'audit_trail' WHEN has_link THEN 'exchange' END,
      CASE WHEN action = 'audit.viewed' THEN 'events' WHEN has_link THEN ${uuidOf("'x' || link")}::text END,
      CASE WHEN has_link THEN ${uuidOf("'c' || link / 2")}::text END,
      CASE WHEN outcome = 'denied' THEN 'deny' ELSE 'allow' END, outcome,
      CASE WHEN is_session AND n % 3 = 1 THEN 201 END,
      CASE WHEN is_session AND n % 3 = 1 THEN ${uuidOf("'u' || n")}::text END,
      CASE WHEN is_session THEN 'The customer asked for it on the phone' END,
      CASE WHEN ${isOld} AND n % 1000 = 7 THEN '${RARE.ticket}' WHEN n % 3 = 0 THEN 'OPS-' || 1000 + link END,
      ${uuidOf("'r' || n / 2")}::text,
      repeat(md5(n::text), 14)
    FROM (
      SELECT n, person, link, at, is_staff,
        (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid AS event_id,
        kind IN (0, 1, 2) AS is_session, kind < 6 AS has_link,
        CASE WHEN ${isOld} AND n % 5000 = 11 THEN '${RARE.action}'
          WHEN kind < 3 THEN (ARRAY['reauth_session.requested', 'reauth_session.answered', 'reauth_session.revealed'])[n % 3 + 1]
          WHEN kind < 6 THEN 'exchange.checked' WHEN kind = 6 THEN 'audit.viewed' WHEN kind = 7 THEN 'staff.signed_in'
          WHEN kind = 8 THEN 'page.refused' ELSE 'sweep.requested' END AS action,
        CASE WHEN ${isOld} AND n % 1000 = 13 THEN '${RARE.outcome}' WHEN kind < 3 AND n % 3 = 0 THEN 'pending' WHEN kind = 8 THEN 'denied'
          WHEN n % 20 = 0 THEN 'failed' ELSE 'succeeded' END AS outcome
      FROM (
        SELECT n, (200 * power(random(), 3))::int AS person, (${rows} / 8 * power(random(), 2))::int AS link, random() < 0.85 AS is_staff,
          (10 * random())::int AS kind,
          now() - interval '${FILLED_DAYS} days' * ((${rows} - n)::float8 / ${rows}) AS at
        FROM generate_series(1, ${rows}) n
      ) drawn
    ) named`;
}

function uuidOf(text: string): string {
  return `md5(${text})::uuid`;
}
