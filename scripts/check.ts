import { readFileSync } from "node:fs";
import { startChild } from "./child-process.ts";
import { NEXT } from "./next-build.ts";
import { seconds } from "./progress.ts";
import { runsDirectly } from "./runs-directly.ts";
import { type Cleanup, runProgram } from "./shutdown.ts";
import { addSums, type Sums, sumsLine } from "./sums.ts";

const IMPORT_RULES = [
  "--import",
  "./scripts/typescript-5-hook.mjs",
  "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
  ...["app", "simulator", "scripts", "prisma", "tests"],
  "--config",
  ".dependency-cruiser.js",
];

const TOOLS = [
  {
    name: "format and lint",
    args: ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "--colors=off"],
  },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit"] },
  { name: "import rules", args: IMPORT_RULES },
  { name: "dead code", args: ["node_modules/knip/bin/knip.js", "--no-progress"] },
];

/** Format, lint, types, import rules, dead code. Needs no database; each tool counts as one. */
export async function runChecks(cleanup: Cleanup): Promise<Sums> {
  // The types of routes and their parameters, which tsc reads, come from here.
  const prepared = await runTool({ name: "route types", args: [NEXT, "typegen"] }, cleanup);
  return addSums([prepared, ...(await Promise.all(TOOLS.map((tool) => runTool(tool, cleanup))))]);
}

async function runTool({ name, args }: { name: string; args: string[] }, cleanup: Cleanup): Promise<Sums> {
  const startedAt = Date.now();
  const logFile = `.data/log/check-${name.replaceAll(" ", "-")}.log`;
  const tool = startChild({ name, args, env: { NEXT_TELEMETRY_DISABLED: "1" }, logFile });
  cleanup.add(tool.stop);
  const code = await tool.ended;
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name.padEnd(16)} ${seconds(startedAt)}`);
  if (code !== 0) console.log(readFileSync(logFile, "utf8"));
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

if (runsDirectly(import.meta.url)) {
  await runProgram(async (cleanup) => {
    const sums = await runChecks(cleanup);
    console.log(sumsLine(sums));
    return sums.failed === 0 ? 0 : 1;
  });
}
