import { Prisma } from "#platform/prisma-client/client.ts";

/** Blanks and what is not seen, then a sign that begins a formula, also in its full width; or a tab or line end at the very front. */
const FORMULA =
  "^([\\u0001-\\u0020\\u007f-\\u00a0\\u00ad\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff]*[=+@\\uff1d\\uff0b\\uff0d\\uff20-]|[\\t\\r\\n])";

/** A text that a spreadsheet would run as a formula gets an apostrophe in front. Most begin with a letter or a digit, which is seen sooner. */
function guarded(text: string): string {
  const first = `ascii(${text})`;
  return `CASE WHEN ${first} BETWEEN 97 AND 122 OR ${first} BETWEEN 48 AND 57 OR ${first} BETWEEN 65 AND 90 THEN ${text}
    WHEN ${text} ~ '${FORMULA}' THEN '''' || ${text} ELSE ${text} END`;
}

/** UTC, to the microsecond. */
const instant = (column: string) => `btrim(to_json(${column})::text, '"')`;

/** Header of a CSV file -> expression over `audit.event e` and the names of staff. What others than this desk can word is guarded. */
const CSV_COLUMNS: Record<string, string> = {
  recorded_at: instant("e.recorded_at"),
  occurred_at: instant("e.occurred_at"),
  event_id: "e.event_id",
  operation_id: "e.operation_id",
  phase: "e.phase",
  environment: "e.environment",
  actor_type: "e.actor_type",
  actor_id: guarded("e.actor_id"),
  actor_name: `CASE WHEN e.actor_type = 'staff' THEN ${guarded("(names.by_id ->> e.actor_id)")} END`,
  actor_role: "e.actor_role",
  session_ref: "e.session_ref",
  action: "e.action",
  target_type: "e.target_type",
  target_id: guarded("e.target_id"),
  customer_id: "e.customer_id",
  decision: "e.decision",
  outcome: "e.outcome",
  upstream_status: "e.upstream_status",
  upstream_code: guarded("e.upstream_code"),
  upstream_request_id: guarded("e.upstream_request_id"),
  reason: guarded("e.reason"),
  ticket: guarded("e.ticket"),
  request_id: guarded("e.request_id"),
};

export const CSV_HEADER = Object.keys(CSV_COLUMNS).join(",");

/** The columns for a SELECT. */
export const CSV_SELECT = Prisma.raw(Object.values(CSV_COLUMNS).join(", "));
