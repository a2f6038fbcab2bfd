/**
 * Parameter of the address -> columns of `audit.event`; a row fits when one of them equals the value.
 * What is not in these two lists cannot reach SQL.
 */
export const AUDIT_FILTER_COLUMNS = {
  actor: ["actor_id"],
  action: ["action"],
  target: ["target_id", "customer_id"],
  outcome: ["outcome"],
  decision: ["decision"],
  ticket: ["ticket"],
} as const;

/** Where a search looks for an id, or the beginning of one. */
export const AUDIT_SEARCH_COLUMNS = [
  "event_id",
  "operation_id",
  "actor_id",
  "session_ref",
  "target_id",
  "customer_id",
  "request_id",
  "upstream_request_id",
  "ticket",
] as const;
