import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { runScenario, type ScenarioResult, sayDifferences } from "#features/scenarios/mutations.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import { copyDatabase } from "../tests/support/copied-database.ts";
import { coverageOf, OUT_OF_REACH, wantedTransitions } from "../tests/support/scenario-coverage.ts";
import { startScenarioDesk } from "../tests/support/scenario-desk.ts";
import { readScenario, SCENARIO_FOLDER, scenarioNames } from "../tests/support/scenario-files.ts";
import { localLogins, migrateWithLocalLogins } from "./local-logins.ts";
import { seconds, step } from "./progress.ts";
import { type Cleanup, runProgram } from "./shutdown.ts";
import { sumsLine } from "./sums.ts";
import { temporaryPostgresFor } from "./temporary-postgres.ts";

/** Plays scenarios of simulator/scenarios on a desk of their own: `npm run scenario -- NAME...`, `--all`, `--list`, `--scenarios FOLDER`. */
await runProgram(async (cleanup) => {
  const { files, isList, isAll } = readOptions();
  if (isList) return tellList(files);
  const startedAt = Date.now();
  const templateUrl = await step("Starting a Postgres for these runs", () => startTemplate(cleanup));
  const results: ScenarioResult[] = [];
  for (const file of files) results.push(await play(file, { templateUrl, cleanup }));
  tellCoverage(results, isAll);
  const failed = results.filter((result) => sayDifferences(result) !== "");
  for (const result of failed) console.log(`\n${sayDifferences(result)}`);
  console.log(
    `\n${sumsLine({ passed: results.length - failed.length, failed: failed.length })} in ${seconds(startedAt)}`,
  );
  return failed.length === 0 ? 0 : 1;
});

interface File {
  name: string;
  scenario: Scenario;
}

/** All that are wanted, read before anything is started. */
function readOptions(): { files: File[]; isList: boolean; isAll: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: "boolean" }, list: { type: "boolean" }, scenarios: { type: "string" } },
  });
  const folder = values.scenarios ?? (process.env.SIMULATOR_SCENARIOS || SCENARIO_FOLDER);
  if (!existsSync(folder)) throw new Error(`There is no folder of scenarios: ${folder}.`);
  const known = scenarioNames(folder);
  const strangers = positionals.filter((name) => !known.includes(name));
  if (strangers.length > 0) throw new Error(`No scenario is named ${strangers.join(", ")}; --list names them all.`);
  const isList = values.list === true || (!values.all && positionals.length === 0);
  const names = values.all || isList ? known : positionals;
  return {
    files: names.map((name) => ({ name, scenario: readScenario(name, folder) })),
    isList,
    isAll: names === known && resolve(folder) === resolve(SCENARIO_FOLDER),
  };
}

function tellList(files: readonly File[]): number {
  for (const { name, scenario } of files) console.log(`${name.padEnd(40)}  ${scenario.title}`);
  console.log("\nnpm run scenario -- NAME plays one, --all plays them all.");
  return 0;
}

async function startTemplate(cleanup: Cleanup): Promise<string> {
  const serverUrl = await temporaryPostgresFor(cleanup);
  const copied = new URL(serverUrl);
  copied.pathname = "/template_scenarios";
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query("CREATE DATABASE template_scenarios").finally(() => client.end());
  await migrateWithLocalLogins(localLogins(copied.href));
  return copied.href;
}

type Ground = { templateUrl: string; cleanup: Cleanup };

async function play({ name, scenario }: File, { templateUrl, cleanup }: Ground): Promise<ScenarioResult> {
  console.log(`\n${name}: ${scenario.title}`);
  const ground = await startScenarioDesk(await copyDatabase(templateUrl), scenario.world);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= ground.stop());
  cleanup.add(stop);
  try {
    return await runScenario({
      desk: ground.desk,
      name,
      scenario,
      onStep: ({ number, title, durationMs, differences }) => {
        const word = differences.length === 0 ? "ok" : "DIFFERS";
        console.log(`  ${String(number).padStart(2)}  ${title.padEnd(72)}  ${ms(durationMs)}  ${word}`);
      },
    });
  } catch (error) {
    throw new Error(`Scenario ${name} broke off: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await stop();
  }
}

function ms(duration: number): string {
  return `${duration.toFixed(0)} ms`.padStart(8);
}

function tellCoverage(results: readonly ScenarioResult[], isAll: boolean): void {
  console.log(`\n${"scenario".padEnd(40)}  steps      time  ways of a case and of health`);
  for (const { name, steps, durationMs, transitions } of results) {
    const ways = [...transitions.cases, ...transitions.healths].join(", ");
    console.log(`${name.padEnd(40)}  ${String(steps.length).padStart(5)}  ${ms(durationMs)}  ${ways}`);
  }
  const { covered, missing } = coverageOf(results.map(({ transitions }) => transitions));
  console.log(`\n${covered.length} of ${wantedTransitions().length} states and ways covered.`);
  if (!isAll) return;
  for (const name of missing) console.log(`not covered   ${name}`);
  for (const [name, why] of Object.entries(OUT_OF_REACH)) console.log(`out of reach  ${name}: ${why}`);
}
