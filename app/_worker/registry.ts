import { type JobHelpers, parseCronItems, type Task, type TaskList } from "graphile-worker";
import { catchUpJob, catchUpScheduleJob } from "#features/catch-ups/jobs.ts";
import { dropOldCallsJob } from "#features/dwolla-calls/jobs.ts";
import { processEventJob } from "#features/dwolla-events/jobs.ts";
import { nameLostOperationsJob } from "#features/lost-operations/jobs.ts";
import { probeJob, proofScheduleJob } from "#features/proofs/jobs.ts";
import { purgeJob } from "#features/purges/jobs.ts";
import { askDwollaJob } from "#features/reachability/jobs.ts";
import { reapReauthSessionsJob } from "#features/reauth-sessions/jobs.ts";
import { retentionJob } from "#features/retention/jobs.ts";
import { laneJob } from "#features/sweep-pages/jobs.ts";
import { sweepScheduleJob } from "#features/sweeps/jobs.ts";
import { causing, subjectOf } from "#platform/call-cause.ts";
import type { Context } from "#platform/context.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import type { Job, JobRun } from "#platform/jobs.ts";
import { logger } from "#platform/logger.ts";
import { settings } from "#platform/settings.ts";
import { releaseJobsOfDeadWorkers } from "./sign-of-life.ts";

/** Every minute, and at the start of each worker, so that what another one left behind is taken up at once. */
export const TICK = "worker.tick";
/** Ahead of a sweep's lanes and of events, of which thousands may wait: an intent whose process ended must not wait behind them. */
export const TICK_OPTIONS = { maxAttempts: 1, priority: -2 } as const;
export const CRON_ITEMS = parseCronItems([
  { task: TICK, match: "* * * * *", options: TICK_OPTIONS },
  { task: retentionJob.name, match: "17 3 * * *", options: { maxAttempts: 3 } },
  { task: dropOldCallsJob.name, match: "*/5 * * * *", options: { maxAttempts: 1 } },
]);
const RELEASE = "worker.release";
/** Within a minute: a killed worker's jobs should not wait for the next tick, nor should an end of Dwolla's silence. */
const WITHIN_A_MINUTE_MS = [0, 15_000, 30_000, 45_000];
const HALF_MINUTE_MS = 30_000;

/** All that this process knows how to do. */
export function taskList(): TaskList {
  return {
    [TICK]: tick,
    [RELEASE]: (_payload, helpers) => releaseJobsOfDeadWorkers(helpers),
    ...toTask(askDwollaJob),
    ...toTask(processEventJob),
    ...toTask(probeJob),
    ...toTask(proofScheduleJob),
    ...toTask(catchUpScheduleJob),
    ...toTask(catchUpJob),
    ...toTask(sweepScheduleJob),
    ...toTask(laneJob),
    ...toTask(reapReauthSessionsJob),
    ...toTask(nameLostOperationsJob),
    ...toTask(retentionJob),
    ...toTask(dropOldCallsJob),
    ...toTask(purgeJob),
  };
}

/** cron counts in minutes; what has to happen more often is added more often. */
async function tick(_payload: unknown, helpers: JobHelpers): Promise<void> {
  for (const afterMs of WITHIN_A_MINUTE_MS) {
    const runAt = new Date(Date.now() + afterMs);
    for (const name of [RELEASE, askDwollaJob.name]) {
      await helpers.addJob(name, {}, { jobKey: `${name}/${afterMs}`, maxAttempts: 1, runAt });
    }
  }
  const inHalfAMinute = new Date(Date.now() + HALF_MINUTE_MS);
  for (const { name } of [reapReauthSessionsJob, nameLostOperationsJob]) {
    await helpers.addJob(name, {}, { ...TICK_OPTIONS, jobKey: name });
    await helpers.addJob(name, {}, { ...TICK_OPTIONS, jobKey: `${name}/again`, runAt: inHalfAMinute });
  }
  for (const { name } of [sweepScheduleJob, catchUpScheduleJob, proofScheduleJob]) {
    await helpers.addJob(name, {}, { jobKey: name, maxAttempts: 1 });
  }
}

/** A payload that does not fit its schema fails like any other error: it is in the log, and tried again by a newer worker. */
function toTask<Payload>({ name, priority, schema, handler }: Job<Payload>): Record<string, Task> {
  const task: Task = async (payload, helpers) => {
    const call = { ctx: jobContext(name, priority), payload: schema.parse(payload), run: jobRun(name, helpers) };
    const { requestId } = call.ctx.origin;
    const concerns = subjectOf(call.payload);
    await causing({ staffMemberId: null, act: name, jobId: helpers.job.id, requestId, concerns }, () => handler(call));
  };
  return { [name]: task };
}

function jobContext(job: string, priority: Job<unknown>["priority"]): Context {
  return {
    actor: { type: "system", job },
    environment: env().RECONNECT_ENVIRONMENT,
    origin: { requestId: crypto.randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db: db(),
    dwolla: dwolla(priority),
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
