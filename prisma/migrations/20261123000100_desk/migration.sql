-- CreateEnum
CREATE TYPE "Health" AS ENUM ('healthy', 'reauth_required', 'broken', 'removed', 'unknown');

-- CreateEnum
CREATE TYPE "RepairCaseState" AS ENUM ('open', 'session_created', 'claimed', 'verified', 'dismissed', 'not_repairable');

-- CreateEnum
CREATE TYPE "ReauthSessionState" AS ENUM ('pending', 'created', 'failed', 'unknown');

-- CreateEnum
CREATE TYPE "SignalKind" AS ENUM ('exchange_status', 'balance_check');

-- CreateEnum
CREATE TYPE "SignalSource" AS ENUM ('sweep', 'check');

-- CreateEnum
CREATE TYPE "ExchangeLink" AS ENUM ('about_link', 'only_exchange');

-- CreateEnum
CREATE TYPE "SweepState" AS ENUM ('running', 'finished', 'failed');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('agent', 'lead', 'compliance', 'engineer', 'admin');

-- CreateTable
CREATE TABLE "Customer" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "businessName" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ExchangePartner" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,

    CONSTRAINT "ExchangePartner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Exchange" (
    "id" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "partnerId" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "health" "Health" NOT NULL DEFAULT 'unknown',
    "cause" TEXT,
    "brokenSince" TIMESTAMPTZ(3),

    CONSTRAINT "Exchange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingSource" (
    "id" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "exchangeId" UUID,
    "exchangeLink" "ExchangeLink",
    "name" TEXT NOT NULL,
    "bankName" TEXT,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "isRemoved" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "FundingSource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Signal" (
    "id" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "exchangeId" UUID,
    "fundingSourceId" UUID,
    "kind" "SignalKind" NOT NULL,
    "value" TEXT NOT NULL,
    "source" "SignalSource" NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "speaksOfAt" TIMESTAMPTZ(3) NOT NULL,
    "upstreamRequestId" TEXT,

    CONSTRAINT "Signal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RepairCase" (
    "id" UUID NOT NULL,
    "exchangeId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "state" "RepairCaseState" NOT NULL DEFAULT 'open',
    "cause" TEXT NOT NULL,
    "brokenSince" TIMESTAMPTZ(3) NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RepairCase_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReauthSession" (
    "id" UUID NOT NULL,
    "exchangeId" UUID NOT NULL,
    "repairCaseId" UUID NOT NULL,
    "state" "ReauthSessionState" NOT NULL DEFAULT 'pending',
    "channel" TEXT NOT NULL,
    "redirectAddress" TEXT,
    "reason" TEXT NOT NULL,
    "ticket" TEXT,
    "requestedById" UUID NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),
    "dwollaSessionId" UUID,
    "failureKind" TEXT,
    "upstreamStatus" INTEGER,
    "upstreamCode" TEXT,
    "upstreamRequestId" TEXT,
    "revealedById" UUID,
    "revealedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ReauthSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sweep" (
    "id" UUID NOT NULL,
    "state" "SweepState" NOT NULL DEFAULT 'running',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "customersTotal" INTEGER,
    "failure" TEXT,

    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SweepPage" (
    "sweepId" UUID NOT NULL,
    "pageNumber" INTEGER NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "customersRead" INTEGER NOT NULL DEFAULT 0,
    "exchangesRead" INTEGER NOT NULL DEFAULT 0,
    "balancesChecked" INTEGER NOT NULL DEFAULT 0,
    "brokenFound" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "SweepPage_pkey" PRIMARY KEY ("sweepId","pageNumber")
);

-- CreateTable
CREATE TABLE "StaffMember" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "issuer" TEXT,
    "subject" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),

    CONSTRAINT "StaffMember_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StaffSession" (
    "id" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "staffMemberId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DwollaCall" (
    "id" BIGSERIAL NOT NULL,
    "calledAt" TIMESTAMPTZ(3) NOT NULL,
    "process" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "pathTemplate" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER,
    "errorKind" TEXT,
    "durationMs" INTEGER NOT NULL,
    "requestId" TEXT,

    CONSTRAINT "DwollaCall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateLimiterFlexible" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMPTZ(3),

    CONSTRAINT "RateLimiterFlexible_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "Customer_name_id_idx" ON "Customer"("name", "id");

-- CreateIndex
CREATE INDEX "Exchange_customerId_idx" ON "Exchange"("customerId");

-- CreateIndex
CREATE INDEX "Exchange_partnerId_idx" ON "Exchange"("partnerId");

-- CreateIndex
CREATE INDEX "FundingSource_customerId_idx" ON "FundingSource"("customerId");

-- CreateIndex
CREATE INDEX "FundingSource_exchangeId_idx" ON "FundingSource"("exchangeId");

-- CreateIndex
CREATE INDEX "Signal_exchangeId_kind_speaksOfAt_idx" ON "Signal"("exchangeId", "kind", "speaksOfAt" DESC);

-- CreateIndex
CREATE INDEX "Signal_customerId_idx" ON "Signal"("customerId");

-- CreateIndex
CREATE INDEX "RepairCase_exchangeId_idx" ON "RepairCase"("exchangeId");

-- CreateIndex
CREATE INDEX "RepairCase_customerId_idx" ON "RepairCase"("customerId");

-- CreateIndex
CREATE INDEX "ReauthSession_exchangeId_requestedAt_idx" ON "ReauthSession"("exchangeId", "requestedAt" DESC);

-- CreateIndex
CREATE INDEX "ReauthSession_repairCaseId_idx" ON "ReauthSession"("repairCaseId");

-- CreateIndex
CREATE INDEX "Sweep_startedAt_idx" ON "Sweep"("startedAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "StaffMember_email_key" ON "StaffMember"("email");

-- CreateIndex
CREATE UNIQUE INDEX "StaffMember_issuer_subject_key" ON "StaffMember"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "StaffSession_tokenHash_key" ON "StaffSession"("tokenHash");

-- CreateIndex
CREATE INDEX "StaffSession_staffMemberId_idx" ON "StaffSession"("staffMemberId");

-- CreateIndex
CREATE INDEX "DwollaCall_calledAt_idx" ON "DwollaCall"("calledAt" DESC);

-- AddForeignKey
ALTER TABLE "Exchange" ADD CONSTRAINT "Exchange_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Exchange" ADD CONSTRAINT "Exchange_partnerId_fkey" FOREIGN KEY ("partnerId") REFERENCES "ExchangePartner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FundingSource" ADD CONSTRAINT "FundingSource_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FundingSource" ADD CONSTRAINT "FundingSource_exchangeId_fkey" FOREIGN KEY ("exchangeId") REFERENCES "Exchange"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Signal" ADD CONSTRAINT "Signal_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Signal" ADD CONSTRAINT "Signal_exchangeId_fkey" FOREIGN KEY ("exchangeId") REFERENCES "Exchange"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Signal" ADD CONSTRAINT "Signal_fundingSourceId_fkey" FOREIGN KEY ("fundingSourceId") REFERENCES "FundingSource"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RepairCase" ADD CONSTRAINT "RepairCase_exchangeId_fkey" FOREIGN KEY ("exchangeId") REFERENCES "Exchange"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RepairCase" ADD CONSTRAINT "RepairCase_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReauthSession" ADD CONSTRAINT "ReauthSession_exchangeId_fkey" FOREIGN KEY ("exchangeId") REFERENCES "Exchange"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReauthSession" ADD CONSTRAINT "ReauthSession_repairCaseId_fkey" FOREIGN KEY ("repairCaseId") REFERENCES "RepairCase"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReauthSession" ADD CONSTRAINT "ReauthSession_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "StaffMember"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReauthSession" ADD CONSTRAINT "ReauthSession_revealedById_fkey" FOREIGN KEY ("revealedById") REFERENCES "StaffMember"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SweepPage" ADD CONSTRAINT "SweepPage_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffSession" ADD CONSTRAINT "StaffSession_staffMemberId_fkey" FOREIGN KEY ("staffMemberId") REFERENCES "StaffMember"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma's schema language cannot say.

-- One open case, and one session in flight, for one exchange.
CREATE UNIQUE INDEX "RepairCase_one_open_per_exchange" ON "RepairCase"("exchangeId") WHERE "closedAt" IS NULL;
CREATE UNIQUE INDEX "ReauthSession_one_pending_per_exchange" ON "ReauthSession"("exchangeId") WHERE "state" = 'pending';
CREATE UNIQUE INDEX "Sweep_one_running" ON "Sweep"(("state" = 'running')) WHERE "state" = 'running';

-- The worklist reads open cases, oldest break first.
CREATE INDEX "RepairCase_open_by_age" ON "RepairCase"("brokenSince", "id") WHERE "closedAt" IS NULL;

-- The reaper looks for sessions whose process died.
CREATE INDEX "ReauthSession_pending" ON "ReauthSession"("requestedAt") WHERE "state" = 'pending';

-- A signal is evidence.
REVOKE UPDATE, DELETE ON TABLE "Signal" FROM reconnect_app;
