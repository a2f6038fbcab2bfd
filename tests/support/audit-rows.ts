import pg from "pg";

/** One row of `audit.event` as a test compares it, newest last. */
export interface AuditRow {
  operation_id: string;
  action: string;
  outcome: string;
  actor_id: string;
  target_id: string | null;
  details: Record<string, unknown>;
}

/** Reads the trail as the auditor, as compliance would. */
export async function auditRows(auditorUrl: string, filter: { action?: string } = {}): Promise<AuditRow[]> {
  const client = new pg.Client({ connectionString: auditorUrl });
  await client.connect();
  const { rows } = await client
    .query(
      `SELECT operation_id, action, outcome, actor_id, target_id, body::json->'details' AS details FROM audit.event
       WHERE $1::text IS NULL OR action = $1 ORDER BY recorded_at`,
      [filter.action ?? null],
    )
    .finally(() => client.end());
  return rows;
}
