import { readdirSync, readFileSync } from "node:fs";
import { type Scenario, scenarioSchema } from "#features/scenarios/schema.ts";

const FOLDER = new URL("../../simulator/scenarios/", import.meta.url);

export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** @throws ZodError that names what no scenario can say. */
export function readScenario(name: string): Scenario {
  return scenarioSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")));
}
