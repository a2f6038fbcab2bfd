import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Scenario, scenarioSchema } from "#features/scenarios/schema.ts";

export const SCENARIO_FOLDER = fileURLToPath(new URL("../../simulator/scenarios/", import.meta.url));

export function scenarioNames(folder = SCENARIO_FOLDER): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** @throws Error that names the file, and what in it no scenario can say. */
export function readScenario(name: string, folder = SCENARIO_FOLDER): Scenario {
  const path = join(folder, `${name}.json`);
  try {
    return scenarioSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof z.ZodError) throw new Error(`${path} is no scenario:\n${z.prettifyError(error)}`);
    throw error instanceof SyntaxError ? new Error(`${path} is no JSON: ${error.message}`) : error;
  }
}
