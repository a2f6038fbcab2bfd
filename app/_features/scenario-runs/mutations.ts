import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { nextProbeAt, type ProofTrigger } from "#domain/proof-schedule.ts";
import { clearConditions } from "#features/break-lab/mutations.ts";
import { CATCH_UP_JOB } from "#features/catch-ups/schema.ts";
import { PROCESS_EVENT_JOB } from "#features/dwolla-events/schema.ts";
import { PROBE_JOB } from "#features/proofs/schema.ts";
import { ActFailure, type ScenarioDesk } from "#features/scenario-acts/mutations.ts";
import type { Act } from "#features/scenario-acts/schema.ts";
import { listScenarios } from "#features/scenarios/data.ts";
import { runScenario } from "#features/scenarios/mutations.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import { areWebhooksUnderWay, ForgottenBySimulator, SimulatorAway } from "#features/simulator-controls/data.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { closeOperation, keepOperationOpen, type Operation, openOperation } from "#platform/operation.ts";
import { resultOf, runUnderWay, type ScenarioRun, scenarioRuns } from "./data.ts";
import type { playScenarioSchema } from "./schema.ts";

export interface Player extends Context<StaffActor> {
  /** The connection that may read the audit trail. */
  auditor: Database;
}

export type PlayRefusal = "simulator_away" | "no_such_scenario" | "not_readable" | "too_long" | "another_under_way";
export type PlayResult = { ok: true; ended: Promise<void> } | { ok: false; reason: PlayRefusal };

/**
 * Begins to play a scenario on this desk and its simulator, with customers made for it, and whoever pressed as all of its staff.
 * How far it is shows in `scenarioRuns`; `ended` resolves when its outcome is on record.
 */
export async function playScenario({
  ctx,
  input: { name },
}: {
  ctx: Player;
  input: z.output<typeof playScenarioSchema>;
}): Promise<PlayResult> {
  const found = await findScenario(ctx, name);
  // Looked at again, and taken, before anything is waited for: two presses at once would play into each other.
  const scenario = typeof found === "string" || !runUnderWay() ? found : "another_under_way";
  const before = scenarioRuns().get(name);
  const run: ScenarioRun = {
    name,
    by: ctx.actor.name,
    startedAt: ctx.now().toISOString(),
    endedAt: null,
    steps: [],
    problem: null,
    exchangeId: null,
  };
  if (typeof scenario !== "string") scenarioRuns().set(name, run);
  const operation = await begin(ctx, name, scenario).catch((error: unknown) => {
    forget(run, before);
    throw error;
  });
  if (typeof scenario === "string" || operation === null) return { ok: false, reason: scenario as PlayRefusal };
  return { ok: true, ended: play(ctx, { scenario, run, operation }) };
}

/** Its intent on record, or the refusal of it; null for a refusal. */
function begin(ctx: Player, name: string, scenario: Scenario | PlayRefusal): Promise<Operation | null> {
  const action = { action: "simulator.scenario_played", target: { type: "scenario", id: name } } as const;
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "simulator:operate");
    if (typeof scenario !== "string") return openOperation(tx, ctx, action);
    await recordAuditEvent(tx, ctx, { ...action, outcome: "denied", details: { refusedBy: scenario } });
    return null;
  });
}

function forget(run: ScenarioRun, before: ScenarioRun | undefined): void {
  if (scenarioRuns().get(run.name) !== run) return;
  if (before) scenarioRuns().set(run.name, before);
  else scenarioRuns().delete(run.name);
}

async function findScenario({ settings }: Player, name: string): Promise<Scenario | PlayRefusal> {
  if (runUnderWay()) return "another_under_way";
  const files = await listScenarios(settings.dwollaApiUrl).catch(() => null);
  if (!files) return "simulator_away";
  const file = files.find((each) => each.name === name);
  if (!file) return "no_such_scenario";
  if (!file.scenario) return "not_readable";
  return isForRunningDesk(file.scenario) ? file.scenario : "too_long";
}

const UNPLAYABLE = "It could not be played to its end, and the desk’s log says why.";
const AWAY = "It could not be played to its end: the simulator did not answer.";
const UNCOUNTABLE =
  "Its calls could not be counted: the simulator has dropped some of this time, because it keeps the newest 100,000. Play it while no sweep runs.";

function problemOf(error: unknown): string {
  if (error instanceof SimulatorAway) return AWAY;
  return error instanceof ForgottenBySimulator ? UNCOUNTABLE : UNPLAYABLE;
}

type Playing = { scenario: Scenario; run: ScenarioRun; operation: Operation };

/** Never rejects: what went wrong is the run's problem, and on record. What the scenario did to Dwolla for everybody ends with it. */
async function play(ctx: Player, { scenario, run, operation }: Playing): Promise<void> {
  const { name } = run;
  try {
    const { cast } = await runScenario({
      desk: runningDesk({ ctx, auditor: ctx.auditor }),
      name,
      scenario,
      onStep: ({ number, title, durationMs, differences }) => {
        run.steps.push({ number, title, durationMs, differences });
        void keepOperationOpen(ctx, operation).catch(() => {});
      },
    });
    run.exchangeId = cast[0]?.exchangeId ?? null;
  } catch (error) {
    run.problem = problemOf(error);
    ctx.warn({ name, err: error }, "a scenario broke off");
  }
  await clearConditions(ctx).catch(() => {
    run.problem ??= "What it made go wrong at the simulator could not be undone. Press “Clear” in the break lab.";
  });
  run.endedAt = ctx.now().toISOString();
  const isPassed = resultOf(run) === "passed";
  const details = { steps: run.steps.length, isPassed };
  await closeOperation(ctx, operation, { outcome: isPassed ? "succeeded" : "failed", details }).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "a played scenario has no outcome on record"),
  );
}

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
export function isForRunningDesk({ steps }: Pick<Scenario, "steps">): boolean {
  let proof = AFTER_REVEAL;
  const secondsOf = (act: Act): number => {
    switch (act.do) {
      case "reveal":
        proof = AFTER_REVEAL;
        return 0;
      case "claim":
        proof = AFTER_CLAIM;
        return 0;
      case "prove": {
        const { trigger, probesDone } = proof;
        proof = { trigger, probesDone: probesDone + 1 };
        return (nextProbeAt(trigger, probesDone, EPOCH)?.getTime() ?? Number.POSITIVE_INFINITY) / 1_000;
      }
      case "elapse":
        return act.seconds;
      case "at_once":
        return Math.max(...act.acts.map(secondsOf));
      default:
        return 0;
    }
  };
  return steps.reduce((sum, { act }) => sum + secondsOf(act), 0) <= LONGEST_WAIT_SECONDS;
}

/** The first probe after a claim is made at once, and not waited for. */
const AFTER_CLAIM: ProofPlace = { trigger: "claim", probesDone: 1 };
const AFTER_REVEAL: ProofPlace = { trigger: "reveal", probesDone: 0 };
type ProofPlace = { trigger: ProofTrigger; probesDone: number };
const EPOCH = new Date(0);

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
