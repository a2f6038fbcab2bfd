-- AlterTable
ALTER TABLE "SweepPlan" ADD COLUMN     "size" INTEGER NOT NULL DEFAULT 0;

-- What a page of the list was until now.
UPDATE "SweepPlan" SET "size" = 200 WHERE "phase" = 'list';
