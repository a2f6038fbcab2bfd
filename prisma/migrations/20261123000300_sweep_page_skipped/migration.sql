-- Customers of a page whose answers could not be used: the sweep goes on without them, and says so.
ALTER TABLE "SweepPage" ADD COLUMN "customersSkipped" INTEGER NOT NULL DEFAULT 0;
