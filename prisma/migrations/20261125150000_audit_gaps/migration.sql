-- What was still missing around the audit trail.
SET LOCAL ROLE audit_owner;

-- The sealer looks at rights and triggers again while it runs.
ALTER TABLE audit.alarm DROP CONSTRAINT alarm_kind_check;
ALTER TABLE audit.alarm ADD CONSTRAINT alarm_kind_check CHECK (kind IN ('smaller_tree', 'inconsistent_tree', 'altered_row', 'unknown_key',
  'unknown_past', 'differing_columns', 'loose_protection'));

-- Erasing a person's data is itself an act: it needs its row, written in the same transaction. The salt goes with the values, so the
-- commitments in the bodies stay and can no longer be tried out against a guess. Returns how many events it was.
DROP FUNCTION audit.erase_personal_data(text);
CREATE FUNCTION audit.erase_personal_data(person text, operation uuid) RETURNS bigint
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  erased bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM audit.event e WHERE e.operation_id = operation AND e.action = 'audit.personal_data_erased'
    AND e.target_id = person AND e.xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'Personal data is erased by the command, which leaves a row in the trail: npm run audit:erase'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE audit.event_private p SET salt = '', ip = NULL, user_agent = NULL, actor_email = NULL, erased_at = clock_timestamp()
  FROM audit.event e WHERE e.event_id = p.event_id AND e.actor_id = person AND p.erased_at IS NULL;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END
$$;
REVOKE ALL ON FUNCTION audit.erase_personal_data(text, uuid) FROM PUBLIC;

RESET ROLE;
