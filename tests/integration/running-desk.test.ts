import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isForRunningDesk, runningDesk } from "#features/scenario-runs/mutations.ts";
import { listScenarios } from "#features/scenarios/data.ts";
import { runScenario, sayDifferences } from "#features/scenarios/mutations.ts";
import { scenarioSchema } from "#features/scenarios/schema.ts";
import { controlSimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { createTestDatabase } from "../support/database.ts";
import { startScenarioDesk, type TestScenarioDesk } from "../support/scenario-desk.ts";
import { readScenario, scenarioNames } from "../support/scenario-files.ts";

const LOOK_EVERY_MS = 50;

let ground: TestScenarioDesk;
let worker: Promise<void>;
const stopping = new AbortController();

beforeAll(async () => {
  ground = await startScenarioDesk(await createTestDatabase());
  worker = work();
});

afterAll(async () => {
  stopping.abort();
  await worker;
  await ground.stop();
});

test("plays a scenario whose jobs are done by a worker of its own, with one person as all of the staff", async () => {
  const { desk } = ground;
  const running = runningDesk({ ctx: await desk.staff("engineer"), auditor: desk.auditor });
  const name = "lost-webhook";
  const result = await runScenario({ desk: running, name, scenario: readScenario(name) });
  expect(sayDifferences(result)).toBe("");
});

test("says of a scenario in which days pass that it cannot be played, and fails the step where it is played all the same", async () => {
  expect(isForRunningDesk(readScenario("lost-webhook"))).toBe(true);
  expect(isForRunningDesk(readScenario("warning-before-the-break"))).toBe(false);
  const { desk } = ground;
  const running = runningDesk({ ctx: await desk.staff("engineer"), auditor: desk.auditor });
  const scenario = scenarioSchema.parse({
    ...{ title: "Too long", shows: "A day passes.", world: { partner: "Plaid" } },
    steps: [{ title: "A day passes", act: { do: "elapse", seconds: 86_400 } }],
  });
  const result = await runScenario({ desk: running, name: "too-long", scenario });
  expect(sayDifferences(result)).toContain('step 1 "A day passes":\n  the act itself: expected to be done, 86400 s');
});

test("gets the scenarios from its simulator, and leaves the files that are there as they are", async () => {
  const { url } = ground.simulator;
  const scenarios = await listScenarios(url);
  expect(scenarios.map(({ name }) => name)).toEqual(scenarioNames());
  expect(scenarios.filter(({ problem }) => problem !== null)).toEqual([]);
  const keep = (name: string) => controlSimulator(url, "PUT", `/scenarios/${encodeURIComponent(name)}`, { steps: [] });
  await expect(keep("lost-webhook")).rejects.toThrow("There is a scenario of this name already.");
  await expect(keep("../outside")).rejects.toThrow(SimulatorRefusal);
});

/** All jobs that are due, as a worker process does them beside the one that plays. */
async function work(): Promise<void> {
  while (!stopping.signal.aborted) {
    await ground.desk.settle();
    await pause(LOOK_EVERY_MS);
  }
}
