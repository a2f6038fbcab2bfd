import { type AuditContext, recordAuditEvent } from "#platform/audit-trail.ts";
import type { Database } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import { VERDICTS, type VerificationReport, verificationReportSchema } from "./schema.ts";

/** The page shows the latest; a few more tell what has changed. */
const KEPT_REPORTS = 20;

/** Keeps what a verification found, for its page. @throws ZodError for a report that holds what no report may. */
export async function keepVerification(
  db: Database,
  { report, ...context }: AuditContext & { report: VerificationReport },
): Promise<void> {
  const kept = verificationReportSchema.parse(report);
  await db.$transaction(async (tx) => {
    await recordAuditEvent(tx, context, {
      action: "sandbox.verified",
      outcome: "succeeded",
      customerId: kept.customer.id,
      details: Object.fromEntries(
        VERDICTS.map((verdict) => [verdict, kept.steps.filter((step) => step.verdict === verdict).length]),
      ),
    });
    await tx.sandboxVerification.create({
      data: { id: uuidv7(context.now()), finishedAt: new Date(kept.finishedAt), report: kept },
    });
    const old = await tx.sandboxVerification.findMany({
      select: { id: true },
      orderBy: [{ finishedAt: "desc" }, { id: "desc" }],
      skip: KEPT_REPORTS,
    });
    await tx.sandboxVerification.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
  });
}
