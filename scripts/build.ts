import { buildWeb } from "./next-build.ts";
import { step } from "./progress.ts";
import { runProgram } from "./shutdown.ts";

await runProgram(async (cleanup) => {
  await step("Building the web app", () => buildWeb((build) => cleanup.add(build.stop)));
  return 0;
});
