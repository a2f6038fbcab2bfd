-- CreateEnum
CREATE TYPE "AuditReviewState" AS ENUM ('in_review', 'handed_over', 'signed_off');

-- CreateEnum
CREATE TYPE "AuditReviewDecision" AS ENUM ('fine', 'finding');

-- CreateTable
CREATE TABLE "AuditReview" (
    "id" UUID NOT NULL,
    "reviewerId" UUID NOT NULL,
    "drawnAt" TIMESTAMPTZ(3) NOT NULL,
    "periodFrom" TIMESTAMPTZ(3) NOT NULL,
    "periodUntil" TIMESTAMPTZ(3) NOT NULL,
    "lastNumber" BIGINT,
    "scope" TEXT NOT NULL,
    "actions" TEXT[],
    "seed" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "population" INTEGER NOT NULL,
    "ownEvents" INTEGER NOT NULL,
    "unnumbered" INTEGER NOT NULL,
    "sampleSize" INTEGER NOT NULL,
    "subjectIds" UUID[],
    "state" "AuditReviewState" NOT NULL DEFAULT 'in_review',
    "handedOverAt" TIMESTAMPTZ(3),
    "returnedAt" TIMESTAMPTZ(3),
    "returnedById" UUID,
    "returnReason" TEXT,
    "signedOffAt" TIMESTAMPTZ(3),
    "signedOffById" UUID,

    CONSTRAINT "AuditReview_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditReviewItem" (
    "reviewId" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "eventId" UUID NOT NULL,
    "eventNumber" BIGINT,
    "decision" "AuditReviewDecision",
    "finding" TEXT,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AuditReviewItem_pkey" PRIMARY KEY ("reviewId","place")
);

-- CreateIndex
CREATE INDEX "AuditReview_drawnAt_id_idx" ON "AuditReview"("drawnAt" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "AuditReviewItem_reviewId_eventId_key" ON "AuditReviewItem"("reviewId", "eventId");

-- AddForeignKey
ALTER TABLE "AuditReview" ADD CONSTRAINT "AuditReview_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "StaffMember"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditReview" ADD CONSTRAINT "AuditReview_returnedById_fkey" FOREIGN KEY ("returnedById") REFERENCES "StaffMember"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditReview" ADD CONSTRAINT "AuditReview_signedOffById_fkey" FOREIGN KEY ("signedOffById") REFERENCES "StaffMember"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditReviewItem" ADD CONSTRAINT "AuditReviewItem_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "AuditReview"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- Two people, and nobody decides or signs off what they did themselves. NULLs would let any of it pass, so there are none.
ALTER TABLE "AuditReview"
  ADD CONSTRAINT "AuditReview_subjects_are_known" CHECK ("subjectIds" IS NOT NULL AND array_position("subjectIds", NULL) IS NULL),
  ADD CONSTRAINT "AuditReview_reviewer_is_no_subject" CHECK (NOT "reviewerId" = ANY("subjectIds")),
  ADD CONSTRAINT "AuditReview_signed_off_by_another" CHECK ("signedOffById" <> "reviewerId"),
  ADD CONSTRAINT "AuditReview_signed_off_by_no_subject" CHECK (NOT "signedOffById" = ANY("subjectIds")),
  ADD CONSTRAINT "AuditReview_returned_by_another" CHECK ("returnedById" <> "reviewerId"),
  ADD CONSTRAINT "AuditReview_signed_off_by_somebody" CHECK (
    ("state" = 'signed_off') = ("signedOffById" IS NOT NULL) AND ("signedOffById" IS NULL) = ("signedOffAt" IS NULL)),
  ADD CONSTRAINT "AuditReview_sizes" CHECK ("size" BETWEEN 1 AND 200 AND "sampleSize" = least("size", "population") AND "population" > 0);
ALTER TABLE "AuditReviewItem"
  ADD CONSTRAINT "AuditReviewItem_decision" CHECK (
    ("decision" IS NULL) = ("decidedAt" IS NULL) AND ("finding" IS NOT NULL) = ("decision" IS NOT NULL AND "decision" = 'finding')),
  ADD CONSTRAINT "AuditReviewItem_finding_has_words" CHECK (length("finding") BETWEEN 1 AND 2000);

-- The app may draw, decide and move on; the rest of a row is what was drawn.
REVOKE UPDATE, DELETE ON "AuditReview", "AuditReviewItem" FROM reconnect_app;
GRANT UPDATE ("state", "handedOverAt", "returnedAt", "returnedById", "returnReason", "signedOffAt", "signedOffById")
  ON "AuditReview" TO reconnect_app;
GRANT UPDATE ("decision", "finding", "decidedAt") ON "AuditReviewItem" TO reconnect_app;

CREATE FUNCTION guard_audit_review() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  moving CONSTANT text[] := ARRAY['state', 'handedOverAt', 'returnedAt', 'returnedById', 'returnReason', 'signedOffAt', 'signedOffById'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."state" = 'in_review' THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A review begins in review' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD."state" = 'signed_off' THEN
    RAISE EXCEPTION 'A review that is signed off stays as it is: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'What was drawn stays as it is' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (OLD."state"::text, NEW."state"::text) NOT IN
    (('in_review', 'handed_over'), ('handed_over', 'in_review'), ('handed_over', 'signed_off')) THEN
    RAISE EXCEPTION 'A review does not go from % to %', OLD."state", NEW."state" USING ERRCODE = 'check_violation';
  END IF;
  -- Both counts: an item smuggled in must not stand in for one that is undecided.
  IF NEW."state" <> 'in_review' AND NOT (SELECT count(*) = NEW."sampleSize" AND count("decision") = NEW."sampleSize"
    FROM public."AuditReviewItem" WHERE "reviewId" = NEW."id") THEN
    RAISE EXCEPTION 'A review goes on when all of its items are decided' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

-- The shared lock makes a decision and the hand-over follow one another.
CREATE FUNCTION guard_audit_review_item() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  moving CONSTANT text[] := ARRAY['decision', 'finding', 'decidedAt'];
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - moving IS DISTINCT FROM to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'What was drawn stays as it is' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM public."AuditReview"
    WHERE "id" = coalesce(NEW."reviewId", OLD."reviewId") AND "state" = 'in_review' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The items of a review that was handed over stay as they are: % is refused', TG_OP
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION guard_audit_review(), guard_audit_review_item() FROM PUBLIC;

CREATE TRIGGER "AuditReview_guard" BEFORE INSERT OR UPDATE OR DELETE ON "AuditReview"
  FOR EACH ROW EXECUTE FUNCTION guard_audit_review();
CREATE TRIGGER "AuditReviewItem_guard" BEFORE INSERT OR UPDATE OR DELETE ON "AuditReviewItem"
  FOR EACH ROW EXECUTE FUNCTION guard_audit_review_item();
ALTER TABLE "AuditReview" ENABLE ALWAYS TRIGGER "AuditReview_guard";
ALTER TABLE "AuditReviewItem" ENABLE ALWAYS TRIGGER "AuditReviewItem_guard";
