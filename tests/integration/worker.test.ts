import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { DETAIL_PAGE_SIZE, LANES } from "#features/sweep-pages/schema.ts";
import { getLatestSweep } from "#features/sweeps/data.ts";
import { type Child, RUN_TYPESCRIPT, startChild } from "../../scripts/child-process.ts";
import { localEnvironment } from "../../scripts/local-environment.ts";
import { insertCase } from "../support/broken-exchange.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

const CUSTOMERS = 1000;
const LIST_PAGES = 5;
const PAGES = CUSTOMERS / DETAIL_PAGE_SIZE;

let database: TestDatabase;
let simulator: TestSimulator;
let proxy: TcpProxy;
let ctx: TestContext;
const workers: Child[] = [];

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: CUSTOMERS })]);
  proxy = await startTcpProxy(database.appUrl);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await Promise.all([ctx.close(), proxy.stop(), simulator.stop()]);
  await database.drop();
});

test("a worker that is killed in the middle of a sweep loses nothing and repeats one page of each lane at most", async () => {
  const killed = startWorker();
  await detailPagesDone(2);
  process.kill(killed.pid, "SIGKILL");
  await killed.ended;
  startWorker();
  await sweepFinished();
  expect(await simulator.requests({ path: "/customers?limit=200" })).toHaveLength(LIST_PAGES);
  const customers = (await simulator.requests({ path: "/exchanges" })).filter(({ path }) =>
    path.startsWith("/customers/"),
  );
  expect(new Set(customers.map(({ path }) => path)).size).toBe(CUSTOMERS);
  expect(customers.length - CUSTOMERS).toBeLessThanOrEqual(LANES.length * DETAIL_PAGE_SIZE);
  expect(await ctx.db.customer.count()).toBe(CUSTOMERS);
  const broken = await ctx.db.repairCase.count({ where: { closedAt: null, cause: { not: REAUTH_REQUIRED } } });
  expect(broken).toBe((await simulator.truth()).broken.length);
}, 90_000);

test("of two workers on one sweep one is killed, and the other finishes it: no page twice, no customer left out", async () => {
  const [killed] = [startWorker(), startWorker()] as const;
  await detailPagesDone(3);
  process.kill(killed.pid, "SIGKILL");
  await killed.ended;
  await sweepFinished();
  const pages = await ctx.db.sweepPage.groupBy({ by: ["phase"], _count: true, _sum: { customersRead: true } });
  expect(pages.sort((a, b) => a.phase.localeCompare(b.phase))).toEqual([
    { phase: "detail", _count: PAGES, _sum: { customersRead: CUSTOMERS } },
    { phase: "list", _count: LIST_PAGES, _sum: { customersRead: CUSTOMERS } },
  ]);
  const read = (await simulator.requests({ path: "/exchanges" })).filter(({ path }) => path.startsWith("/customers/"));
  expect(new Set(read.map(({ path }) => path)).size).toBe(CUSTOMERS);
  expect(read.length - CUSTOMERS).toBeLessThanOrEqual(LANES.length * DETAIL_PAGE_SIZE);
  expect(await ctx.db.sweep.count()).toBe(1);
}, 90_000);

test("a worker outlives its database being away, and goes on with the sweep", async () => {
  const worker = startWorker();
  await detailPagesDone(1);
  proxy.cut();
  await proxy.refusals(3);
  proxy.mend();
  await sweepFinished();
  expect(await ctx.db.customer.count()).toBe(CUSTOMERS);
  process.kill(worker.pid, "SIGTERM");
  expect(await worker.ended).toBe(0);
}, 90_000);

test("a session whose process ended is named before a thousand events that wait", async () => {
  const [row] = (await simulator.truth()).broken;
  if (!row) throw new Error("the simulated world has no broken exchange");
  const { exchangeId, repairCaseId } = await insertCase(ctx.db, row);
  const { id: requestedById, ...person } = staffActor("agent");
  await ctx.db.staffMember.create({
    data: { id: requestedById, name: person.name, email: person.email, role: person.role, createdAt: new Date() },
  });
  const session = { id: randomUUID(), exchangeId, repairCaseId, requestedById, channel: "web", reason: "Killed." };
  await ctx.db.reauthSession.create({ data: { ...session, requestedAt: new Date(Date.now() - 61_000) } });
  await ctx.db.$executeRaw`
    SELECT graphile_worker.add_job('dwolla_event.process', json_build_object('eventId', gen_random_uuid()))
    FROM generate_series(1, 1000)`;
  startWorker();
  const state = async () => (await ctx.db.reauthSession.findUnique({ where: { id: session.id } }))?.state;
  await vi.waitFor(async () => expect(await state()).toBe("unknown"), { timeout: 60_000, interval: 20 });
  const waiting = await ctx.db.$queryRaw`
    SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'dwolla_event.process' LIMIT 1`;
  expect(waiting).toHaveLength(1);
}, 90_000);

function startWorker(): Child {
  const ports = { web: 3000, simulator: Number(new URL(simulator.url).port), identityProvider: 4020 };
  const env = localEnvironment(ports, { ...database, appUrl: proxy.url });
  const args = [...RUN_TYPESCRIPT, "app/_worker/main.ts"];
  const worker = startChild({ name: "worker", args, env, logFile: `.data/log/test-worker-${workers.length}.log` });
  workers.push(worker);
  return worker;
}

async function detailPagesDone(count: number): Promise<void> {
  const done = () => ctx.db.sweepPage.count({ where: { phase: "detail" } });
  await vi.waitFor(async () => expect(await done()).toBeGreaterThanOrEqual(count), { timeout: 30_000, interval: 20 });
}

async function sweepFinished(): Promise<void> {
  await vi.waitFor(
    async () => expect(await getLatestSweep(ctx.db)).toMatchObject({ state: "finished", pagesDone: PAGES }),
    {
      timeout: 60_000,
      interval: 200,
    },
  );
}
