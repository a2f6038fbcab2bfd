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

-- A review that will not be decided is abandoned by the one who drew it, and stays on the list with the reason. In this transaction the
-- new word cannot be used as a value of its type yet, so it is compared as text.
ALTER TYPE "AuditReviewState" ADD VALUE 'abandoned';
ALTER TABLE "AuditReview" ADD COLUMN "abandonedAt" TIMESTAMPTZ(3), ADD COLUMN "abandonReason" TEXT;
ALTER TABLE "AuditReview" ADD CONSTRAINT "AuditReview_abandoned_with_reason" CHECK (
  ("state"::text = 'abandoned') = ("abandonedAt" IS NOT NULL) AND ("abandonedAt" IS NULL) = ("abandonReason" IS NULL)
  AND length("abandonReason") BETWEEN 1 AND 500);
GRANT UPDATE ("abandonedAt", "abandonReason") ON "AuditReview" TO reconnect_app;

CREATE OR REPLACE FUNCTION guard_audit_review() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  moving CONSTANT text[] := ARRAY['state', 'handedOverAt', 'returnedAt', 'returnedById', 'returnReason', 'signedOffAt', 'signedOffById',
    'abandonedAt', 'abandonReason'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."state" = 'in_review' THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A review begins in review' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD."state"::text IN ('signed_off', 'abandoned') THEN
    RAISE EXCEPTION 'A review that is over stays as it is: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'What was drawn stays as it is' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (OLD."state"::text, NEW."state"::text) NOT IN
    (('in_review', 'handed_over'), ('handed_over', 'in_review'), ('handed_over', 'signed_off'), ('in_review', 'abandoned')) THEN
    RAISE EXCEPTION 'A review does not go from % to %', OLD."state", NEW."state" USING ERRCODE = 'check_violation';
  END IF;
  -- Both counts: an item smuggled in must not stand in for one that is undecided.
  IF NEW."state"::text NOT IN ('in_review', 'abandoned') AND NOT (SELECT count(*) = NEW."sampleSize" AND count("decision") = NEW."sampleSize"
    FROM public."AuditReviewItem" WHERE "reviewId" = NEW."id") THEN
    RAISE EXCEPTION 'A review goes on when all of its items are decided' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;
