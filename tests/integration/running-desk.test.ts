import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isForRunningDesk, type Player, runningDesk } from "#features/scenario-runs/mutations.ts";
import { listScenarios } from "#features/scenarios/data.ts";
import { runScenario, sayDifferences } from "#features/scenarios/mutations.ts";
import { scenarioSchema } from "#features/scenarios/schema.ts";
import { createTestDatabase } from "../support/database.ts";
import { playToEnd, startWorking } from "../support/running-desk.ts";
import { startScenarioDesk, type TestScenarioDesk } from "../support/scenario-desk.ts";
import { readScenario, scenarioNames } from "../support/scenario-files.ts";

let ground: TestScenarioDesk;
let engineer: Player;
let stopWorking: () => Promise<void>;

beforeAll(async () => {
  ground = await startScenarioDesk(await createTestDatabase());
  const { desk } = ground;
  engineer = { ...(await desk.staff("engineer")), auditor: desk.auditor };
  stopWorking = startWorking(ground);
});

afterAll(async () => {
  await stopWorking();
  await ground.stop();
});

const playable = scenarioNames().filter((name) => isForRunningDesk(readScenario(name)));

describe("played from the page, one after the other, with one person as all of the staff and the jobs done by a worker:", () => {
  test.each(playable)("%s", async (name) => {
    const run = await playToEnd(ground, { ctx: engineer, name, scenario: readScenario(name) });
    expect(run.problem).toBeNull();
    expect(run.steps.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(run.steps).toHaveLength(readScenario(name).steps.length);
  });
});

test("leaves to a desk of their own only those in which more time passes than anybody waits for", async () => {
  expect(scenarioNames().filter((name) => !playable.includes(name))).toEqual([
    "expired-link-token",
    "late-webhook-after-repair",
    "rate-limit-storm",
    "removed-while-in-flight",
    "warned-after-a-break",
    "warning-before-the-break",
  ]);
  const scenario = scenarioSchema.parse({
    ...{ title: "Too long", shows: "A day passes.", world: { partner: "Plaid" } },
    steps: [{ title: "A day passes", act: { do: "elapse", seconds: 86_400 } }],
  });
  const desk = runningDesk({ ctx: engineer, auditor: engineer.auditor });
  const result = await runScenario({ desk, name: "too-long", scenario });
  expect(sayDifferences(result)).toContain('step 1 "A day passes":\n  the act itself: expected to be done, 86400 s');
});

test("gets the scenarios from its simulator, and can read each", async () => {
  const { url } = ground.simulator;
  const scenarios = await listScenarios(url);
  expect(scenarios.map(({ name }) => name)).toEqual(scenarioNames());
  expect(scenarios.filter(({ problem }) => problem !== null)).toEqual([]);
});
