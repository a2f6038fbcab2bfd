-- CreateTable
CREATE TABLE "SandboxVerification" (
    "id" UUID NOT NULL,
    "finishedAt" TIMESTAMPTZ(3) NOT NULL,
    "report" JSONB NOT NULL,

    CONSTRAINT "SandboxVerification_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SandboxVerification_finishedAt_id_idx" ON "SandboxVerification"("finishedAt" DESC, "id" DESC);
