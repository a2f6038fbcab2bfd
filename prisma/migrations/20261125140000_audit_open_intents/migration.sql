-- CreateTable
CREATE TABLE "OpenOperation" (
    "id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "targetType" TEXT,
    "targetId" TEXT,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OpenOperation_pkey" PRIMARY KEY ("id")
);
