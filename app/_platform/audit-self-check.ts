import { type AuditProtectionFact, readAuditProtection } from "./audit-protection.ts";
import type { Database } from "./database-client.ts";

const APPEND_ONLY_TABLES = ["checkpoint", "event", "sealed_event", "signing_key", "tree_node"];
const OTHER_TABLES = ["alarm", "event_private", "sealer_status"];
const EVENT_COLUMNS_OF_THE_APP = [
  ...["event_id", "operation_id", "phase", "occurred_at", "schema_version", "environment"],
  ...["actor_type", "actor_id", "actor_role", "session_ref", "action", "target_type", "target_id", "customer_id"],
  ...["decision", "outcome", "upstream_status", "upstream_code", "upstream_request_id", "reason", "ticket"],
  ...["request_id", "body"],
];
/** SHA-256 of the body of `audit.refuse_change`, as its migration wrote it. */
const REFUSE_CHANGE_HASH = "e3ecafbefe8df0647ca77ba23c03117f6ff034ab03d583d55c0a9926a3754f10";

/** What the migrations made: each sentence must be found, and no other. */
const EXPECTED: readonly AuditProtectionFact[] = [
  "audit_owner may not sign in",
  "schema audit belongs to audit_owner",
  ...[...APPEND_ONLY_TABLES, ...OTHER_TABLES].map((name) => `table audit.${name} belongs to audit_owner`),
  ...APPEND_ONLY_TABLES.map(
    (name) =>
      `always: CREATE TRIGGER ${name}_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.${name} FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`,
  ),
  "always: CREATE TRIGGER alarm_append_only BEFORE DELETE OR UPDATE OF id, kind, number, sentence, raised_at OR TRUNCATE ON audit.alarm FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()",
  `function audit.refuse_change() belongs to audit_owner, plpgsql, as invoker, search_path="", text ${REFUSE_CHANGE_HASH}`,
  "audit.event.recorded_at defaults to clock_timestamp()",
  ...["reconnect_app", "reconnect_auditor", "reconnect_sealer"].map((role) => `${role} may USAGE on schema audit`),
  ...EVENT_COLUMNS_OF_THE_APP.map((column) => `reconnect_app may INSERT on audit.event.${column}`),
  "reconnect_app may INSERT on audit.event_private",
  ...[...APPEND_ONLY_TABLES, "alarm", "sealer_status"].flatMap((name) => [
    `reconnect_auditor may SELECT on audit.${name}`,
    `reconnect_sealer may SELECT on audit.${name}`,
  ]),
  ...["checkpoint", "sealed_event", "sealer_status", "signing_key", "tree_node"].map(
    (name) => `reconnect_sealer may INSERT on audit.${name}`,
  ),
  ...["kind", "number", "sentence"].map((column) => `reconnect_sealer may INSERT on audit.alarm.${column}`),
  "reconnect_sealer may UPDATE on audit.alarm.ended_at",
  "reconnect_sealer may UPDATE on audit.sealer_status",
];

/**
 * Compares what protects the audit trail with what the migrations made: owners, triggers, functions, every right of every
 * role, and what this very connection could do. Run by each process at its start, over its own connection.
 * A superuser can undo all of it; this finds that out, it does not prevent it.
 * @throws Error that names each difference.
 */
export async function assertAuditTrailIsProtected(db: Database): Promise<void> {
  const found = new Set(await readAuditProtection(db));
  const expected = new Set(EXPECTED);
  const differences = [
    ...EXPECTED.filter((fact) => !found.has(fact)).map((fact) => `  missing: ${fact}`),
    ...[...found].filter((fact) => !expected.has(fact)).map((fact) => `  not expected: ${fact}`),
  ];
  if (differences.length === 0) return;
  throw new Error(`The audit trail is not protected as its migrations made it:\n${differences.join("\n")}`);
}
