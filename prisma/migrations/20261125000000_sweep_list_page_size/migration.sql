-- 200 is what a page of the list was until now, and is for workers of before that run beside new ones.
ALTER TABLE "SweepPlan" ADD COLUMN     "size" INTEGER NOT NULL DEFAULT 200;
