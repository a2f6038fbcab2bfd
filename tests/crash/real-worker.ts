import { setTimeout as sleep } from "node:timers/promises";
import { RUN_TYPESCRIPT, startChild } from "../../scripts/child-process.ts";
import { localEnvironment } from "../../scripts/local-environment.ts";
import type { CrashGround } from "./ground.ts";

/** Within this every intent has to end, once a worker runs again. */
const LIMIT_MS = 120_000;
/** Longer than it runs: nothing of its own schedule is wanted here. */
const NEVER = { CATCH_UP_INTERVAL_MINUTES: "10080", SWEEP_INTERVAL_MINUTES: "10080", SWEEP_LIST_INTERVAL_MINUTES: "0" };

/** Starts the real worker and waits, in real time, until no intent is open. @returns how long that took; null when it took too long. */
export async function settleByWorker(
  { cleanup, urls, owner, folder }: CrashGround,
  simulatorUrl: string,
): Promise<number | null> {
  const ports = { web: 3000, simulator: Number(new URL(simulatorUrl).port), identityProvider: 4020 };
  const env = {
    ...localEnvironment(ports, { ...urls, checkpointDirectory: folder }),
    ...NEVER,
    NODE_ENV: "production",
  };
  const startedAt = Date.now();
  const worker = startChild({
    name: "worker",
    args: [...RUN_TYPESCRIPT, "app/_worker/main.ts"],
    env,
    logFile: ".data/log/crash-worker.log",
  });
  cleanup.add(worker.stop);
  let isOpen = true;
  while (isOpen && Date.now() - startedAt < LIMIT_MS) {
    await sleep(200);
    isOpen = await hasOpenIntents(owner);
  }
  const tookMs = Date.now() - startedAt;
  await worker.stop();
  return isOpen ? null : tookMs;
}

async function hasOpenIntents(owner: CrashGround["owner"]): Promise<boolean> {
  const { rows } = await owner.query(`SELECT 1 FROM "ReauthSession" WHERE state = 'pending' LIMIT 1`);
  return rows.length > 0;
}
