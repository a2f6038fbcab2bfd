import { setTimeout as pause } from "node:timers/promises";
import type { CustomerId } from "#domain/ids.ts";
import { type Transitions, transitionsOf } from "#domain/link-story.ts";
import { refreshAccount } from "#features/accounts/mutations.ts";
import { ActFailure, perform, type ScenarioDesk, type Stage } from "#features/scenario-acts/mutations.ts";
import { type CastLink, LINK_NAMES } from "#features/scenario-acts/schema.ts";
import { controlSimulator, getSimulatedTime, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { differencesFrom, listToldLinks, type Observed, observe } from "./data.ts";
import type { Scenario, Step } from "./schema.ts";

export interface StepResult {
  /** From 1. */
  number: number;
  title: string;
  durationMs: number;
  /** What was otherwise than expected; empty where all was as it should be. */
  differences: string[];
  /** How it then was; null where the act itself failed. */
  observed: Observed | null;
}

export interface ScenarioResult {
  name: string;
  /** One for each step up to the first with a difference. */
  steps: StepResult[];
  durationMs: number;
  transitions: Transitions;
  cast: readonly CastLink[];
  /** The world was as the scenario wants it, and nothing had happened yet. */
  begunAt: Date;
}

export interface RunOptions {
  desk: ScenarioDesk;
  name: string;
  scenario: Scenario;
  /** Hears of each step as it ends. */
  onStep?: (result: StepResult) => void;
}

/** Plays a scenario on a desk and compares after each step. It ends at the first difference: what follows would be about another story. */
export async function runScenario({ desk, name, scenario, onStep }: RunOptions): Promise<ScenarioResult> {
  if (desk.system.environment !== "simulator") throw new Error("Scenarios are played in the simulator only.");
  const startedAt = performance.now();
  const cast = await castLinks(desk, scenario.world);
  await nextInstant(desk);
  const begunAt = desk.system.now();
  const steps: StepResult[] = [];
  for (const [place, step] of scenario.steps.entries()) {
    const stage = { desk, cast, partner: scenario.world.partner };
    const result = await runStep({ stage, step, number: place + 1 });
    steps.push(result);
    onStep?.(result);
    if (result.differences.length > 0) break;
  }
  const told = await listToldLinks(desk.system.db, cast);
  const transitions = mergeTransitions(told.map(transitionsOf));
  return { name, steps, durationMs: performance.now() - startedAt, transitions, cast, begunAt };
}

type World = Scenario["world"];
type MadeCustomer = { customerId: string; exchangeId: string };

/**
 * Makes the customers and links that a scenario is about, each link of another customer, so that it disturbs nobody else and nothing
 * has happened to them yet. The desk hears of them by their webhook, or reads them where none comes.
 */
async function castLinks(desk: ScenarioDesk, { partner, exchanges, linksPerCustomer }: World): Promise<CastLink[]> {
  const { system } = desk;
  const make = (path: string) =>
    controlSimulator<MadeCustomer>(system.settings.dwollaApiUrl, "POST", path, { partner });
  const cast: CastLink[] = [];
  for (const name of LINK_NAMES.slice(0, exchanges)) {
    const { customerId, exchangeId } = await make("/customers");
    if (linksPerCustomer === "several") await make(`/customers/${customerId}/exchanges`);
    cast.push({ name, exchangeId, customerId });
  }
  await desk.settle();
  for (const { exchangeId, customerId } of cast) {
    const isKnown = (await system.db.exchange.count({ where: { id: exchangeId } })) === 1;
    if (!isKnown) await refreshAccount(system, customerId as CustomerId, "check");
  }
  return cast;
}

type StepRun = { stage: Stage; step: Step; number: number };

async function runStep({ stage, step, number }: StepRun): Promise<StepResult> {
  const { desk, cast } = stage;
  const startedAt = performance.now();
  await nextInstant(desk);
  const atDwolla = await getSimulatedTime(desk.system.settings.dwollaApiUrl);
  const since = { here: desk.system.now(), atDwolla };
  const end = (differences: string[], observed: Observed | null) => {
    return { number, title: step.title, durationMs: performance.now() - startedAt, differences, observed };
  };
  try {
    await perform(stage, step.act);
  } catch (error) {
    if (!isFailureOfAct(error)) throw error;
    return end([`the act itself: expected to be done, ${error.message}`], null);
  }
  const giveUpAt = performance.now() + desk.patienceMs;
  for (;;) {
    await desk.settle();
    const observed = await observe({ ctx: desk.system, auditor: desk.auditor }, cast, since);
    const differences = differencesFrom(step.expect, observed);
    if (differences.length === 0 || performance.now() > giveUpAt) return end(differences, observed);
    await pause(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = 50;

function isFailureOfAct(error: unknown): error is Error {
  return error instanceof SimulatorRefusal || error instanceof ActFailure;
}

/** No two steps begin in the same millisecond: by its time each effect belongs to one. */
async function nextInstant({ system }: ScenarioDesk): Promise<void> {
  const before = system.now().getTime();
  while (system.now().getTime() <= before) await pause(1);
}

function mergeTransitions(all: readonly Transitions[]): Transitions {
  return {
    cases: [...new Set(all.flatMap(({ cases }) => cases))].sort(),
    healths: [...new Set(all.flatMap(({ healths }) => healths))].sort(),
    rows: [...new Set(all.flatMap(({ rows }) => rows))].sort(),
  };
}

/** For a terminal or a test: which scenario, which step, what was expected and what was seen. Empty where nothing differed. */
export function sayDifferences({ name, steps }: ScenarioResult): string {
  return steps
    .filter(({ differences }) => differences.length > 0)
    .map(({ number, title, differences }) =>
      [`scenario ${name}, step ${number} "${title}":`, ...differences.map((each) => `  ${each}`)].join("\n"),
    )
    .join("\n");
}
