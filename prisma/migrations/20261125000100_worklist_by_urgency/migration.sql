-- The worklist begins with the links that are broken; those that still work, and were only warned of, follow.
DROP INDEX "RepairCase_open_by_age";
CREATE INDEX "RepairCase_open_by_urgency"
  ON "RepairCase"(("cause" = 'customer_exchange_reauth_required'), "brokenSince", "id") WHERE "closedAt" IS NULL;
