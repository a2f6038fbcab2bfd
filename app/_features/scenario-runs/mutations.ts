import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { clearConditions } from "#features/break-lab/mutations.ts";
import { isForRunningDesk, runningDesk } from "#features/running-desks/mutations.ts";
import { listScenarios } from "#features/scenario-files/data.ts";
import { runScenario } from "#features/scenarios/mutations.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import { ForgottenBySimulator } from "#features/simulator-controls/data.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { closeOperation, keepOperationOpen, type Operation, openOperation } from "#platform/operation.ts";
import { isPassed, runUnderWay, type ScenarioRun, scenarioRuns } from "./data.ts";
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

const UNPLAYABLE = "It could not be played to its end: the simulator or the desk’s own database did not answer.";
const UNCOUNTABLE =
  "Its calls could not be counted: the simulator has dropped some of this time, because it keeps the newest 100,000. Play it while no sweep runs.";

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
    run.problem = error instanceof ForgottenBySimulator ? UNCOUNTABLE : UNPLAYABLE;
    ctx.warn({ name, reason: error instanceof Error ? error.name : "unknown" }, "a scenario broke off");
  }
  await clearConditions(ctx).catch(() => {
    run.problem ??= "What it made go wrong at the simulator could not be undone. Press “Clear” in the break lab.";
  });
  run.endedAt = ctx.now().toISOString();
  const details = { steps: run.steps.length, isPassed: isPassed(run) };
  await closeOperation(ctx, operation, { outcome: isPassed(run) ? "succeeded" : "failed", details }).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "a played scenario has no outcome on record"),
  );
}
