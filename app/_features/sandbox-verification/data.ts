import type { Database } from "#platform/database-client.ts";
import { type VerificationReport, verificationReportSchema } from "./schema.ts";

/** The latest report, or null where there is none that this version can read. */
export async function getLatestVerification(db: Database): Promise<VerificationReport | null> {
  const latest = await db.sandboxVerification.findFirst({ orderBy: [{ finishedAt: "desc" }, { id: "desc" }] });
  return verificationReportSchema.safeParse(latest?.report).data ?? null;
}
