import { parseArgs } from "node:util";
import { faultsOfKills } from "../tests/crash/fail-point-faults.ts";
import { type Kill, killAtEachPoint } from "../tests/crash/fail-point-kills.ts";
import { FAIL_POINTS } from "../tests/crash/fail-points.ts";
import { runFullDisk } from "../tests/crash/full-disk.ts";
import { type CrashGround, startCrashGround } from "../tests/crash/ground.ts";
import { settleByWorker } from "../tests/crash/real-worker.ts";
import { type RoundsResult, runCrashRounds } from "../tests/crash/rounds.ts";
import { startWitness, type WitnessedPost } from "../tests/crash/witness.ts";
import { startTestSimulator } from "../tests/support/simulator.ts";
import { seconds, step } from "./progress.ts";
import { runProgram } from "./shutdown.ts";

/** Enough broken links for every kill to have its own. */
const CUSTOMERS_PER_KILL = 100;
/** They wait more than they work. */
const AGENTS_AT_ONCE = 4;
const ROWS_EACH_ROUND = 200;
const TOLD_EVERY = { kills: 50, rounds: 25 };

await runProgram(async (cleanup) => {
  const { rounds, times, seed } = readOptions();
  const startedAt = Date.now();
  console.log(
    `Crash test with seed ${seed}: ${FAIL_POINTS.length} fail points, ${times} times each; then ${rounds} rounds.`,
  );
  const ground = await step("Starting a Postgres and bundling the programs", () => startCrashGround(cleanup));
  const faults: string[] = [];
  if (times > 0) {
    const found = await testFailPoints(ground, times);
    tellFailPoints(found);
    faults.push(...found.faults);
  }
  if (rounds > 0) {
    faults.push(...(await testFullDisk(ground)));
    const result = await testRounds(ground, { rounds, seed, startedAt });
    tellRounds(result);
    faults.push(...result.faults);
  }
  for (const fault of faults.slice(0, 50)) console.log(`WRONG: ${fault}`);
  console.log(`\n${faults.length === 0 ? "Nothing" : `${faults.length} things`} wrong, after ${seconds(startedAt)}.`);
  return faults.length === 0 ? 0 : 1;
});

function readOptions(): { rounds: number; times: number; seed: number } {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "500" },
      times: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
    },
  });
  const [rounds, times, seed] = [Number(values.rounds), Number(values.times), Number(values.seed)];
  for (const [name, value] of Object.entries({ rounds, times, seed })) {
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number from 0.`);
  }
  return { rounds, times, seed };
}

interface FailPointsFound {
  kills: Kill[];
  posts: WitnessedPost[];
  settledAfterMs: number | null;
  faults: string[];
}

async function testFailPoints(ground: CrashGround, times: number): Promise<FailPointsFound> {
  const wanted = FAIL_POINTS.length * times;
  const simulator = await startTestSimulator({ customers: wanted * CUSTOMERS_PER_KILL });
  ground.cleanup.add(simulator.stop);
  const witness = await startWitness({ target: simulator.url, owner: ground.owner });
  ground.cleanup.add(witness.stop);
  const startedAt = Date.now();
  const onKill = (kills: number) => {
    if (kills % TOLD_EVERY.kills === 0) console.log(`${kills} of ${wanted} agents killed, ${seconds(startedAt)}`);
  };
  const kills = await killAtEachPoint({
    ground,
    simulator,
    dwollaUrl: witness.url,
    times,
    atOnce: AGENTS_AT_ONCE,
    onKill,
  });
  const settledAfterMs = await step("Starting a worker, and waiting until no intent is open", () =>
    settleByWorker(ground, simulator.url),
  );
  const { posts } = witness;
  const faults = await faultsOfKills(kills, { owner: ground.owner, posts });
  if (settledAfterMs === null) faults.unshift("intents were open for 120 s after the worker's start");
  return { kills, posts, settledAfterMs, faults };
}

function tellFailPoints({ kills, posts, settledAfterMs }: FailPointsFound): void {
  const callsOf = new Map<string, number>();
  for (const { exchangeId } of posts) callsOf.set(exchangeId, (callsOf.get(exchangeId) ?? 0) + 1);
  console.log("\n    killed at                                killed  calls to Dwolla  said created  shown");
  for (const [index, point] of FAIL_POINTS.entries()) {
    const own = kills.filter((kill) => kill.point === point && kill.signal === "SIGKILL");
    const calls = own.reduce((sum, { exchangeId }) => sum + (callsOf.get(exchangeId) ?? 0), 0);
    const created = own.filter(({ said }) => said.includes("created")).length;
    const shown = own.filter(({ said }) => said.includes("shown")).length;
    const cells = [
      String(own.length).padStart(6),
      String(calls).padStart(15),
      String(created).padStart(12),
      String(shown).padStart(5),
    ];
    console.log(`${String(index + 1).padStart(2)}  ${point.padEnd(39)}  ${cells.join("  ")}`);
  }
  console.log(
    `${posts.length} calls, ${posts.filter(({ hadIntent }) => hadIntent).length} of them after a committed intent.`,
  );
  if (settledAfterMs !== null)
    console.log(`Every intent was ended ${(settledAfterMs / 1000).toFixed(0)} s after the worker's start.\n`);
}

async function testFullDisk(ground: CrashGround): Promise<string[]> {
  const result = await step("Filling the disk under the trail, and making room", () => runFullDisk(ground));
  if (!result) console.log("Not done: only root may mount a small disk.");
  else
    console.log(
      `${result.acknowledgedBefore} rows until it was full, ${result.acknowledged} when there was room again.`,
    );
  return result?.faults ?? [];
}

type RoundsRun = { rounds: number; seed: number; startedAt: number };

function testRounds(ground: CrashGround, { rounds, seed, startedAt }: RoundsRun): Promise<RoundsResult> {
  let done = 0;
  return runCrashRounds(ground, {
    rounds,
    seed,
    rowsEach: ROWS_EACH_ROUND,
    onRound: ({ acknowledged }) => {
      done += 1;
      if (done % TOLD_EVERY.rounds === 0)
        console.log(`round ${done} of ${rounds}: ${acknowledged} rows acknowledged, ${seconds(startedAt)}`);
    },
  });
}

function tellRounds({ struck, acknowledged, leftToSeal, sealed, checkpoints }: RoundsResult): void {
  console.log();
  for (const victim of new Set(struck)) {
    const times = struck.filter((each) => each === victim).length;
    console.log(`${victim.padEnd(28)} struck ${times} times`);
  }
  for (const [name, count] of Object.entries({
    "rows acknowledged": acknowledged,
    "rows left to seal at the end": leftToSeal,
    "rows sealed": sealed,
    checkpoints,
  })) {
    console.log(`${name.padEnd(28)} ${count}`);
  }
}
