-- The audit trail. Its owner cannot sign in; the app may insert and nothing else; a row, once there, stays as it is.
GRANT audit_owner TO CURRENT_USER;

CREATE SCHEMA audit AUTHORIZATION audit_owner;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
SET LOCAL ROLE audit_owner;

CREATE TABLE audit.event (
  event_id            uuid PRIMARY KEY,
  operation_id        uuid NOT NULL,
  phase               text NOT NULL CHECK (phase IN ('intent', 'outcome', 'reveal', 'single')),
  occurred_at         timestamptz(3) NOT NULL,
  recorded_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  schema_version      smallint NOT NULL CHECK (schema_version = 1),
  environment         text NOT NULL CHECK (environment IN ('simulator', 'sandbox', 'production')),
  actor_type          text NOT NULL CHECK (actor_type IN ('staff', 'system', 'anonymous')),
  actor_id            text NOT NULL,
  actor_role          text,
  session_ref         text,
  action              text NOT NULL,
  target_type         text,
  target_id           text,
  customer_id         text,
  decision            text NOT NULL CHECK (decision IN ('allow', 'deny')),
  outcome             text NOT NULL CHECK (outcome IN ('pending', 'succeeded', 'failed', 'unknown', 'denied')),
  upstream_status     smallint,
  upstream_code       text,
  upstream_request_id text,
  reason              text CHECK (length(reason) <= 3000),
  ticket              text CHECK (length(ticket) <= 600),
  request_id          text NOT NULL,
  body                text NOT NULL CHECK (octet_length(body) <= 16384)
);

CREATE INDEX event_recorded_at ON audit.event (recorded_at DESC, event_id DESC);
CREATE INDEX event_operation ON audit.event (operation_id);
CREATE INDEX event_actor ON audit.event (actor_id, recorded_at DESC);
CREATE INDEX event_target ON audit.event (target_id, recorded_at DESC);
CREATE INDEX event_customer ON audit.event (customer_id, recorded_at DESC);

-- Personal data beside the event. The body holds salted commitments, so that erasing a row here breaks no proof.
CREATE TABLE audit.event_private (
  event_id    uuid PRIMARY KEY REFERENCES audit.event (event_id),
  salt        bytea NOT NULL,
  ip          text,
  user_agent  text,
  actor_email text
);

-- Written by the sealer: the gap-free number, the leaf (RFC 6962) and the running hash of each event.
CREATE TABLE audit.sealed_event (
  number    bigint PRIMARY KEY CHECK (number > 0),
  event_id  uuid NOT NULL UNIQUE REFERENCES audit.event (event_id),
  leaf      bytea NOT NULL CHECK (length(leaf) = 32),
  hash      bytea NOT NULL CHECK (length(hash) = 32),
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Signed statements of the trail's size and root (C2SP tlog-checkpoint).
CREATE TABLE audit.checkpoint (
  size       bigint PRIMARY KEY CHECK (size >= 0),
  root       bytea NOT NULL CHECK (length(root) = 32),
  note       text NOT NULL,
  key_id     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION audit.refuse_change() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  RAISE EXCEPTION 'The audit trail is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;

-- Statement triggers also fire when no row matches; ENABLE ALWAYS also under session_replication_role = replica.
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER sealed_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.sealed_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only;
ALTER TABLE audit.sealed_event ENABLE ALWAYS TRIGGER sealed_event_append_only;
ALTER TABLE audit.checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;

REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO reconnect_app, reconnect_auditor, reconnect_sealer;

-- Every column but recorded_at, which is the database's word.
GRANT INSERT (event_id, operation_id, phase, occurred_at, schema_version, environment, actor_type, actor_id, actor_role,
  session_ref, action, target_type, target_id, customer_id, decision, outcome, upstream_status, upstream_code,
  upstream_request_id, reason, ticket, request_id, body) ON audit.event TO reconnect_app;
GRANT INSERT ON audit.event_private TO reconnect_app;
GRANT SELECT ON audit.event, audit.sealed_event, audit.checkpoint TO reconnect_auditor;
GRANT SELECT ON audit.event, audit.sealed_event, audit.checkpoint TO reconnect_sealer;
GRANT INSERT ON audit.sealed_event, audit.checkpoint TO reconnect_sealer;

RESET ROLE;
