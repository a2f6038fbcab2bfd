import "server-only";
import { listScenarios, type NamedScenario } from "#features/scenarios/data.ts";
import { isAllowed, requireActor, requirePermission } from "#platform/access.ts";
import { env } from "#platform/env.ts";
import { runUnderWay, type ScenarioRun, scenarioRuns } from "./data.ts";
import { isForRunningDesk } from "./mutations.ts";

export interface ScenarioLine extends NamedScenario {
  /** Whether it can be played here: no more time passes in it than somebody would wait for. */
  isPlayable: boolean;
  run: ScenarioRun | null;
}

/** Every scenario with what came of it last; null where there is no simulator, so no such page. */
export async function loadScenarios() {
  await requireActor();
  const { RECONNECT_ENVIRONMENT: environment, DWOLLA_API_URL: apiAddress } = env();
  if (environment !== "simulator") return null;
  const actor = await requirePermission("dwolla_call:read");
  const files = await listScenarios(apiAddress).catch(() => null);
  const runs = scenarioRuns();
  return {
    apiAddress,
    mayPlay: isAllowed(actor, "simulator:operate"),
    /** Null while the simulator does not answer. */
    scenarios:
      files?.map(
        (file): ScenarioLine => ({
          ...file,
          isPlayable: file.scenario !== null && isForRunningDesk(file.scenario),
          run: runs.get(file.name) ?? null,
        }),
      ) ?? null,
    isUnderWay: runUnderWay() !== null,
    now: new Date().toISOString(),
  };
}
