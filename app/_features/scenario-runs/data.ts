import type { StepResult } from "#features/scenarios/mutations.ts";

/** What came of playing a scenario, or has come of it so far. Instants are ISO 8601. */
export interface ScenarioRun {
  name: string;
  /** Who pressed. */
  by: string;
  startedAt: string;
  endedAt: string | null;
  /** Those that ended, one after the other. */
  steps: Pick<StepResult, "number" | "title" | "durationMs" | "differences">[];
  /** Why it could not be played to its end, apart from a step that differs. */
  problem: string | null;
  /** The link that its first was; null before there is one. */
  exchangeId: string | null;
}

// Of this process, and gone with it: what is worth keeping is a file. On globalThis because `next dev` loads modules anew.
const shared = globalThis as typeof globalThis & { reconnectScenarioRuns?: Map<string, ScenarioRun> };

/** The latest run of each scenario that was played since this process began. */
export function scenarioRuns(): Map<string, ScenarioRun> {
  shared.reconnectScenarioRuns ??= new Map();
  return shared.reconnectScenarioRuns;
}

export function runUnderWay(): ScenarioRun | null {
  return [...scenarioRuns().values()].find(({ endedAt }) => endedAt === null) ?? null;
}

export type RunResult = "passed" | "differs" | "broke_off";

/** Null while it is under way. A run that broke off proves nothing, whatever its steps said before. */
export function resultOf({ endedAt, problem, steps }: ScenarioRun): RunResult | null {
  if (endedAt === null) return null;
  if (problem !== null) return "broke_off";
  return steps.every(({ differences }) => differences.length === 0) ? "passed" : "differs";
}
