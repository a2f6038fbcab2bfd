import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";
import type { Database } from "#platform/database-client.ts";
import type { Child } from "../../scripts/child-process.ts";
import { runProgram } from "../../scripts/shutdown.ts";
import { type BenchDesk, requestSweep, startBenchDesk, sweepEnd } from "./support/desk.ts";
import { processUse } from "./support/process-use.ts";
import { report } from "./support/report.ts";

const CALLS_PER_SECOND = 50;
/** Of the calls that are needed, when one of the two workers is killed. */
const KILLED_AT = 0.4;
const FULL_SIZE = 100_000;

/**
 * A first sweep of customers and exchanges under a cap that costs five minutes when it is passed, by two workers of which one
 * is killed with -9. It takes as long as the cap makes it: about N / 26 seconds.
 */
await runProgram(async (cleanup) => {
  const { values } = parseArgs({ options: { customers: { type: "string", default: "6000" } } });
  const customers = Number(values.customers);
  const desk = await startBenchDesk(cleanup, {
    customers,
    env: { DWOLLA_CALLS_PER_SECOND: String(CALLS_PER_SECOND) },
  });
  await desk.simulator.settings({ callsPerSecond: CALLS_PER_SECOND });
  const run = await sweepWithTwoWorkers(desk, customers);
  await tell(desk, customers, run);
  return 0;
});

async function sweepWithTwoWorkers({ db, simulator, startWorker }: BenchDesk, customers: number) {
  const sweepId = await requestSweep(db, "exchanges");
  const workers = [startWorker("worker-1"), startWorker("worker-2")] as const;
  const beganAt = await firstCallAt(simulator);
  const timeoutMs = (customers * 2 * 1000 * 3) / CALLS_PER_SECOND + 600_000;
  const end = sweepEnd(db, sweepId, { timeoutMs, pollMs: 250 });
  const ended = end.then(() => true);
  const progress = setInterval(() => void tellProgress(simulator, beganAt), 60_000);
  let callsWhenKilled = 0;
  let survivor: Child = workers[0];
  while (!(await Promise.race([ended, sleep(500, false)]))) {
    const { calls } = await simulator.statistics();
    if (callsWhenKilled > 0 || calls < customers * 1.9 * KILLED_AT) continue;
    callsWhenKilled = calls;
    survivor = await killTheBusier(workers);
    console.log(`Killed one of two workers after ${calls} calls.`);
  }
  clearInterval(progress);
  const { finishedAt } = await end;
  const { calls, rateLimited } = await simulator.statistics();
  const cpuMs = processUse(survivor.pid).cpuMs;
  await survivor.stop();
  return { calls, rateLimited, callsWhenKilled, seconds: (finishedAt.getTime() - beganAt) / 1000, cpuMs, sweepId };
}

/** The one with more of the sweep under way, which is the harder loss. @returns the other. */
async function killTheBusier([first, second]: readonly [Child, Child]): Promise<Child> {
  const before = [processUse(first.pid).cpuMs, processUse(second.pid).cpuMs] as const;
  await sleep(2_000);
  const isFirst = processUse(first.pid).cpuMs - before[0] >= processUse(second.pid).cpuMs - before[1];
  process.kill((isFirst ? first : second).pid, "SIGKILL");
  return isFirst ? second : first;
}

async function firstCallAt(simulator: BenchDesk["simulator"]): Promise<number> {
  while ((await simulator.statistics()).calls === 0) await sleep(20);
  return Date.now();
}

async function tellProgress(simulator: BenchDesk["simulator"], beganAt: number): Promise<void> {
  const { calls, rateLimited } = await simulator.statistics();
  const rate = calls / ((Date.now() - beganAt) / 1000);
  console.log(`${calls} calls, ${rate.toFixed(2)} a second, ${rateLimited} refused`);
}

type Run = Awaited<ReturnType<typeof sweepWithTwoWorkers>>;

async function tell({ db, database }: BenchDesk, customers: number, run: Run): Promise<void> {
  const needed = await smallestNumberOfCalls(db, customers);
  const stored = await db.customer.count();
  const { customersRead } = await coverageOf(db, run.sweepId);
  const share = run.calls / (run.seconds * CALLS_PER_SECOND);
  await report("budget", {
    ownerUrl: database.ownerUrl,
    figures: [
      { name: "calls made / smallest possible", value: run.calls / needed, target: { most: 1.005 } },
      { name: "share of the cap used", value: share, target: { least: 0.99 } },
      { name: "429s", value: run.rateLimited, target: { most: 0 } },
      { name: "customers neither lost nor doubled", value: stored - customers, target: { most: 0 } },
      { name: "customers whose exchanges were read", value: customersRead, target: { least: customers } },
      { name: "time", value: run.seconds, unit: "s" },
      { name: "CPU of the surviving worker per call", value: run.cpuMs / run.calls, unit: "ms" },
    ],
    notes: [
      `${customers} customers, ${CALLS_PER_SECOND} calls/s: ${run.calls} calls, ${needed} needed, a worker killed after ${run.callsWhenKilled}.`,
      "What a killed worker had under way is read again, and its pages wait until it is known to be dead: the same number of calls and seconds at any size.",
      ...(customers < FULL_SIZE ? [`The full size is --customers ${FULL_SIZE}, which takes over an hour.`] : []),
    ],
    details: { customers, needed, ...run },
  });
}

/** The list's pages, everybody's exchanges, the funding sources of those who have any, the partners once, and one token. */
async function smallestNumberOfCalls(db: Database, customers: number): Promise<number> {
  const withExchanges = await db.exchange.groupBy({ by: ["customerId"] });
  return Math.ceil(customers / CUSTOMERS_PAGE_MAX) + customers + withExchanges.length + 2;
}

async function coverageOf(db: Database, sweepId: string): Promise<{ customersRead: number }> {
  const { _sum } = await db.sweepPage.aggregate({ where: { sweepId, phase: "detail" }, _sum: { customersRead: true } });
  return { customersRead: _sum.customersRead ?? 0 };
}
