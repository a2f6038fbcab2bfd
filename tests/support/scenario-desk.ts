import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { StaffActor } from "#domain/actor.ts";
import type { Role } from "#domain/permissions.ts";
import { Secret } from "#domain/secret.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import type { ScenarioDesk } from "#features/scenario-acts/mutations.ts";
import type { StaffName } from "#features/scenario-acts/schema.ts";
import { areWebhooksUnderWay } from "#features/simulator-controls/data.ts";
import type { Context } from "#platform/context.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { staffActor, testContext } from "./context.ts";
import type { TestDatabase } from "./copied-database.ts";
import { runJobs } from "./jobs.ts";
import { startTestSimulator } from "./simulator.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET } from "./webhook-endpoint.ts";

interface Options {
  seed?: number;
  /** What the desk understands of Dwolla, changed on purpose. */
  changed?: (client: DwollaClient) => DwollaClient;
  /** Where its simulator reads scenario files, and writes new ones. */
  scenarioFolder?: string;
}

export type TestScenarioDesk = Awaited<ReturnType<typeof startScenarioDesk>>;

/** Others than those of the scenario, who must not be in its way. */
const OTHER_CUSTOMERS = 10;
const SETTLED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 5;

/**
 * A desk to play scenarios on: the real mutations, jobs and webhook receiver on a database of its own, a simulated Dwolla over HTTP,
 * and one clock for both that moves when it is told to, so that a week takes no time.
 */
export async function startScenarioDesk(
  database: TestDatabase,
  { seed = 1, changed = (client) => client, scenarioFolder }: Options = {},
) {
  /** How far the clocks were moved by the simulator's control, and how far time went on by itself. */
  let aheadMs = 0;
  let passedMs = 0;
  const machineNow = () => Date.now() + passedMs;
  const simulator = await startTestSimulator({ customers: OTHER_CUSTOMERS, seed, machineNow, scenarioFolder });
  const now = () => new Date(machineNow() + aheadMs);
  const common = { appUrl: database.appUrl, simulatorUrl: simulator.url, now, dwolla: { clock: now } };
  const context = await testContext(common);
  const system = { ...context, dwolla: changed(context.dwolla) };
  const auditor = createDatabaseClient({ url: database.auditorUrl, maxConnections: 1 });
  const receiver = await startWebhookEndpoint(system);
  await system.dwolla.createWebhookSubscription({ url: receiver.url, secret: new Secret(WEBHOOK_SECRET) });
  const pool = new pg.Pool({ connectionString: database.appUrl, max: 2 });
  // The queue wants to know that somebody listens: a connection that broke shows in the query that needed it.
  pool.on("error", () => undefined).on("connect", () => undefined);
  const people = new Map<StaffName, Promise<Context<StaffActor>>>();

  const dueJobs = async (until: Date) => {
    const [row] = await system.db.$queryRaw<{ due: number; next: Date | null }[]>`
      SELECT count(*) FILTER (WHERE run_at <= now())::int AS due, min(run_at) FILTER (WHERE run_at > now()) AS next
      FROM graphile_worker.jobs WHERE run_at <= ${until} AND attempts < max_attempts`;
    return row ?? { due: 0, next: null };
  };

  /** Jobs are dated by the desk's clock, and started by Postgres's. */
  async function work(): Promise<void> {
    await system.db.$executeRaw`
      UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now() AND run_at <= ${now()}`;
    if ((await dueJobs(now())).due > 0) await runJobs({ appUrl: database.appUrl, ctx: system, pool });
  }

  async function settle(): Promise<void> {
    await deliveriesEnd();
    await work();
  }

  /** Every webhook that Dwolla sends by now has arrived or has failed. */
  async function deliveriesEnd(): Promise<void> {
    const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
    for (;;) {
      if (!(await areWebhooksUnderWay(simulator.url))) return;
      if (performance.now() > giveUpAt) throw new Error("webhooks are still under way after 20 s");
      await pause(LOOK_EVERY_MS);
    }
  }

  async function move(ms: number): Promise<void> {
    await simulator.advanceClock(ms / 1000);
    aheadMs += ms;
  }

  async function pass(ms: number): Promise<void> {
    passedMs += ms;
  }

  /** From one job that becomes due to the next, as it would be in life. */
  async function elapse(seconds: number, go: (ms: number) => Promise<void>): Promise<void> {
    await settle();
    // Whole milliseconds, as all dates are: a remainder smaller than any of them would never be over.
    let leftMs = Math.ceil(seconds * 1000);
    while (leftMs > 0) {
      const { next } = await dueJobs(new Date(now().getTime() + leftMs));
      const ms = Math.min(leftMs, Math.max(1, next ? next.getTime() - now().getTime() : leftMs));
      await go(ms);
      leftMs -= ms;
      await settle();
    }
  }

  const desk: ScenarioDesk = {
    system,
    auditor,
    settle,
    elapse: (seconds) => elapse(seconds, move),
    patienceMs: 0,
    staff(name) {
      const known = people.get(name) ?? signIn(system, name);
      people.set(name, known);
      return known;
    },
  };

  return {
    desk,
    /** The same desk, but that nobody moves its clocks: time goes on by itself. */
    unhurried: { ...desk, elapse: (seconds: number) => elapse(seconds, pass) },
    simulator,
    async stop(): Promise<void> {
      await Promise.all([system.close(), auditor.$disconnect(), pool.end(), receiver.stop(), simulator.stop()]);
      await database.drop();
    },
  };
}

async function signIn(system: Context, name: StaffName): Promise<Context<StaffActor>> {
  const actor = staffActor(name.replace("second ", "") as Role);
  const { id, email, role } = actor;
  await system.db.staffMember.create({ data: { id, name: actor.name, email, role, createdAt: system.now() } });
  return { ...system, actor };
}
