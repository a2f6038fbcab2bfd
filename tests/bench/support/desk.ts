import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { startSweep } from "#features/sweeps/mutations.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import { type Changes, listenToChanges } from "#platform/changes.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { type Child, RUN_TYPESCRIPT, startChild } from "../../../scripts/child-process.ts";
import { localEnvironment } from "../../../scripts/local-environment.ts";
import type { DatabaseUrls } from "../../../scripts/local-logins.ts";
import { NEXT } from "../../../scripts/next-build.ts";
import { freePort } from "../../../scripts/ports.ts";
import type { Cleanup } from "../../../scripts/shutdown.ts";
import { type SimulatorControls, simulatorControls } from "../../support/simulator.ts";
import { startDurableDatabase } from "./durable-postgres.ts";

const LOGS = ".data/log/bench";
const START_TIMEOUT_MS = 60_000;
/** Longer than any bench: nothing of the desk's own schedule mixes with what is measured. */
const NEVER = { CATCH_UP_INTERVAL_MINUTES: "10080", SWEEP_INTERVAL_MINUTES: "10080", SWEEP_LIST_INTERVAL_MINUTES: "0" };

export interface BenchDesk {
  database: DatabaseUrls;
  db: Database;
  simulator: SimulatorControls;
  changes: Changes;
  env: Record<string, string>;
  /** The real worker process. */
  startWorker(name: string): Child;
  /** The built web app; resolves when it answers. */
  startWeb(): Promise<Child>;
}

/** A durable database and a simulated Dwolla in a process of its own. The worker is started by whoever needs one. */
export async function startBenchDesk(
  cleanup: Cleanup,
  { customers, env: settings = {} }: { customers: number; env?: Record<string, string> },
): Promise<BenchDesk> {
  const database = await startDurableDatabase(cleanup);
  const [web, simulatorPort] = await Promise.all([freePort(), freePort()]);
  const ports = { web, simulator: simulatorPort, identityProvider: 4020 };
  const env: Record<string, string> = {
    ...localEnvironment(ports, database),
    ...NEVER,
    NODE_ENV: "production",
    ...settings,
  };
  const args = ["--import", "tsx", "simulator/main.ts", "--customers", String(customers)];
  const child = startChild({ name: "simulator", args, env, logFile: `${LOGS}/simulator.log` });
  cleanup.add(child.stop);
  const simulator = simulatorControls(`http://127.0.0.1:${simulatorPort}`);
  await answers(`${simulator.url}/__simulator/statistics`, "simulator");
  const db = createDatabaseClient({ url: database.appUrl, maxConnections: 2 });
  cleanup.add(() => db.$disconnect());
  const changes = listenToChanges({ url: database.appUrl, warn: (error) => console.error(error.message) });
  cleanup.add(changes.stop);
  await pretendToHaveRunBefore(db);
  const startWorker = (name: string): Child => {
    const logFile = `${LOGS}/${name}.log`;
    const worker = startChild({ name, args: [...RUN_TYPESCRIPT, "app/_worker/main.ts"], env, logFile });
    cleanup.add(worker.stop);
    return worker;
  };
  const startWeb = async (): Promise<Child> => {
    const logFile = `${LOGS}/web.log`;
    const child = startChild({ name: "web", args: [NEXT, "start", "--port", String(web)], env, logFile });
    cleanup.add(child.stop);
    await answers(`${env.NEXTAUTH_URL}/api/health/live`, "web");
    return child;
  };
  return { database, db, simulator, changes, env, startWorker, startWeb };
}

/** Without a catch-up and a full sweep behind it, a worker would begin with both. */
async function pretendToHaveRunBefore(db: Database): Promise<void> {
  const now = new Date();
  await db.catchUp.create({ data: { id: randomUUID(), state: "finished", startedAt: now, finishedAt: now } });
  await db.sweep.create({
    data: { id: randomUUID(), mode: "full", state: "finished", startedAt: now, finishedAt: now },
  });
}

async function answers(url: string, name: string): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    if (Date.now() > giveUpAt) throw new Error(`The ${name} does not answer (${LOGS}/${name}.log).`);
    await sleep(50);
  }
}

export async function requestSweep(db: Database, mode: SweepMode): Promise<string> {
  const origin = { requestId: randomUUID(), ip: null, userAgent: null };
  const actor = { type: "system", job: "bench" } as const;
  const ctx = { actor, environment: "simulator", origin, now: () => new Date(), db } as const;
  const { sweepId } = await startSweep({ ctx, input: { mode } });
  return sweepId;
}

/** Resolves when the database says that the sweep has ended: sooner than asking could, and at no cost meanwhile. */
export async function runSweep({ db, changes }: Pick<BenchDesk, "db" | "changes">, mode: SweepMode): Promise<string> {
  const sweepId = await requestSweep(db, mode);
  await new Promise<void>((resolve, reject) => {
    const leave = changes.subscribe(async () => {
      const { state } = await db.sweep.findUniqueOrThrow({ where: { id: sweepId } });
      if (state === "running") return;
      leave();
      if (state === "finished") resolve();
      else reject(new Error(`The sweep is ${state} (${LOGS}/worker.log).`));
    });
  });
  return sweepId;
}

/** @returns when it began and ended. @throws when it ends otherwise than finished, or not in time. */
export async function sweepEnd(
  db: Database,
  sweepId: string,
  { timeoutMs, pollMs = 20 }: { timeoutMs: number; pollMs?: number },
) {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const { state, startedAt, finishedAt, failure } = await db.sweep.findUniqueOrThrow({ where: { id: sweepId } });
    if (state === "finished" && finishedAt) return { startedAt, finishedAt };
    if (state !== "running") throw new Error(`The sweep is ${state}: ${failure ?? "no reason"} (${LOGS}/worker.log).`);
    if (Date.now() > giveUpAt) throw new Error(`The sweep did not finish within ${timeoutMs / 1000} s.`);
    await sleep(pollMs);
  }
}
