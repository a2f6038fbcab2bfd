-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "requestedById" UUID;

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "StaffMember"("id") ON DELETE SET NULL ON UPDATE CASCADE;
