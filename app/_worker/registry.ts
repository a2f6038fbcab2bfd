import { type JobHelpers, parseCronItems, type Task, type TaskList } from "graphile-worker";
import type { z } from "zod";
import { catchUpJob, catchUpScheduleJob } from "#features/catch-ups/jobs.ts";
import { processEventJob } from "#features/dwolla-events/jobs.ts";
import { probeJob } from "#features/proofs/jobs.ts";
import { reapReauthSessionsJob } from "#features/reauth-sessions/jobs.ts";
import { laneJob } from "#features/sweep-pages/jobs.ts";
import { sweepScheduleJob } from "#features/sweeps/jobs.ts";
import type { Context } from "#platform/context.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import type { JobRun } from "#platform/jobs.ts";
import { logger } from "#platform/logger.ts";
import { settings } from "#platform/settings.ts";
import { releaseJobsOfDeadWorkers } from "./sign-of-life.ts";

interface Job<Payload> {
  name: string;
  schema: z.ZodType<Payload>;
  handler(call: { ctx: Context; payload: Payload; run: JobRun }): Promise<void>;
}

/** Every minute, and at the start of each worker, so that what another one left behind is taken up at once. */
export const TICK = "worker.tick";
export const CRON_ITEMS = parseCronItems([{ task: TICK, match: "* * * * *", options: { maxAttempts: 1 } }]);
const HALF_MINUTE_MS = 30_000;

/** All that this process knows how to do. */
export function taskList(): TaskList {
  return {
    [TICK]: tick,
    ...toTask(processEventJob),
    ...toTask(probeJob),
    ...toTask(catchUpScheduleJob),
    ...toTask(catchUpJob),
    ...toTask(sweepScheduleJob),
    ...toTask(laneJob),
    ...toTask(reapReauthSessionsJob),
  };
}

/** cron counts in minutes; what has to happen twice a minute is added twice. */
async function tick(_payload: unknown, helpers: JobHelpers): Promise<void> {
  await releaseJobsOfDeadWorkers(helpers);
  const { name: reap } = reapReauthSessionsJob;
  const inHalfAMinute = new Date(Date.now() + HALF_MINUTE_MS);
  await helpers.addJob(reap, {}, { jobKey: reap, maxAttempts: 1 });
  await helpers.addJob(reap, {}, { jobKey: `${reap}/again`, maxAttempts: 1, runAt: inHalfAMinute });
  for (const { name } of [sweepScheduleJob, catchUpScheduleJob]) {
    await helpers.addJob(name, {}, { jobKey: name, maxAttempts: 1 });
  }
}

/** A payload that does not fit its schema fails like any other error: it is in the log, and tried again by a newer worker. */
function toTask<Payload>({ name, schema, handler }: Job<Payload>): Record<string, Task> {
  const task: Task = async (payload, helpers) => {
    await handler({ ctx: jobContext(name), payload: schema.parse(payload), run: jobRun(name, helpers) });
  };
  return { [name]: task };
}

function jobContext(job: string): Context {
  return {
    actor: { type: "system", job },
    environment: env().RECONNECT_ENVIRONMENT,
    origin: { requestId: crypto.randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db: db(),
    dwolla: dwolla(),
    settings: settings(),
    warn: (facts, message) => logger.warn(facts, message),
  };
}

function jobRun(name: string, { job, abortSignal }: JobHelpers): JobRun {
  return {
    isLastAttempt: job.attempts >= job.max_attempts,
    signal: abortSignal,
    warn: (facts, message) => logger.warn({ job: name, jobId: job.id, ...facts }, message),
  };
}
