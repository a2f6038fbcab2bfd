import { seedLocalStaff } from "../prisma/seed.ts";
import { PEOPLE } from "../simulator/identity-provider/people.ts";
import type { Child } from "./child-process.ts";
import { readDemoOptions, readPorts, rememberWorld, worldHasChanged } from "./demo-options.ts";
import { firstSweepDone, requestSweep, type SweepProgress } from "./first-sweep.ts";
import { prepareDatabase } from "./local-database.ts";
import {
  crashOf,
  type DeskProcesses,
  startCounterparts,
  startOurProcesses,
  subscribeToWebhooks,
} from "./local-desk.ts";
import { localEnvironment } from "./local-environment.ts";
import { buildIsCurrent, buildWeb } from "./next-build.ts";
import { requireFreePorts } from "./ports.ts";
import { seconds, step } from "./progress.ts";
import { type Cleanup, runProgram, untilStopped } from "./shutdown.ts";

const LOG_DIRECTORY = ".data/log";

await runProgram(demo, { interruptedCode: 0 });

async function demo(cleanup: Cleanup): Promise<number> {
  const startedAt = Date.now();
  const { world, isDev } = readDemoOptions(process.argv.slice(2));
  const ports = readPorts(process.env);
  await requireFreePorts([
    { purpose: "web", port: ports.web, variable: "PORT" },
    { purpose: "simulator", port: ports.simulator, variable: "SIMULATOR_PORT" },
    { purpose: "identity provider", port: ports.identityProvider, variable: "IDENTITY_PROVIDER_PORT" },
  ]);
  const database = await step("Preparing the database", () =>
    prepareDatabase({
      databaseUrl: process.env.DATABASE_URL || undefined,
      port: ports.postgres,
      startEmpty: worldHasChanged(world),
    }),
  );
  cleanup.add(database.stop);
  console.log(`  ${database.summary}`);
  rememberWorld(world);
  await seedLocalStaff(database.appUrl);

  const children: Child[] = [];
  const onStart = (child: Child) => {
    children.push(child);
    cleanup.add(child.stop);
  };
  const desk: DeskProcesses = { env: localEnvironment(ports, database), logDirectory: LOG_DIRECTORY, onStart };
  await step("Starting the simulator and the identity provider", () => startCounterparts(desk, world));
  if (!isDev && !buildIsCurrent()) {
    await step("Building the web app", () => buildWeb((build) => cleanup.add(build.stop)));
  }
  await requestSweep(database.appUrl);
  await step("Starting the web app, the worker and the sealer", () => startOurProcesses(desk, isDev ? "dev" : "start"));
  const crash = Promise.race(children.map(crashOf));
  await Promise.race([step("Subscribing to webhooks", () => subscribeToWebhooks(desk)), crash]);
  await Promise.race([firstSweepDone(`http://localhost:${ports.web}`, sweepReporter()), crash]);
  console.log(welcome(desk.env, database.ownerUrl, startedAt));
  return Promise.race([untilStopped(), crash]);
}

/** A line for each tenth of the way, and one at the end. */
function sweepReporter(): (sweep: SweepProgress) => void {
  let lastLine = "";
  return ({ state, phase, pagesDone, pagesTotal }) => {
    const tenths = pagesTotal ? Math.floor((10 * pagesDone) / pagesTotal) : 0;
    const what = phase === "list" ? "listing customers" : "asking for their bank links";
    const line = state === "finished" ? "First sweep finished" : `First sweep, ${what}: ${tenths * 10} %`;
    if (line !== lastLine) console.log(line);
    lastLine = line;
  };
}

function welcome(env: Record<string, string>, ownerUrl: string, startedAt: number): string {
  return `
Reconnect Desk is ready after ${seconds(startedAt)}:  ${env.NEXTAUTH_URL}

  sign in as    ${PEOPLE.map(({ email }) => email).join("\n                ")}
  simulator     ${env.DWOLLA_API_URL}/__simulator
  sign-ins at   ${env.OIDC_ISSUER}
  database      ${ownerUrl}
  logs          ${LOG_DIRECTORY}/

Ctrl-C stops everything.`;
}
