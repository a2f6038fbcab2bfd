-- CreateEnum
CREATE TYPE "SweepMode" AS ENUM ('list', 'exchanges', 'full');

-- CreateEnum
CREATE TYPE "SweepPhase" AS ENUM ('list', 'detail');

-- CreateEnum
CREATE TYPE "CatchUpState" AS ENUM ('running', 'finished', 'failed');

-- CreateEnum
CREATE TYPE "ProofTrigger" AS ENUM ('reveal', 'claim', 'event', 'check');

-- CreateEnum
CREATE TYPE "ProofState" AS ENUM ('running', 'proven', 'given_up', 'not_possible');

-- AlterEnum
ALTER TYPE "SignalKind" ADD VALUE 'event';
ALTER TYPE "SignalKind" ADD VALUE 'staff_word';
ALTER TYPE "SignalKind" ADD VALUE 'customer_claim';

-- AlterEnum
ALTER TYPE "SignalSource" ADD VALUE 'webhook';
ALTER TYPE "SignalSource" ADD VALUE 'catch_up';
ALTER TYPE "SignalSource" ADD VALUE 'proof';
ALTER TYPE "SignalSource" ADD VALUE 'staff';

-- AlterEnum
ALTER TYPE "SweepState" ADD VALUE 'paused';
ALTER TYPE "SweepState" ADD VALUE 'cancelled';

-- AlterTable
ALTER TABLE "Signal" ADD COLUMN     "eventId" UUID;

-- AlterTable
ALTER TABLE "RepairCase" ADD COLUMN     "provenById" UUID,
ADD COLUMN     "repeatOfId" UUID;

-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "detailPages" INTEGER,
ADD COLUMN     "listPages" INTEGER,
ADD COLUMN     "listPasses" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "mode" "SweepMode" NOT NULL DEFAULT 'full',
ADD COLUMN     "waitsFor" TEXT,
ADD COLUMN     "waitsUntil" TIMESTAMPTZ(3);

-- AlterTable
DELETE FROM "SweepPage" WHERE "finishedAt" IS NULL;
ALTER TABLE "SweepPage" DROP CONSTRAINT "SweepPage_pkey",
ADD COLUMN     "phase" "SweepPhase" NOT NULL DEFAULT 'detail',
ALTER COLUMN "finishedAt" SET NOT NULL,
ADD CONSTRAINT "SweepPage_pkey" PRIMARY KEY ("sweepId", "phase", "pageNumber");
ALTER TABLE "SweepPage" ALTER COLUMN "phase" DROP DEFAULT;

-- AlterTable
ALTER TABLE "FundingSource" ADD COLUMN     "createdAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Proof" (
    "id" UUID NOT NULL,
    "exchangeId" UUID NOT NULL,
    "repairCaseId" UUID,
    "trigger" "ProofTrigger" NOT NULL,
    "state" "ProofState" NOT NULL DEFAULT 'running',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "probes" INTEGER NOT NULL DEFAULT 0,
    "nextProbeAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "lastFinding" TEXT,

    CONSTRAINT "Proof_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DwollaEvent" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "resourceKind" TEXT,
    "resourceId" UUID,
    "customerId" UUID,
    "body" BYTEA NOT NULL,
    "receivedAt" TIMESTAMPTZ(3),
    "lastReceivedAt" TIMESTAMPTZ(3),
    "deliveries" INTEGER NOT NULL DEFAULT 0,
    "readAt" TIMESTAMPTZ(3),
    "processedAt" TIMESTAMPTZ(3),
    "effect" TEXT,

    CONSTRAINT "DwollaEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CatchUp" (
    "id" UUID NOT NULL,
    "state" "CatchUpState" NOT NULL DEFAULT 'running',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "readsBackTo" TIMESTAMPTZ(3),
    "newestEventAt" TIMESTAMPTZ(3),
    "offset" INTEGER NOT NULL DEFAULT 0,
    "eventsRead" INTEGER NOT NULL DEFAULT 0,
    "eventsMissed" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,

    CONSTRAINT "CatchUp_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookRefusal" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "WebhookRefusal_pkey" PRIMARY KEY ("hour","reason")
);

-- CreateTable
CREATE TABLE "SweepPlan" (
    "sweepId" UUID NOT NULL,
    "phase" "SweepPhase" NOT NULL,
    "pageNumber" INTEGER NOT NULL,
    "offset" INTEGER NOT NULL DEFAULT 0,
    "customerIds" UUID[],
    "lane" TEXT,

    CONSTRAINT "SweepPlan_pkey" PRIMARY KEY ("sweepId","phase","pageNumber")
);

-- CreateTable
CREATE TABLE "SweepCoverage" (
    "sweepId" UUID NOT NULL,
    "pageNumber" INTEGER NOT NULL,
    "provenAt" TIMESTAMPTZ(3) NOT NULL,
    "exchangeIds" UUID[],

    CONSTRAINT "SweepCoverage_pkey" PRIMARY KEY ("sweepId","pageNumber")
);

-- CreateTable
CREATE TABLE "CallBudget" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "paidUntil" TIMESTAMPTZ(6) NOT NULL,
    "resumesAt" TIMESTAMPTZ(3),
    "lastAnsweredAt" TIMESTAMPTZ(3),
    "unreachableSince" TIMESTAMPTZ(3),

    CONSTRAINT "CallBudget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CallBudgetUse" (
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "priority" TEXT NOT NULL,
    "calls" INTEGER NOT NULL,

    CONSTRAINT "CallBudgetUse_pkey" PRIMARY KEY ("minute","priority")
);

-- CreateIndex
CREATE INDEX "Proof_exchangeId_startedAt_idx" ON "Proof"("exchangeId", "startedAt" DESC);

-- CreateIndex
CREATE INDEX "Proof_repairCaseId_idx" ON "Proof"("repairCaseId");

-- CreateIndex
CREATE INDEX "DwollaEvent_createdAt_id_idx" ON "DwollaEvent"("createdAt" DESC, "id");

-- CreateIndex
CREATE INDEX "CatchUp_startedAt_idx" ON "CatchUp"("startedAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Signal_eventId_key" ON "Signal"("eventId");

-- AddForeignKey
ALTER TABLE "RepairCase" ADD CONSTRAINT "RepairCase_repeatOfId_fkey" FOREIGN KEY ("repeatOfId") REFERENCES "RepairCase"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RepairCase" ADD CONSTRAINT "RepairCase_provenById_fkey" FOREIGN KEY ("provenById") REFERENCES "Signal"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Proof" ADD CONSTRAINT "Proof_exchangeId_fkey" FOREIGN KEY ("exchangeId") REFERENCES "Exchange"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Proof" ADD CONSTRAINT "Proof_repairCaseId_fkey" FOREIGN KEY ("repairCaseId") REFERENCES "RepairCase"("id") ON DELETE SET NULL ON UPDATE CASCADE;
