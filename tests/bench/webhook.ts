import { setTimeout as sleep } from "node:timers/promises";
import { buildIsCurrent, buildWeb } from "../../scripts/next-build.ts";
import { step } from "../../scripts/progress.ts";
import { type Cleanup, runProgram } from "../../scripts/shutdown.ts";
import type { LoadResult, LoadTask } from "./programs/webhook-load.ts";
import { type BenchDesk, runSweep, startBenchDesk } from "./support/desk.ts";
import { readPairs } from "./support/options.ts";
import { connectOwner, type Owner } from "./support/owner.ts";
import { measurePairs, medianOf, type PairsResult, sameAgainstSame } from "./support/pairs.ts";
import { useOf } from "./support/process-use.ts";
import { type Program, startProgram } from "./support/program.ts";
import { type Figure, report } from "./support/report.ts";
import { signedWebhook } from "./support/signed-webhooks.ts";

const CUSTOMERS = 200;
const SAMPLES = 20;
const EMPTY_ROUNDS = 5;
const REACH = [
  { atOnce: 10, least: 0.9 },
  { atOnce: 64, least: 1.2 },
] as const;
/** What takes about as long as the other. */
const COUNTS = { floor: 4_000, receiver: 3_000, web: 600 };
/** When so many are stored, in the middle of the burst. */
const KILLED_AFTER = 500;

/**
 * Signed webhooks, 20 % of them repeated, against single durable INSERTs of the same rows from as many connections; then how soon a
 * warning is on the list, and what is lost when the web process is killed.
 */
await runProgram(async (cleanup) => {
  const { pairs } = readPairs();
  if (!buildIsCurrent()) await step("Building the web app", () => buildWeb((build) => cleanup.add(build.stop)));
  const desk = await startBenchDesk(cleanup, { customers: CUSTOMERS });
  const owner = await connectOwner(cleanup, desk.database.ownerUrl);
  await owner.run(`CREATE TABLE floor_event (LIKE "DwollaEvent" INCLUDING ALL)`);
  const web = await desk.startWeb();
  const visibleMs = await measureVisibility(desk);
  const load = await startProgram(cleanup, "webhook-load");
  const rates = await measureRates(cleanup, { desk, owner, load, pairs, web });
  const emptyRoute = await measureEmptyRoute(desk, load);
  const lost = await countLost({ desk, owner, load, webPid: web.pid });
  await report("webhook", {
    ownerUrl: desk.database.ownerUrl,
    figures: [
      ...rates.flatMap(({ figures }) => figures),
      { name: "Next refusing the same address, 10 connections: answers a second", value: emptyRoute },
      {
        name: "case open and open pages woken after, median",
        value: medianOf(visibleMs),
        unit: "ms",
        target: { most: 250 },
      },
      { name: "case open and open pages woken after, slowest", value: Math.max(...visibleMs), unit: "ms" },
      { name: "acknowledged and lost after kill -9", value: lost.lost, target: { most: 0 } },
    ],
    notes: [
      `${pairs} pairs of ${COUNTS.web} webhooks to the built web app, ${COUNTS.receiver} to the receiver behind node:http alone, ${COUNTS.floor} INSERTs.`,
      "A fifth is repeated, a fifth is about bank links and so is queued for the worker, which does not run meanwhile.",
      `Visible: from sending to the open case, ${SAMPLES} times, on the wake-up that open pages listen for.`,
      `Killed after ${lost.acknowledged} webhooks had been answered with 200.`,
    ],
    details: { rates: rates.map(({ rate, name }) => ({ name, rate })), visibleMs, lost },
  });
  return 0;
});

/** Of warnings about links that worked: sent to the web app, read by the worker, on the list. */
async function measureVisibility(desk: BenchDesk): Promise<number[]> {
  const { db, simulator, env } = desk;
  const worker = desk.startWorker("worker");
  await runSweep(desk, "full");
  const where = { health: "healthy", partner: { name: "Plaid" } } as const;
  const exchanges = await db.exchange.findMany({ where, take: SAMPLES, select: { id: true, customerId: true } });
  const parts = { secret: env.DWOLLA_WEBHOOK_SECRETS ?? "", origin: simulator.url };
  const measured: number[] = [];
  for (const { id, customerId } of exchanges) {
    await simulator.break(id, "warned");
    const topic = "customer_exchange_reauth_required";
    const { body, signature } = signedWebhook({ topic, path: "exchanges", id, customerId }, parts);
    const startedAt = performance.now();
    const isListed = untilListed(desk, id);
    await fetch(webhookUrl(desk), { method: "POST", body, headers: { "x-request-signature-sha-256": signature } });
    await isListed;
    measured.push(performance.now() - startedAt);
  }
  await worker.stop();
  return measured;
}

function untilListed({ changes, db }: BenchDesk, exchangeId: string): Promise<void> {
  return new Promise((resolve) => {
    const leave = changes.subscribe(async () => {
      if ((await db.repairCase.count({ where: { exchangeId, closedAt: null } })) === 0) return;
      leave();
      resolve();
    });
  });
}

interface Parts {
  desk: BenchDesk;
  owner: Owner;
  load: Program;
  pairs: number;
  web: { pid: number };
}

