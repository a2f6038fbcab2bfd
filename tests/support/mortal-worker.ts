import { testContext } from "./context.ts";
import { runJobs } from "./jobs.ts";

// A process of its own, so that a test can kill it in the middle: does all jobs that are due, on a clock that is ahead.
const { APP_URL = "", SIMULATOR_URL = "", AHEAD_MS = "0", SWEEP_CONCURRENCY = "8" } = process.env;

const ctx = await testContext({
  appUrl: APP_URL,
  simulatorUrl: SIMULATOR_URL,
  now: () => new Date(Date.now() + Number(AHEAD_MS)),
  settings: { sweepConcurrency: Number(SWEEP_CONCURRENCY) },
});
await runJobs({ appUrl: APP_URL, ctx });
await ctx.close();
