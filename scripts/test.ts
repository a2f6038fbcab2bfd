import { mkdirSync, rmSync } from "node:fs";
import { findBrowser } from "./browser.ts";
import { runChecks } from "./check.ts";
import { startChild } from "./child-process.ts";
import { requirePostgres } from "./local-database.ts";
import { buildIsCurrent, buildWeb } from "./next-build.ts";
import { readPageSnapshots } from "./page-snapshots.ts";
import { seconds, step } from "./progress.ts";
import { type Cleanup, runProgram } from "./shutdown.ts";
import { readPlaywrightReport, readVitestReport } from "./suite-reports.ts";
import { addSums, type Sums, sumsLine } from "./sums.ts";
import { temporaryPostgresFor } from "./temporary-postgres.ts";

/** `npm test` runs all; `npm test -- SUITE FILE...` one suite, or only those of its files whose names hold one of these words. */
const [wanted, ...files] = process.argv.slice(2);
const REPORTS = "test-results/reports";
const VITEST_SUITES = ["unit", "architecture", "contract", "integration"] as const;

interface Suite {
  name: string;
  run: () => Promise<Sums>;
}

await runProgram(async (cleanup) => {
  mkdirSync(REPORTS, { recursive: true });
  const env = await prepareSurroundings(cleanup);
  const results: { name: string; sums: Sums }[] = [];
  for (const { name, run } of suites(env, cleanup)) {
    const startedAt = Date.now();
    console.log(`\n=== ${name}`);
    const sums = await run().catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    console.log(`=== ${name}: ${sumsLine(sums)} in ${seconds(startedAt)}`);
    results.push({ name, sums });
  }
  const total = addSums(results.map(({ sums }) => sums));
  console.log();
  for (const { name, sums } of results) console.log(`${name.padEnd(14)} ${sumsLine(sums)}`);
  console.log(sumsLine(total));
  return total.failed === 0 ? 0 : 1;
});

function suites(env: Record<string, string>, cleanup: Cleanup): Suite[] {
  const all = [
    { name: "check", run: () => runChecks(cleanup) },
    ...VITEST_SUITES.map((name) => ({ name, run: () => runVitest(name, env, cleanup) })),
    { name: "build", run: () => build(cleanup) },
    { name: "e2e", run: () => runPlaywright(env, cleanup) },
  ];
  if (wanted === undefined) return all;
  const chosen = all.filter(({ name }) => name === wanted || (name === "build" && wanted === "e2e"));
  if (chosen.length === 0) throw new Error(`There is no suite "${wanted}": ${all.map(({ name }) => name).join(", ")}.`);
  return chosen;
}

/** A browser and a database server: what the suites are told about them. */
async function prepareSurroundings(cleanup: Cleanup): Promise<Record<string, string>> {
  const browser = await findBrowser();
  console.log(`Browser: ${browser.description}`);
  const given = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL;
  const env = { CHROMIUM_PATH: browser.executablePath ?? "" };
  if (given) {
    console.log(`Database: PostgreSQL ${await requirePostgres(given)} from the environment`);
    return { ...env, TEST_POSTGRES_URL: given };
  }
  const url = await step("Starting a Postgres for this run", () => temporaryPostgresFor(cleanup));
  return { ...env, TEST_POSTGRES_URL: url };
}

async function runVitest(name: string, env: Record<string, string>, cleanup: Cleanup): Promise<Sums> {
  const report = freshReport(name);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", `${name}*`, ...reporters, ...files];
  return readVitestReport(report, await run(name, args, env, cleanup));
}

async function runPlaywright(env: Record<string, string>, cleanup: Cleanup): Promise<Sums> {
  if (!buildIsCurrent()) throw new Error("Not run, because there is no build.");
  const report = freshReport("e2e");
  const reportEnv = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json", ...files];
  const sums = readPlaywrightReport(report, await run("e2e", args, reportEnv, cleanup));
  for (const { test, shown } of readPageSnapshots("test-results/e2e")) console.log(`\n${test} showed\n${shown}`);
  return sums;
}

async function build(cleanup: Cleanup): Promise<Sums> {
  if (buildIsCurrent()) console.log("The build is current.");
  else await step("Building the web app", () => buildWeb((child) => cleanup.add(child.stop)));
  return { passed: 1, failed: 0 };
}

async function run(name: string, args: string[], env: Record<string, string>, cleanup: Cleanup): Promise<number> {
  const child = startChild({ name, args, env });
  cleanup.add(child.stop);
  return child.ended;
}

function freshReport(name: string): string {
  const file = `${REPORTS}/${name}.json`;
  rmSync(file, { force: true });
  return file;
}
