-- What a POST made: engineers look for it by this id.
ALTER TABLE "DwollaCall" ADD COLUMN "madeId" UUID;

-- By hand: one call in thousands makes something, and those that a person caused are few among those of sweeps.
CREATE INDEX "DwollaCall_made" ON "DwollaCall"("madeId") WHERE "madeId" IS NOT NULL;

CREATE INDEX "DwollaCall_of_requests" ON "DwollaCall"("causeRequestId") WHERE "staffMemberId" IS NOT NULL;
