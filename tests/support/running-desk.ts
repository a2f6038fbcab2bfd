import { setTimeout as pause } from "node:timers/promises";
import type { Act } from "#features/scenario-acts/schema.ts";
import { type ScenarioRun, scenarioRuns } from "#features/scenario-runs/data.ts";
import { type Player, playScenario } from "#features/scenario-runs/mutations.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import type { TestScenarioDesk } from "./scenario-desk.ts";

const LOOK_EVERY_MS = 20;
const WAITS: readonly Act["do"][] = ["elapse", "prove"];

/** Does all jobs that are due, as a worker process does beside whoever acts; what is returned ends it. */
export function startWorking({ desk }: TestScenarioDesk): () => Promise<void> {
  const stopping = new AbortController();
  const work = async () => {
    while (!stopping.signal.aborted) {
      await desk.settle();
      await pause(LOOK_EVERY_MS);
    }
  };
  const working = work();
  return async () => {
    stopping.abort();
    await working;
  };
}

/**
 * Plays a scenario as the page does, to its end. While a step waits for time to pass, the machine's time runs ahead: what somebody
 * would wait a minute for takes no minute here.
 */
export async function playToEnd(
  { unhurried }: TestScenarioDesk,
  { ctx, name, scenario }: { ctx: Player; name: string; scenario: Scenario },
): Promise<ScenarioRun> {
  const begun = await playScenario({ ctx, input: { name } });
  if (!begun.ok) throw new Error(`${name} was not played: ${begun.reason}`);
  const run = scenarioRuns().get(name) as ScenarioRun;
  while (run.endedAt === null) {
    const act = scenario.steps[run.steps.length]?.act.do;
    if (act && WAITS.includes(act)) await unhurried.elapse(1);
    await pause(LOOK_EVERY_MS);
  }
  await begun.ended;
  return run;
}
