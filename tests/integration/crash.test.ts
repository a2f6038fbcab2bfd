import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { reapReauthSessionsJob } from "#features/reauth-sessions/jobs.ts";
import { faultsOfKills } from "../crash/fail-point-faults.ts";
import { killAtEachPoint } from "../crash/fail-point-kills.ts";
import { FAIL_POINTS } from "../crash/fail-points.ts";
import { bundlePrograms } from "../crash/programs.ts";
import { startWitness } from "../crash/witness.ts";
import { testContext } from "../support/context.ts";
import { createTestDatabase } from "../support/database.ts";
import { startTestSimulator } from "../support/simulator.ts";

const cleanup = { add: (stop: () => Promise<void>) => onTestFinished(stop) };

it("a process killed at any point between intent, call, outcome and reveal leaves the rows it owes", async () => {
  const [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 3_000 })]);
  cleanup.add(database.drop);
  cleanup.add(simulator.stop);
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  cleanup.add(() => owner.end());
  const witness = await startWitness({ target: simulator.url, owner });
  cleanup.add(witness.stop);
  const { appUrl } = database;
  const { agent: program } = await bundlePrograms(cleanup);
  const agents = { cleanup, program, appUrl, dwollaUrl: witness.url, simulator };

  const kills = await killAtEachPoint({ ...agents, times: 1, atOnce: 2 });
  const aMinuteLater = new Date(Date.now() + 60_001);
  const worker = await testContext({ appUrl, simulatorUrl: simulator.url, now: () => aMinuteLater });
  cleanup.add(worker.close);
  await reapReauthSessionsJob.handler({ ctx: worker });

  expect(await faultsOfKills(kills, { owner, posts: witness.posts })).toEqual([]);
  expect(kills).toHaveLength(FAIL_POINTS.length);
}, 120_000);
