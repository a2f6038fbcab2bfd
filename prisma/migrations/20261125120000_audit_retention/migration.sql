-- Retention: events older than 13 months may go when two people say so. Numbers, leaves and hashes stay, and with them every proof.
SET LOCAL ROLE audit_owner;

-- What one person asks for: all events recorded before a day (UTC), as the numbers they had then.
CREATE TABLE audit.purge_request (
  request_id   uuid PRIMARY KEY,
  before_day   date NOT NULL,
  first_number bigint NOT NULL CHECK (first_number > 0),
  last_number  bigint NOT NULL CHECK (last_number >= first_number),
  reason       text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (request_id, requested_by),
  CONSTRAINT purge_request_keeps_13_months
    CHECK (before_day <= (requested_at AT TIME ZONE 'UTC') - interval '13 months')
);

-- What became of it. Who asked stands here again, so that a constraint can tell the two people apart.
CREATE TABLE audit.purge_decision (
  request_id   uuid PRIMARY KEY,
  requested_by uuid NOT NULL,
  decision     text NOT NULL CHECK (decision IN ('approved', 'withdrawn')),
  decided_by   uuid NOT NULL,
  decided_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (request_id, requested_by) REFERENCES audit.purge_request (request_id, requested_by),
  CONSTRAINT purge_decision_of_two_people CHECK (decision <> 'approved' OR decided_by <> requested_by)
);

