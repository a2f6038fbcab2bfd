-- CreateIndex
CREATE INDEX "DwollaEvent_receivedAt_idx" ON "DwollaEvent"("receivedAt");

-- CreateIndex
CREATE INDEX "DwollaEvent_lastReceivedAt_idx" ON "DwollaEvent"("lastReceivedAt");
