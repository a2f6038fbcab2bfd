import { afterAll, beforeAll, expect, it } from "vitest";
import { reapReauthSessionsJob } from "#features/reauth-sessions/jobs.ts";
import { faultsOfKills } from "../crash/fail-point-faults.ts";
import { killAtEachPoint } from "../crash/fail-point-kills.ts";
import { FAIL_POINTS } from "../crash/fail-points.ts";
import { type CrashGround, startCrashGround } from "../crash/ground.ts";
import { runCrashRounds } from "../crash/rounds.ts";
import { startWitness } from "../crash/witness.ts";
import { testContext } from "../support/context.ts";
import { startTestSimulator } from "../support/simulator.ts";

// The short form of `npm run crash-test`.
const stops: (() => Promise<void>)[] = [];
const cleanup = { add: (stop: () => Promise<void>) => void stops.push(stop) };
let ground: CrashGround;

beforeAll(async () => {
  ground = await startCrashGround(cleanup);
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

it("a process killed at any point between intent, call, outcome and reveal leaves the rows it owes", async () => {
  const simulator = await startTestSimulator({ customers: 3_000 });
  cleanup.add(simulator.stop);
  const witness = await startWitness({ target: simulator.url, owner: ground.owner });
  cleanup.add(witness.stop);

  const kills = await killAtEachPoint({ ground, simulator, dwollaUrl: witness.url, times: 1, atOnce: 2 });
  const aMinuteLater = new Date(Date.now() + 60_001);
  const { appUrl } = ground.urls;
  const worker = await testContext({ appUrl, simulatorUrl: simulator.url, now: () => aMinuteLater });
  cleanup.add(worker.close);
  await reapReauthSessionsJob.handler({ ctx: worker });

  expect(await faultsOfKills(kills, { owner: ground.owner, posts: witness.posts })).toEqual([]);
  expect(kills).toHaveLength(FAIL_POINTS.length);
}, 240_000);

it("no acknowledged row is lost or doubled when writers, sealer, backends and Postgres are killed under them, and all are sealed", async () => {
  const result = await runCrashRounds(ground, { rounds: 6, seed: 1, rowsEach: 60 });
  expect(result.faults).toEqual([]);
  expect(result.acknowledged).toBeGreaterThanOrEqual(6 * 60);
}, 240_000);
