import { existsSync, readdirSync } from "node:fs";
import { RUN_TYPESCRIPT, startChild } from "./child-process.ts";
import { runProgram } from "./shutdown.ts";

const FOLDER = "tests/bench";

await runProgram(async (cleanup) => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const names = files.flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -".ts".length)] : []));
  const [wanted, ...args] = process.argv.slice(2);
  if (!wanted) {
    console.log(
      names.length > 0 ? `npm run bench -- NAME, with NAME one of:\n  ${names.join("\n  ")}` : "No bench yet.",
    );
    return 0;
  }
  if (!names.includes(wanted)) throw new Error(`There is no bench "${wanted}". There are: ${names.join(", ")}`);
  const bench = startChild({ name: wanted, args: [...RUN_TYPESCRIPT, `${FOLDER}/${wanted}.ts`, ...args], env: {} });
  cleanup.add(bench.stop);
  return bench.ended;
});
