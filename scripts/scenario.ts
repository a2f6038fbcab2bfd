import { parseArgs } from "node:util";
import pg from "pg";
import { runScenario, type ScenarioResult, sayDifferences } from "#features/scenarios/mutations.ts";
import { copyDatabase } from "../tests/support/copied-database.ts";
import { coverageOf, OUT_OF_REACH, wantedTransitions } from "../tests/support/scenario-coverage.ts";
import { startScenarioDesk } from "../tests/support/scenario-desk.ts";
import { readScenario, scenarioNames } from "../tests/support/scenario-files.ts";
import { localLogins, migrateWithLocalLogins } from "./local-logins.ts";
import { seconds, step } from "./progress.ts";
import { type Cleanup, runProgram } from "./shutdown.ts";
import { sumsLine } from "./sums.ts";
import { startTemporaryPostgres } from "./temporary-postgres.ts";

/** Plays scenarios of simulator/scenarios on a desk of their own: `npm run scenario -- NAME...`, `--all`, `--list`. */
await runProgram(async (cleanup) => {
  const known = scenarioNames();
  const { names, isList } = readOptions(known);
  if (isList) return tellList(known);
  const startedAt = Date.now();
  const templateUrl = await step("Starting a Postgres for these runs", () => startTemplate(cleanup));
  const results: ScenarioResult[] = [];
  for (const name of names) results.push(await play(name, templateUrl));
  tellCoverage(results);
  const failed = results.filter((result) => sayDifferences(result) !== "");
  for (const result of failed) console.log(`\n${sayDifferences(result)}`);
  console.log(
    `\n${sumsLine({ passed: results.length - failed.length, failed: failed.length })} in ${seconds(startedAt)}`,
  );
  return failed.length === 0 ? 0 : 1;
});

function readOptions(known: readonly string[]): { names: string[]; isList: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: "boolean" }, list: { type: "boolean" } },
  });
  const names = values.all ? [...known] : positionals;
  const strangers = names.filter((name) => !known.includes(name));
  if (strangers.length > 0) throw new Error(`No scenario is named ${strangers.join(", ")}; --list names them all.`);
  return { names, isList: values.list === true || names.length === 0 };
}

function tellList(known: readonly string[]): number {
  for (const name of known) console.log(`${name.padEnd(40)}  ${readScenario(name).title}`);
  console.log("\nnpm run scenario -- NAME plays one, --all plays them all.");
  return 0;
}

async function startTemplate(cleanup: Cleanup): Promise<string> {
  const server = await startTemporaryPostgres();
  cleanup.add(server.stop);
  const copied = new URL(server.url);
  copied.pathname = "/template_scenarios";
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query("CREATE DATABASE template_scenarios").finally(() => client.end());
  await migrateWithLocalLogins(localLogins(copied.href));
  return copied.href;
}

async function play(name: string, templateUrl: string): Promise<ScenarioResult> {
  const scenario = readScenario(name);
  console.log(`\n${name}: ${scenario.title}`);
  const ground = await startScenarioDesk(await copyDatabase(templateUrl), scenario.world);
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
  } finally {
    await ground.stop();
  }
}

function ms(duration: number): string {
  return `${duration.toFixed(0)} ms`.padStart(8);
}

function tellCoverage(results: readonly ScenarioResult[]): void {
  console.log(`\n${"scenario".padEnd(40)}  steps      time  ways of a case and of health`);
  for (const { name, steps, durationMs, transitions } of results) {
    const ways = [...transitions.cases, ...transitions.healths].join(", ");
    console.log(`${name.padEnd(40)}  ${String(steps.length).padStart(5)}  ${ms(durationMs)}  ${ways}`);
  }
  const { covered, missing } = coverageOf(results.map(({ transitions }) => transitions));
  console.log(`\n${covered.length} of ${wantedTransitions().length} states and ways covered.`);
  if (results.length < scenarioNames().length) return;
  for (const name of missing) console.log(`not covered   ${name}`);
  for (const [name, why] of Object.entries(OUT_OF_REACH)) console.log(`out of reach  ${name}: ${why}`);
}
