import { setTimeout as pause } from "node:timers/promises";
import type { StaffActor } from "#domain/actor.ts";
import { CATCH_UP_JOB } from "#features/catch-ups/schema.ts";
import { PROCESS_EVENT_JOB } from "#features/dwolla-events/schema.ts";
import { PROBE_JOB } from "#features/proofs/schema.ts";
import { ActFailure, type ScenarioDesk } from "#features/scenario-acts/mutations.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import { areWebhooksUnderWay } from "#features/simulator-controls/data.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";

const SETTLED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 50;
/** A sweep of a whole world may be what is waited for. */
const PATIENCE_MS = 60_000;
/** Whoever watches waits for no more. */
const LONGEST_WAIT_SECONDS = 120;
const JOBS_OF_LINKS = [PROCESS_EVENT_JOB, PROBE_JOB, CATCH_UP_JOB];

/**
 * The desk that runs here, for playing scenarios on: its worker does the jobs, its clock is everybody's and is not moved, and whoever
 * pressed plays all of the staff. Without a webhook subscription no webhook comes.
 */
export function runningDesk({ ctx, auditor }: { ctx: Context<StaffActor>; auditor: Database }): ScenarioDesk {
  const system = { ...ctx, actor: { type: "system", job: "scenario" } as const };
  const settle = () => until(() => isSettled(system), SETTLED_WITHIN_MS);
  return {
    system,
    auditor,
    settle,
    patienceMs: PATIENCE_MS,
    staff: async () => ctx,
    async elapse(seconds) {
      if (seconds > LONGEST_WAIT_SECONDS) throw new ActFailure(`${Math.ceil(seconds)} s are too long to wait for`);
      const endsAt = system.now().getTime() + seconds * 1_000;
      await until(async () => system.now().getTime() >= endsAt, seconds * 1_000 + SETTLED_WITHIN_MS);
      await settle();
    },
  };
}

/** Whether a running desk can play it: no more time passes than somebody would wait for. */
export function isForRunningDesk({ steps }: Scenario): boolean {
  const seconds = steps.map(({ act }) => (act.do === "elapse" ? act.seconds : 0));
  return seconds.reduce((sum, each) => sum + each, 0) <= LONGEST_WAIT_SECONDS;
}

/** No webhook is under way and no job about links is due. A sweep may go on for as long as it likes. */
async function isSettled({ db, settings, now }: Context): Promise<boolean> {
  if (await areWebhooksUnderWay(settings.dwollaApiUrl)) return false;
  const due = await db.$queryRaw<object[]>`
    SELECT FROM graphile_worker.jobs WHERE task_identifier = ANY(${JOBS_OF_LINKS}) AND run_at <= ${now()}
      AND attempts < max_attempts LIMIT 1`;
  return due.length === 0;
}

/** Or until it took too long: what is wrong then shows in what is seen. */
async function until(isSo: () => Promise<boolean>, patienceMs: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!(await isSo()) && performance.now() < giveUpAt) await pause(LOOK_EVERY_MS);
}
