import { expect, test } from "vitest";
import { resultOf, type ScenarioRun } from "#features/scenario-runs/data.ts";

const AT = "2026-11-25T14:00:00.000Z";
const step = (...differences: string[]) => ({ number: 1, title: "The bank link breaks", durationMs: 5, differences });

const run = (facts: Partial<ScenarioRun>): ScenarioRun => ({
  name: "lost-webhook",
  by: "Engineer",
  startedAt: AT,
  endedAt: AT,
  steps: [step()],
  problem: null,
  exchangeId: null,
  ...facts,
});

test.each([
  ["has no result while it is under way", { endedAt: null }, null],
  ["passed when no step differs", {}, "passed"],
  ["differs when one step does", { steps: [step(), step("health: expected broken, saw healthy")] }, "differs"],
  ["that broke off neither passed nor differs", { problem: "The simulator did not answer." }, "broke_off"],
] as const)("a run %s", (_name, facts, result) => {
  expect(resultOf(run(facts as Partial<ScenarioRun>))).toBe(result);
});
