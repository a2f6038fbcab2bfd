import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { type Runner, run, type WorkerEvents } from "graphile-worker";
import { auditorDb, db } from "#platform/db.ts";
import { closeDwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";
import { logger } from "#platform/logger.ts";
import { jobLog } from "./job-log.ts";
import { CRON_ITEMS, TICK, TICK_OPTIONS, taskList } from "./registry.ts";
import { giveSignOfLife } from "./sign-of-life.ts";

/** Room for what people wait for beside the lanes of a sweep. */
const JOBS_AT_ONCE = 10;
const RESTART_AFTER_MS = 1_000;
const SECOND_TICK_AFTER_MS = 12_000;
/** Jobs are told to stop at once and get this long for it; then the process ends, and another worker takes them up. */
const DRAIN_MS = 10_000;
const ABORT_AFTER_MS = 5_000;
// Without a delay graphile-worker 0.17 marks a job as done only once, and a connection lost just then ends the process.
const RETRIES_COMPLETION = { completeJobBatchDelay: 0, failJobBatchDelay: 0 };

/**
 * Works until SIGTERM or SIGINT. A database that goes away and comes back only interrupts it.
 * @throws what would be the same at the next attempt.
 */
export async function work(): Promise<void> {
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());
  stopping.signal.addEventListener("abort", endAfterDrain);
  while (!stopping.signal.aborted) {
    try {
      await runUntilStopped(stopping.signal);
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error;
      logger.error({ reason: String(error) }, "worker was interrupted");
      await pause(RESTART_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  await Promise.allSettled([closeDwolla()]);
  await Promise.allSettled([db().$disconnect(), auditorDb().$disconnect()]);
  logger.info("worker stopped");
}

async function runUntilStopped(signal: AbortSignal): Promise<void> {
  const events: WorkerEvents = new EventEmitter();
  giveSignOfLife(events);
  const runner = await run({
    connectionString: env().DATABASE_URL,
    concurrency: JOBS_AT_ONCE,
    gracefulShutdownAbortTimeout: ABORT_AFTER_MS,
    preset: { worker: RETRIES_COMPLETION },
    noHandleSignals: true,
    taskList: taskList(),
    parsedCronItems: CRON_ITEMS,
    logger: jobLog,
    events,
  });
  const stop = () => void stopQuietly(runner);
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    else await tickTwice(runner);
    logger.info("worker started");
    await runner.promise;
    // It ends by itself when a job could not be marked as done; the next run takes it up again.
    if (!signal.aborted) logger.warn("worker starts anew");
  } finally {
    signal.removeEventListener("abort", stop);
    await stopQuietly(runner);
  }
}

/** At once, and when it is certain that a worker which was killed just now gives no sign of life any more. */
async function tickTwice({ addJob }: Runner): Promise<void> {
  const runAt = new Date(Date.now() + SECOND_TICK_AFTER_MS);
  await addJob(TICK, {}, { ...TICK_OPTIONS, jobKey: TICK });
  await addJob(TICK, {}, { ...TICK_OPTIONS, jobKey: `${TICK}/again`, runAt });
}

/** graphile-worker rejects when it is stopped already. */
async function stopQuietly(runner: Runner): Promise<void> {
  await runner.stop().catch(() => undefined);
}

function endAfterDrain(): void {
  setTimeout(() => {
    logger.warn("worker ended with jobs under way; another worker takes them up");
    process.exit(0);
  }, DRAIN_MS).unref();
}
