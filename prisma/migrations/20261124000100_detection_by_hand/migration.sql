-- What Prisma's schema language cannot say. Apart from the migration before it, because PostgreSQL lets nobody use a new
-- word of an enumeration in the transaction that adds it.

-- A sweep of before had no plan that could be gone on with.
UPDATE "Sweep" SET "state" = 'failed', "failure" = 'unexpected', "finishedAt" = now() WHERE "state" = 'running';

-- One sweep, one catch-up, and one proof of an exchange, at a time.
DROP INDEX "Sweep_one_running";
CREATE UNIQUE INDEX "Sweep_one_live" ON "Sweep"((true)) WHERE "state" IN ('running', 'paused');
CREATE UNIQUE INDEX "CatchUp_one_running" ON "CatchUp"((true)) WHERE "state" = 'running';
CREATE UNIQUE INDEX "Proof_one_running_per_exchange" ON "Proof"("exchangeId") WHERE "state" = 'running';

-- What is still to be processed, and what never came as a webhook.
CREATE INDEX "DwollaEvent_unprocessed" ON "DwollaEvent"("createdAt", "id") WHERE "processedAt" IS NULL;
CREATE INDEX "DwollaEvent_missed" ON "DwollaEvent"("createdAt", "id") WHERE "readAt" IS NOT NULL;

-- Whose health is not what it should be: few of many.
CREATE INDEX "Exchange_troubled" ON "Exchange"("health", "id") WHERE "health" IN ('broken', 'reauth_required');

-- The pages of a sweep that are still to be read.
CREATE INDEX "SweepPlan_due" ON "SweepPlan"("sweepId", "phase", "pageNumber") WHERE "lane" IS DISTINCT FROM 'done';

-- Rewritten all the time and worth nothing after a crash: they need no log.
ALTER TABLE "SweepPlan" SET UNLOGGED;
ALTER TABLE "SweepCoverage" SET UNLOGGED;

-- There is one budget, and it is there from the start.
INSERT INTO "CallBudget" ("id", "paidUntil") VALUES (1, now());
