import { z } from "zod";
import { type Scenario, type ScenarioFile, scenarioSchema } from "#features/scenarios/schema.ts";
import { controlSimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";

export interface NamedScenario {
  name: string;
  /** Null where the file says something that no scenario can say; then `problem` names it. */
  scenario: Scenario | null;
  problem: string | null;
}

const filesShape = z.object({ scenarios: z.array(z.object({ name: z.string(), scenario: z.unknown() })) });

/** The scenario files of the simulator that runs there. */
export async function listScenarios(dwollaApiUrl: string): Promise<NamedScenario[]> {
  const { scenarios } = filesShape.parse(await controlSimulator(dwollaApiUrl, "GET", "/scenarios"));
  return scenarios.map(({ name, scenario }) => {
    const { data = null, error } = scenarioSchema.safeParse(scenario);
    return { name, scenario: data, problem: error ? z.prettifyError(error) : null };
  });
}

/** Keeps a run as a file beside the others; one that is there already stays as it is. */
export async function keepScenario(
  dwollaApiUrl: string,
  name: string,
  file: ScenarioFile,
): Promise<{ ok: true } | { ok: false; says: string }> {
  try {
    await controlSimulator(dwollaApiUrl, "PUT", `/scenarios/${encodeURIComponent(name)}`, file);
    return { ok: true };
  } catch (error) {
    if (error instanceof SimulatorRefusal) return { ok: false, says: error.message };
    throw error;
  }
}
