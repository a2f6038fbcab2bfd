import { type AuditProtectionFact, readAuditProtection } from "./audit-protection.ts";
import type { Database } from "./database-client.ts";

const APPEND_ONLY_TABLES = [
  ...["checkpoint", "purge", "purge_decision", "purge_request", "sealed_event", "signing_key", "tree_node"],
];
const OTHER_TABLES = ["alarm", "event", "event_private", "sealer_status"];
const EVENT_COLUMNS_OF_THE_APP = [
  ...["event_id", "operation_id", "phase", "occurred_at", "schema_version", "environment"],
  ...["actor_type", "actor_id", "actor_role", "session_ref", "action", "target_type", "target_id", "customer_id"],
  ...["decision", "outcome", "upstream_status", "upstream_code", "upstream_request_id", "reason", "ticket"],
  ...["request_id", "body"],
];

/** Each function with its arguments, how it runs, and the SHA-256 of its body, as its migration wrote it. */
const FUNCTIONS = [
  ["refuse_change()", "plpgsql, as invoker", "e3ecafbefe8df0647ca77ba23c03117f6ff034ab03d583d55c0a9926a3754f10"],
  [
    "refuse_unpurged_delete()",
    "plpgsql, as invoker",
    "4c3bfd23ba53e0a448575f8d32dce613954e5535c4c43c4d2680c0de493aa906",
  ],
  [
    "refuse_number_without_event()",
    "plpgsql, as invoker",
    "0698230867d54702a97eb7deb390989037e88063f17b54f7eed9a72677066c99",
  ],
  [
    "request_purge(request uuid, day date, person uuid, why text)",
    "sql, as definer",
    "4af7d52b145301f8241e77065b2343fcb7afce76f201d45a83c4f8a975d195db",
  ],
  [
    "decide_purge(request uuid, verdict text, person uuid)",
    "sql, as definer",
    "b9d7bc85a52952b8c192ade39bc27f4e0b073f4fb690362afaba6a474821b2b5",
  ],
  [
    "purge_events(request uuid)",
    "plpgsql, as definer",
    "a6ea58b9a9e51ca4f5463e399976dcb729dbc953bf7cdb1bd726bfefb65e27b2",
  ],
  [
    "erase_personal_data(person text, operation uuid)",
    "plpgsql, as invoker",
    "0f605b492255d7d4529cfb8d791c3d64052257d5357acd0709da7dbab46ef1ac",
  ],
] as const;

const TRIGGERS = [
  ...APPEND_ONLY_TABLES.map(
    (name) =>
      `${name}_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.${name} FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`,
  ),
  "alarm_append_only BEFORE DELETE OR UPDATE OF id, kind, number, sentence, raised_at OR TRUNCATE ON audit.alarm FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()",
  "event_append_only BEFORE UPDATE OR TRUNCATE ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()",
  "event_deleted_by_purge AFTER DELETE ON audit.event REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_unpurged_delete()",
  "sealed_event_has_event AFTER INSERT ON audit.sealed_event REFERENCING NEW TABLE AS numbered FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_number_without_event()",
];

/** As what a process is connected. */
export type AuditRole = "reconnect_app" | "reconnect_auditor" | "reconnect_sealer";

/** Every right on a table that anybody has but the owner: `place` is a table, or a column of one. */
const TABLE_RIGHTS: { role: AuditRole; right: string; places: string[] }[] = [
  {
    role: "reconnect_app",
    right: "INSERT",
    places: [...EVENT_COLUMNS_OF_THE_APP.map((column) => `event.${column}`), "event_private"],
  },
  { role: "reconnect_auditor", right: "SELECT", places: [...APPEND_ONLY_TABLES, ...OTHER_TABLES] },
  {
    role: "reconnect_sealer",
    right: "SELECT",
    places: ["checkpoint", "purge", "sealed_event", "signing_key", "tree_node", "alarm", "event", "sealer_status"],
  },
  {
    role: "reconnect_sealer",
    right: "INSERT",
    places: [
      "checkpoint",
      "sealed_event",
      "sealer_status",
      "signing_key",
      "tree_node",
      "alarm.kind",
      "alarm.number",
      "alarm.sentence",
    ],
  },
  { role: "reconnect_sealer", right: "UPDATE", places: ["alarm.ended_at", "sealer_status"] },
];

/** What the migrations made: each sentence must be found, and no other. */
const EXPECTED: readonly AuditProtectionFact[] = [
  ...["audit_owner", "reconnect_app", "reconnect_auditor", "reconnect_sealer"].map((role) => `${role} may not sign in`),
  "schema audit belongs to audit_owner",
  ...[...APPEND_ONLY_TABLES, ...OTHER_TABLES].map((name) => `table audit.${name} belongs to audit_owner`),
  ...TRIGGERS.map((trigger) => `always: CREATE TRIGGER ${trigger}`),
  ...FUNCTIONS.map(
    ([name, how, hash]) =>
      `function audit.${name} belongs to audit_owner, ${how}, volatile, search_path="", text ${hash}`,
  ),
  "audit.event.recorded_at defaults to clock_timestamp()",
  "audit.purge_request.requested_at defaults to clock_timestamp()",
  "audit.purge.transaction_id defaults to pg_current_xact_id()",
  "audit.purge_request: CHECK ((before_day <= ((requested_at AT TIME ZONE 'UTC'::text) - '1 year 1 mon'::interval)))",
  "audit.purge_decision: CHECK (((decision <> 'approved'::text) OR (decided_by <> requested_by)))",
  "audit.purge_decision: FOREIGN KEY (request_id, requested_by) REFERENCES audit.purge_request(request_id, requested_by)",
  ...["reconnect_app", "reconnect_auditor", "reconnect_sealer"].map((role) => `${role} may USAGE on schema audit`),
  ...TABLE_RIGHTS.flatMap(({ role, right, places }) => places.map((place) => `${role} may ${right} on audit.${place}`)),
  ...["decide_purge", "purge_events", "request_purge"].map(
    (name) => `reconnect_app may EXECUTE on function audit.${name}`,
  ),
];

/** What a connection of that role can do, and to whom it belongs. */
function expectedReach(as: AuditRole): AuditProtectionFact[] {
  const own = TABLE_RIGHTS.filter(({ role }) => role === as);
  const rights = own.flatMap(({ right, places }) =>
    places.map((place) => `this connection may ${right} on audit.${place.split(".")[0]}`),
  );
  return [...new Set(rights), `this connection belongs to ${as}`];
}

/**
 * Compares what protects the audit trail with what the migrations made: owners, triggers, functions, every right of every
 * role, and what this very connection can do. Run by each process at its start, over its own connection.
 * A superuser can undo all of it; this finds that out, it does not prevent it.
 * @throws Error that names each difference.
 */
export async function assertAuditTrailIsProtected(db: Database, as: AuditRole): Promise<void> {
  const found = new Set(await readAuditProtection(db));
  const expected = new Set([...EXPECTED, ...expectedReach(as)]);
  const differences = [
    ...[...expected].filter((fact) => !found.has(fact)).map((fact) => `  missing: ${fact}`),
    ...[...found].filter((fact) => !expected.has(fact)).map((fact) => `  not expected: ${fact}`),
  ];
  if (differences.length === 0) return;
  throw new Error(`The audit trail is not protected as its migrations made it:\n${differences.join("\n")}`);
}