-- What was deleted, written in the very transaction of the deletion. The first row begins at number 1 and each next one where the
-- last ended: an event that is missing is no alarm exactly when its number is at most max(last_number).
CREATE TABLE audit.purge (
  last_number    bigint PRIMARY KEY,
  first_number   bigint NOT NULL UNIQUE CHECK (first_number BETWEEN 1 AND last_number),
  request_id     uuid NOT NULL REFERENCES audit.purge_decision (request_id),
  private_rows   bigint NOT NULL,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  purged_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER purge_request_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.purge_request
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER purge_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.purge_decision
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER purge_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.purge
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.purge_request ENABLE ALWAYS TRIGGER purge_request_append_only;
ALTER TABLE audit.purge_decision ENABLE ALWAYS TRIGGER purge_decision_append_only;
ALTER TABLE audit.purge ENABLE ALWAYS TRIGGER purge_append_only;

-- Deleting events: only those whose numbers a row of audit.purge names that this transaction wrote. It runs with the rights of whoever
-- deletes, so that a role that may delete by mistake, and not read audit.purge, is refused as well. An owner who writes such
-- a row by hand leaves it behind, without two people's decision where the reference is kept, and signed checkpoints know the leaves.
CREATE FUNCTION audit.refuse_unpurged_delete() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  IF EXISTS (SELECT FROM audit.purge p WHERE p.transaction_id = pg_current_xact_id()) AND NOT EXISTS (
    SELECT FROM gone LEFT JOIN audit.sealed_event s ON s.event_id = gone.event_id
    WHERE NOT EXISTS (SELECT FROM audit.purge p
      WHERE p.transaction_id = pg_current_xact_id() AND s.number BETWEEN p.first_number AND p.last_number)
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'The audit trail is append-only: % on %.% is refused outside an approved purge', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
DROP TRIGGER event_append_only ON audit.event;
CREATE TRIGGER event_append_only BEFORE UPDATE OR TRUNCATE ON audit.event
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER event_deleted_by_purge AFTER DELETE ON audit.event REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_unpurged_delete();
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only;
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_deleted_by_purge;

-- A number outlives its event, so no foreign key can stand between them. What it was for, a number that names no event, is still
-- refused when it is given.
ALTER TABLE audit.sealed_event DROP CONSTRAINT sealed_event_event_id_fkey;
CREATE FUNCTION audit.refuse_number_without_event() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  IF EXISTS (SELECT FROM numbered n WHERE NOT EXISTS (SELECT FROM audit.event e WHERE e.event_id = n.event_id)) THEN
    RAISE EXCEPTION 'A number of the audit trail names no event' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER sealed_event_has_event AFTER INSERT ON audit.sealed_event REFERENCING NEW TABLE AS numbered
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_number_without_event();
ALTER TABLE audit.sealed_event ENABLE ALWAYS TRIGGER sealed_event_has_event;

-- Settles which numbers a purge up to that day would delete; no row where there are none. They end before the first younger event and
-- at the newest checkpoint. Events get their numbers in the order of their times, give or take what is committed late, so the first
-- thousand younger ones tell; whether each event is old enough is looked at once more when it is deleted.
CREATE FUNCTION audit.request_purge(request uuid, day date, person uuid, why text)
  RETURNS TABLE (first_number bigint, last_number bigint)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = ''
AS $$
  INSERT INTO audit.purge_request AS r (request_id, before_day, first_number, last_number, reason, requested_by)
  SELECT request, day, lowest, least(signed, youngest - 1), why, person
  FROM (SELECT coalesce(max(p.last_number), 0) + 1 AS lowest FROM audit.purge p) purged
  CROSS JOIN (SELECT max(c.size) AS signed FROM audit.checkpoint c) checkpoints
  CROSS JOIN (
    SELECT min(s.number) AS youngest FROM (
      SELECT e.event_id FROM audit.event e WHERE e.recorded_at >= day::timestamp AT TIME ZONE 'UTC' ORDER BY e.recorded_at LIMIT 1000
    ) young JOIN audit.sealed_event s ON s.event_id = young.event_id
  ) others
  WHERE least(signed, youngest - 1) >= lowest
  RETURNING r.first_number, r.last_number
$$;

-- No row where there is no such request, or it is decided already: of two people at once the first counts.
CREATE FUNCTION audit.decide_purge(request uuid, verdict text, person uuid)
  RETURNS TABLE (first_number bigint, last_number bigint)
  LANGUAGE sql SECURITY DEFINER
  SET search_path = ''
AS $$
  WITH decided AS (
    INSERT INTO audit.purge_decision AS d (request_id, requested_by, decision, decided_by)
    SELECT r.request_id, r.requested_by, verdict, person FROM audit.purge_request r WHERE r.request_id = request
    ON CONFLICT (request_id) DO NOTHING RETURNING d.request_id
  )
  SELECT r.first_number, r.last_number FROM audit.purge_request r JOIN decided ON decided.request_id = r.request_id
$$;

-- Deletes the next 5,000 events of an approved request, at most; no row when nothing of it is left. A commit after each step makes it
-- safe to break off. A step that does not find all its events, each old enough, deletes none: a hole is no business of a purge.
CREATE FUNCTION audit.purge_events(request uuid)
  RETURNS TABLE (first_number bigint, last_number bigint, private_rows bigint)
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  approved audit.purge_request;
  deleted bigint;
BEGIN
  LOCK TABLE audit.purge IN SHARE ROW EXCLUSIVE MODE;
  SELECT r.* INTO approved FROM audit.purge_request r JOIN audit.purge_decision d ON d.request_id = r.request_id
  WHERE r.request_id = request AND d.decision = 'approved';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No approved purge has the id %', request USING ERRCODE = 'insufficient_privilege';
  END IF;
  first_number := (SELECT coalesce(max(p.last_number), 0) + 1 FROM audit.purge p);
  last_number := least(first_number + 4999, approved.last_number);
  IF last_number < first_number THEN
    RETURN;
  END IF;
  DELETE FROM audit.event_private p USING audit.sealed_event s
  WHERE p.event_id = s.event_id AND s.number BETWEEN purge_events.first_number AND purge_events.last_number;
  GET DIAGNOSTICS private_rows = ROW_COUNT;
  INSERT INTO audit.purge (first_number, last_number, request_id, private_rows)
  VALUES (purge_events.first_number, purge_events.last_number, request, purge_events.private_rows);
  DELETE FROM audit.event e USING audit.sealed_event s
  WHERE e.event_id = s.event_id AND s.number BETWEEN purge_events.first_number AND purge_events.last_number
    AND e.recorded_at < approved.before_day::timestamp AT TIME ZONE 'UTC';
  GET DIAGNOSTICS deleted = ROW_COUNT;
  IF deleted <> last_number - first_number + 1 THEN
    RAISE EXCEPTION 'Numbers % to % are % events recorded before %', first_number, last_number, deleted, approved.before_day;
  END IF;
  RETURN NEXT;
END
$$;

-- A person's right to be forgotten, by hand as audit_owner. The commitments in the bodies stay, and can no longer be tried out
-- against a guess, because the salt is gone. Returns how many events it was.
ALTER TABLE audit.event_private ADD COLUMN erased_at timestamptz;
CREATE FUNCTION audit.erase_personal_data(person text) RETURNS bigint
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  erased bigint;
BEGIN
  UPDATE audit.event_private p SET salt = '', ip = NULL, user_agent = NULL, actor_email = NULL, erased_at = clock_timestamp()
  FROM audit.event e WHERE e.event_id = p.event_id AND e.actor_id = person AND p.erased_at IS NULL;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END
$$;

REVOKE ALL ON FUNCTION audit.refuse_unpurged_delete(), audit.refuse_number_without_event(),
  audit.request_purge(uuid, date, uuid, text), audit.decide_purge(uuid, text, uuid), audit.purge_events(uuid),
  audit.erase_personal_data(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.request_purge(uuid, date, uuid, text), audit.decide_purge(uuid, text, uuid), audit.purge_events(uuid)
  TO reconnect_app;
GRANT SELECT ON audit.event_private, audit.purge_request, audit.purge_decision, audit.purge TO reconnect_auditor;
GRANT SELECT ON audit.purge TO reconnect_sealer;

RESET ROLE;
