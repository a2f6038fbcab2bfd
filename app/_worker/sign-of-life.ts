import type { JobHelpers, WorkerEvents } from "graphile-worker";
import { logger } from "#platform/logger.ts";

/** The connection that listens for jobs is busy with its LISTEN at first. */
const AFTER_LISTEN_MS = 1_000;

/**
 * graphile-worker keeps the jobs of a killed worker locked for four hours. Here each worker holds a session lock in the name of
 * its pool on the connection it listens with: Postgres drops it the moment the process is gone.
 */
export function giveSignOfLife(events: WorkerEvents): void {
  events.on("pool:listen:success", ({ workerPool, client }) => {
    const timer = setTimeout(() => {
      client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [workerPool.id]).catch((error: unknown) => {
        logger.warn({ reason: String(error) }, "worker could not give its sign of life");
      });
    }, AFTER_LISTEN_MS);
    events.once("pool:listen:release", () => clearTimeout(timer));
  });
}

/** Jobs whose worker has no such lock become free again. Whoever is not older than ten seconds may still be about to take it. */
export async function releaseJobsOfDeadWorkers({ query, job }: JobHelpers): Promise<void> {
  await query(
    `WITH holder AS MATERIALIZED (
      SELECT DISTINCT locked_by AS id FROM graphile_worker.jobs
      WHERE locked_at < now() - interval '10 seconds' AND locked_by <> $1
    ), dead AS MATERIALIZED (
      SELECT id FROM holder WHERE pg_try_advisory_xact_lock_shared(hashtextextended(id, 0))
    )
    SELECT graphile_worker.force_unlock_workers(array_agg(id)) FROM dead HAVING count(*) > 0`,
    [job.locked_by],
  );
}