/** What Next alone allows: the receiver adds to it what it costs. */
async function measureEmptyRoute(desk: BenchDesk, load: Program): Promise<number> {
  const url = webhookUrl(desk);
  // Next answers what is no POST by itself.
  const task = { ...taskOf(desk, { url, atOnce: 10, count: COUNTS.web }), method: "GET", expects: 405 } as const;
  const rates: number[] = [];
  for (let round = 0; round < EMPTY_ROUNDS; round += 1) {
    const { ms, failed } = await load.ask<LoadResult>(task);
    if (failed > 0) throw new Error(`${failed} of ${COUNTS.web} were not answered by ${url}.`);
    rates.push((COUNTS.web / ms) * 1000);
  }
  return medianOf(rates);
}

async function measureRates(cleanup: Cleanup, { desk, owner, load, pairs, web }: Parts) {
  const env = { ...desk.env, FLOOR_DATABASE_URL: desk.database.ownerUrl };
  const floor = await startProgram(cleanup, "floor-insert", env);
  const receiver = await startProgram<{ url: string }>(cleanup, "webhook-receiver", env);
  const targets = [
    { name: "the web app", url: webhookUrl(desk), count: COUNTS.web, pid: web.pid },
    { name: "the receiver alone", url: receiver.hello.url, count: COUNTS.receiver, pid: receiver.pid },
  ];
  const rates: { name: string; rate: PairsResult; figures: Figure[] }[] = [];
  for (const { atOnce, least } of REACH) {
    for (const { url, count, name: target, pid } of targets) {
      const ours = async () => {
        await owner.run(`TRUNCATE "DwollaEvent", graphile_worker._private_jobs`);
        const { ms, failed } = await load.ask<LoadResult>(taskOf(desk, { url, atOnce, count }));
        if (failed > 0) throw new Error(`${failed} webhooks were not taken by ${target}.`);
        return count / ms;
      };
      const its = async () => {
        await owner.run("TRUNCATE floor_event");
        const { ms } = await floor.ask<{ ms: number }>({ atOnce, count: COUNTS.floor });
        return COUNTS.floor / ms;
      };
      const rate = await measurePairs({ pairs, ours, floor: its });
      const name = `${target}, ${atOnce} connections`;
      const [our, their] = [await twinsOf(owner, pid, count, ours), await twinsOf(owner, floor.pid, COUNTS.floor, its)];
      rates.push({ name, rate, figures: [...figuresOf(name, rate, least), ...twinFigures(name, our, their)] });
    }
  }
  return rates;
}

type Twins = { cpuUs: number; statements: number; walBytes: number };

/** What one webhook, or one INSERT, costs however busy the machine is. */
async function twinsOf(owner: Owner, pid: number, count: number, side: () => Promise<unknown>): Promise<Twins> {
  const { result, cost } = await owner.costOf(() => useOf(pid, side));
  return {
    cpuUs: (result.use.cpuMs * 1000) / count,
    statements: cost.statements / count,
    walBytes: cost.walBytes / count,
  };
}

function twinFigures(name: string, our: Twins, floor: Twins): Figure[] {
  return [
    { name: `${name}: CPU each, ours (floor ${floor.cpuUs.toFixed(0)})`, value: our.cpuUs, unit: "us" },
    { name: `${name}: statements each, ours (floor ${floor.statements.toFixed(2)})`, value: our.statements },
    { name: `${name}: WAL each, ours (floor ${floor.walBytes.toFixed(0)})`, value: our.walBytes, unit: "B" },
  ];
}

function figuresOf(name: string, rate: PairsResult, least: number): Figure[] {
  const { median, interval, ours, floor } = rate;
  return [
    { name: `${name}: rate / INSERTs`, value: median, interval, target: { least } },
    sameAgainstSame(`${name}: `, rate),
    { name: `${name}: webhooks a second`, value: medianOf(ours) * 1000 },
    { name: `${name}: INSERTs a second`, value: medianOf(floor) * 1000 },
  ];
}

/** What was answered with 200 and is not in the database after the process was killed. */
async function countLost({ desk, owner, load, webPid }: Omit<Parts, "pairs" | "web"> & { webPid: number }) {
  await owner.run(`TRUNCATE "DwollaEvent", graphile_worker._private_jobs`);
  const sent = load.ask<LoadResult>(taskOf(desk, { url: webhookUrl(desk), atOnce: 64, count: 20_000 }));
  while ((await desk.db.dwollaEvent.count()) < KILLED_AFTER) await sleep(50);
  process.kill(-webPid, "SIGKILL");
  const { acknowledged } = await sent;
  const stored = await desk.db.dwollaEvent.findMany({ select: { id: true } });
  const ids = new Set(stored.map(({ id }) => id));
  return { acknowledged: acknowledged.length, lost: acknowledged.filter((id) => !ids.has(id)).length };
}

function taskOf({ env, simulator }: BenchDesk, task: Pick<LoadTask, "url" | "atOnce" | "count">): LoadTask {
  return { ...task, secret: env.DWOLLA_WEBHOOK_SECRETS ?? "", origin: simulator.url };
}

function webhookUrl({ env }: BenchDesk): string {
  return `${env.NEXTAUTH_URL}/api/webhooks/dwolla`;
}
