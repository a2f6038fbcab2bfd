-- DropIndex
DROP INDEX "DwollaCall_calledAt_idx";

-- AlterTable: of calls from before nobody knows more than that each was one.
ALTER TABLE "DwollaCall" ADD COLUMN "callId" UUID NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN "attempt" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "query" TEXT NOT NULL DEFAULT '',
ADD COLUMN "subjectId" UUID,
ADD COLUMN "sentBody" TEXT,
ADD COLUMN "answeredBody" TEXT,
ADD COLUMN "answeredBytes" INTEGER,
ADD COLUMN "staffMemberId" UUID,
ADD COLUMN "act" TEXT,
ADD COLUMN "jobId" TEXT,
ADD COLUMN "causeRequestId" TEXT,
ADD COLUMN "concernsType" TEXT,
ADD COLUMN "concernsId" UUID;

ALTER TABLE "DwollaCall" ALTER COLUMN "callId" DROP DEFAULT,
ALTER COLUMN "attempt" DROP DEFAULT,
ALTER COLUMN "query" DROP DEFAULT;

-- CreateIndex
CREATE INDEX "DwollaCall_calledAt_id_idx" ON "DwollaCall"("calledAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "DwollaCall_act_calledAt_id_idx" ON "DwollaCall"("act", "calledAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "DwollaCall_pathTemplate_calledAt_id_idx" ON "DwollaCall"("pathTemplate", "calledAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "DwollaCall_callId_idx" ON "DwollaCall"("callId");

-- CreateIndex
CREATE INDEX "DwollaCall_requestId_idx" ON "DwollaCall"("requestId");

-- CreateIndex
CREATE INDEX "DwollaCall_subjectId_idx" ON "DwollaCall"("subjectId");

-- CreateIndex
CREATE INDEX "DwollaCall_concernsId_idx" ON "DwollaCall"("concernsId");

-- By hand: failures, changes, calls of pages and of people are few among those of sweeps.
CREATE INDEX "DwollaCall_failed" ON "DwollaCall"("calledAt" DESC, "id" DESC) WHERE "status" IS NULL OR "status" >= 400;

CREATE INDEX "DwollaCall_by_people" ON "DwollaCall"("staffMemberId", "calledAt" DESC, "id" DESC) WHERE "staffMemberId" IS NOT NULL;

CREATE INDEX "DwollaCall_changes" ON "DwollaCall"("calledAt" DESC, "id" DESC) WHERE "method" <> 'GET';

CREATE INDEX "DwollaCall_of_pages" ON "DwollaCall"("calledAt" DESC, "id" DESC) WHERE "process" <> 'worker';
