import { createHash, randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import type { Actor } from "#domain/actor.ts";
import { type AuditAction, type AuditEvent, type AuditTarget, auditEventSchema } from "#domain/audit-event.ts";
import { AUDIT_EVENT_COLUMNS, columnsOf } from "#domain/audit-event-columns.ts";
import type { Environment } from "#domain/permissions.ts";
import { printable } from "#domain/printable-text.ts";
import { type Database, PREPARED, type Transaction } from "./database-client.ts";
import { createGroupCommit } from "./group-commit.ts";
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
 * Adds one row to the audit trail, in the transaction of the change it describes: no row, no change. Given a connection instead of a
 * transaction, the row is committed when this resolves, together with those that arrived at the same time.
 * The decision is `deny` exactly when the outcome is `denied`.
 * @throws ZodError when the entry carries anything the closed schema does not know.
 */
export async function recordAuditEvent(
  db: Transaction | Database,
  context: AuditContext,
  entry: AuditEntry,
): Promise<void> {
  const row = toRow(context, entry);
  if (isConnection(db)) await appenderOf(db)(row);
  else await db.$executeRawUnsafe(INSERT, ...parametersOf([row]));
}

const MAX_GROUP = 200;
const appenders = new WeakMap<Database, (row: AuditRow) => Promise<void>>();

function appenderOf(db: Database): (row: AuditRow) => Promise<void> {
  const known = appenders.get(db);
  if (known) return known;
  const appender = createGroupCommit<AuditRow>(
    (rows) => db.pool.query({ name: "append_to_trail", text: INSERT, values: parametersOf(rows) }),
    MAX_GROUP,
  );
  appenders.set(db, appender);
  return appender;
}

/** Only a connection has `$connect`; `$transaction` is there within a transaction too, whatever the types say. */
function isConnection(db: Transaction | Database): db is Database {
  return typeof (db as Partial<Database>).$connect === "function";
}

type Columns = Record<string, string | number | null>;

/** The columns of `audit.event`, and of `audit.event_private` beside it. */
interface AuditRow {
  event: Columns;
  personal: Columns;
}

const COLUMNS = [...AUDIT_EVENT_COLUMNS, "body"].join(", ");

/** One statement, so that an event and its personal data are there together or not at all. */
const INSERT = `${PREPARED}
  WITH event AS (
    INSERT INTO audit.event (${COLUMNS}) SELECT ${COLUMNS} FROM json_populate_recordset(NULL::audit.event, $1::json))
  INSERT INTO audit.event_private SELECT * FROM json_populate_recordset(NULL::audit.event_private, $2::json)`;

function parametersOf(rows: AuditRow[]): [string, string] {
  return [JSON.stringify(rows.map(({ event }) => event)), JSON.stringify(rows.map(({ personal }) => personal))];
}

function toRow(context: AuditContext, entry: AuditEntry): AuditRow {
  const salt = randomBytes(32);
  const personal = personalData(context);
  const event = toEvent(context, entry, {
    ip: commit(salt, personal.ip),
    userAgent: commit(salt, personal.userAgent),
    actorEmail: commit(salt, personal.actorEmail),
  });
  return {
    event: { ...columnsOf(event), body: canonicalize(event) ?? "" },
    personal: {
      event_id: event.eventId,
      salt: `\\x${salt.toString("hex")}`,
      ip: personal.ip,
      user_agent: personal.userAgent,
      actor_email: personal.actorEmail,
    },
  };
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
  return value === null ? null : commitmentTo(salt, value);
}

/** What an event's body says of a value that stands beside it: SHA-256 of salt and value, in hex. */
export function commitmentTo(salt: Uint8Array, value: string): string {
  return createHash("sha256").update(salt).update(value).digest("hex");
}
