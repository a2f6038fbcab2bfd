import type { CustomerId } from "#domain/ids.ts";
import type { Database } from "#platform/database-client.ts";
import type { SweepMode } from "#platform/prisma-client/client.ts";

/** A page that a lane has taken. */
export interface SweepPage {
  sweepId: string;
  mode: SweepMode;
  phase: "list" | "detail";
  pageNumber: number;
  /** Of a page of the list: where it begins, and how many customers it spans. */
  offset: number;
  size: number;
  /** Of a page of details: who is on it. */
  customerIds: CustomerId[];
}

/**
 * Takes the next page for a lane: the one it holds from an earlier life, else the first that nobody has. Null while there is none
 * or the sweep does not run.
 */
export async function takePage(
  db: Database,
  { sweepId, lane }: { sweepId: string; lane: string },
): Promise<SweepPage | null> {
  const [page] = await db.$queryRaw<SweepPage[]>`
    UPDATE "SweepPlan" AS plan SET lane = ${lane}
    FROM (
      SELECT due."sweepId", due.phase, due."pageNumber", sweep.mode
      FROM "Sweep" AS sweep JOIN "SweepPlan" AS due ON due."sweepId" = sweep.id
      WHERE sweep.id = ${sweepId}::uuid AND sweep.state = 'running'
        AND due.lane IS DISTINCT FROM 'done' AND coalesce(due.lane, ${lane}) = ${lane}
      ORDER BY due.phase, due.lane NULLS LAST, due."pageNumber" LIMIT 1 FOR UPDATE OF due SKIP LOCKED
    ) AS next
    WHERE plan."sweepId" = next."sweepId" AND plan.phase = next.phase AND plan."pageNumber" = next."pageNumber"
    RETURNING plan."sweepId", next.mode::text, plan.phase::text, plan."pageNumber", plan."offset", plan.size, plan."customerIds"`;
  return page ?? null;
}

/** Null when it does not run; `waitsUntil` is set while Dwolla is waited for. */
export function findRunning(db: Database, sweepId: string): Promise<{ waitsUntil: Date | null } | null> {
  return db.sweep.findUnique({ where: { id: sweepId, state: "running" }, select: { waitsUntil: true } });
}
