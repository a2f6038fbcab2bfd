-- AlterTable
ALTER TABLE "DwollaEvent" ADD COLUMN     "arrivals" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[],
ADD COLUMN     "openedCaseIds" UUID[] DEFAULT ARRAY[]::UUID[];

-- CreateTable
CREATE TABLE "EventReplay" (
    "operationId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "replayedById" UUID NOT NULL,
    "replayedAt" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL,

    CONSTRAINT "EventReplay_pkey" PRIMARY KEY ("operationId","eventId")
);

-- CreateIndex
CREATE INDEX "EventReplay_eventId_replayedAt_idx" ON "EventReplay"("eventId", "replayedAt" DESC);

-- CreateIndex
CREATE INDEX "EventReplay_replayedById_replayedAt_idx" ON "EventReplay"("replayedById", "replayedAt" DESC);

-- AddForeignKey
ALTER TABLE "EventReplay" ADD CONSTRAINT "EventReplay_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "DwollaEvent"("id") ON DELETE CASCADE ON UPDATE CASCADE;
