import { setMaxListeners } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CallBudget, CallPriority } from "#dwolla/call-budget.ts";
import { createSharedBudget } from "#platform/call-budget.ts";
import type { Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { openAppDatabase } from "../support/worklist-rows.ts";

const RATE = 200;
const INTERVAL_MS = 1000 / RATE;
/** What is paid for at once: a quarter of a second's calls. */
const BLOCK = RATE / 4;
/** What a process may hold at most: the next block is asked for 150 ms before the last one is used up. */
const HELD = 1.6 * BLOCK;

let database: TestDatabase;
let proxy: TcpProxy;
let dbs: Database[];
let warnings: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.appUrl);
  dbs = [openAppDatabase(database.appUrl), openAppDatabase(proxy.url)];
});

afterAll(async () => {
  await Promise.all(dbs.map((db) => db.$disconnect()));
  await proxy.stop();
  await database.drop();
});

beforeEach(async () => {
  warnings = [];
  await first().callBudgetUse.deleteMany();
  await first().$executeRaw`UPDATE "CallBudget" SET "paidUntil" = now(), "resumesAt" = NULL`;
});

afterEach(() => proxy.mend());

describe("two processes on one budget", () => {
  test("never give out more calls than were paid for, and waste at most what they hold", async () => {
    const startsAt = await paidUntil();
    const budgets = [processOf(first()), processOf(second())];
    const givenOut = (await Promise.all(budgets.map((budget) => drain(budget, "sweep", 200)))).flat();
    const paidMs = (await paidUntil()) - startsAt;
    expect(givenOut).toHaveLength(400);
    expect(paidMs).toBeGreaterThanOrEqual(400 * INTERVAL_MS - 1);
    for (const windowMs of [100, 250, 500, 1_000]) {
      const allowed = windowMs / INTERVAL_MS + 2 * HELD;
      expect(mostWithin(givenOut, windowMs), `within ${windowMs} ms`).toBeLessThanOrEqual(allowed);
    }
  });

  test("share it: neither is kept waiting until the other has finished", async () => {
    const order: string[] = [];
    const take = async (name: string, budget: CallBudget) => {
      for (let call = 0; call < 10; call += 1) {
        await Promise.all(Array.from({ length: 10 }, () => taken(budget, "sweep")));
        order.push(name);
      }
    };
    await Promise.all([take("first", processOf(first())), take("second", processOf(second()))]);
    expect(new Set(order.slice(0, 10)).size).toBe(2);
  });

  test("go on behind what a killed one held, which is a block and a half at most", async () => {
    const killed = processOf(first());
    await Promise.all(Array.from({ length: 2 * BLOCK }, () => taken(killed, "sweep")));
    // What it holds is paid for and never made: the other goes on behind it.
    const aheadMs = (await paidUntil()) - Date.now();
    expect(aheadMs).toBeLessThanOrEqual(HELD * INTERVAL_MS);
    await taken(processOf(second()), "sweep");
  });

  test("are counted together, by who asked", async () => {
    const budgets = [processOf(first()), processOf(second())];
    const asked: [CallPriority, number][] = [
      ["proof", 20],
      ["sweep", 40],
    ];
    for (const budget of budgets) {
      await taken(budget, "person");
      await taken(budget, "person");
      for (const [priority, calls] of asked) {
        await Promise.all(Array.from({ length: calls }, () => taken(budget, priority)));
      }
      await flush(budget);
    }
    await expect.poll(useByPriority, { timeout: 5_000 }).toEqual({ person: 4 + 2, proof: 40, sweep: 80 });
  });
});

describe("a rate limit that Dwolla told one process of", () => {
  const inFiveMinutes = () => new Date(Date.now() + 300_000);

  test("is known to the other when its news are a second old, and to a person's press at once then", async () => {
    const [told, other] = [processOf(first()), processOf(second())];
    await taken(other, "person");
    expect(other.resumesAt()).toBeNull();
    const resumesAt = inFiveMinutes();
    told.rateLimited(resumesAt);
    expect(told.resumesAt()).toEqual(resumesAt);
    await expect.poll(() => newsAfter(other, "person"), { timeout: 5_000 }).toEqual(resumesAt);
  });

  test("is known to a sweep with its next block", async () => {
    const [told, other] = [processOf(first()), processOf(second())];
    const resumesAt = inFiveMinutes();
    told.rateLimited(resumesAt);
    await expect.poll(() => newsAfter(other, "sweep"), { timeout: 5_000 }).toEqual(resumesAt);
  });

  test("is forgotten when its time is over, and never moved to an earlier one", async () => {
    const [told, other] = [processOf(first()), processOf(second())];
    const resumesAt = inFiveMinutes();
    await written(() => told.rateLimited(resumesAt));
    await written(() => told.rateLimited(new Date(resumesAt.getTime() - 60_000)));
    expect((await first().callBudget.findFirstOrThrow()).resumesAt).toEqual(resumesAt);
    await first().$executeRaw`UPDATE "CallBudget" SET "resumesAt" = now() - interval '1 second'`;
    await taken(other, "person");
    expect(other.resumesAt()).toBeNull();
  });
});

describe("when calls are short", () => {
  test("people do not wait, proofs go before sweeps, and each of them in the order they came", async () => {
    const budget = processOf(first());
    await paidAhead(1_000);
    const order: string[] = [];
    const wait = (name: string, priority: CallPriority) => taken(budget, priority).then(() => order.push(name));
    const waiting = [
      wait("sweep 1", "sweep"),
      wait("sweep 2", "sweep"),
      wait("proof 1", "proof"),
      wait("proof 2", "proof"),
    ];
    await wait("person", "person");
    expect(order).toEqual(["person"]);
    await Promise.all(waiting);
    expect(order).toEqual(["person", "proof 1", "proof 2", "sweep 1", "sweep 2"]);
  });

  test("people's calls are charged to those who can wait", async () => {
    const budget = processOf(first());
    const before = await paidUntil();
    for (let call = 0; call < 40; call += 1) await taken(budget, "person");
    await expect
      .poll(async () => (await paidUntil()) - before, { timeout: 5_000 })
      .toBeGreaterThanOrEqual(40 * INTERVAL_MS - 1);
  });
});

describe("who stops waiting", () => {
  test("leaves at once, takes no call with him and leaves no listener behind", async () => {
    const budget = processOf(first());
    await paidAhead(1_000);
    const stop = patient();
    const leaving = Array.from({ length: 20 }, () => taken(budget, "proof", stop.signal));
    const staying = taken(budget, "sweep");
    const departures = Promise.allSettled(leaving);
    stop.abort(new Error("the page was left"));
    const outcomes = await departures;
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(outcomes[0]).toMatchObject({ reason: { message: "the page was left" } });
    await staying;
    // What it has used is written by now, and not in the middle of the next test.
    await flush(budget);
    await expect.poll(useByPriority, { timeout: 5_000 }).toMatchObject({ person: 1 });
  });

  test("before his turn was asked for is not counted and never served", async () => {
    const budget = processOf(first());
    await expect(taken(budget, "sweep", AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
    await flush(budget);
    await expect.poll(useByPriority, { timeout: 5_000 }).toEqual({ person: 1 });
  });

  test("listens to his signal no longer once he was served", async () => {
    const budget = processOf(first());
    const { signal, added, removed } = countingSignal();
    await Promise.all(Array.from({ length: 30 }, () => taken(budget, "sweep", signal)));
    expect(added()).toBeGreaterThan(0);
    expect(removed()).toBe(added());
  });
});

test("calls that were paid for and not wanted lapse, so that they never come on top of the calls of others", async () => {
  const budget = processOf(first());
  const stop = patient();
  const leaving = Promise.allSettled(Array.from({ length: BLOCK }, () => taken(budget, "sweep", stop.signal)));
  await expect.poll(paidUntil).toBeGreaterThan(Date.now());
  stop.abort();
  await leaving;
  const before = await paidUntil();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await taken(budget, "sweep");
  expect(await paidUntil()).toBeGreaterThan(before);
});

test("without its database a process keeps to the rate by itself, says so once, and counts what it did afterwards", async () => {
  const budget = processOf(second());
  await flush(budget);
  proxy.cut();
  const startedAt = performance.now();
  const givenOut = await drain(budget, "sweep", 200);
  const person = await taken(budget, "person").then(() => performance.now());
  const tookMs = performance.now() - startedAt;
  expect(person).toBeGreaterThan(0);
  expect(mostWithin(givenOut, 500)).toBeLessThanOrEqual(500 / INTERVAL_MS + HELD);
  expect(tookMs).toBeGreaterThanOrEqual((200 - HELD) * INTERVAL_MS);
  expect(warnings).toEqual(["the call budget could not be read; this process keeps to the rate by itself"]);
  proxy.mend();
  await expect
    .poll(
      () =>
        flush(budget)
          .then(useByPriority)
          .then(({ sweep }) => sweep),
      { timeout: 10_000 },
    )
    .toBe(200);
}, 60_000);

function first(): Database {
  return dbs[0] as Database;
}

function second(): Database {
  return dbs[1] as Database;
}

/** As each web and worker process makes its own. */
function processOf(db: Database): CallBudget {
  return createSharedBudget({ db, callsPerSecond: RATE, warn: (_facts, message) => void warnings.push(message) });
}

async function taken(budget: CallBudget, priority: CallPriority, signal?: AbortSignal): Promise<void> {
  await budget.take(priority, signal);
}

/** Eight at a time, as a sweep does. @returns when each call might go, on the clock of `performance.now()`. */
async function drain(budget: CallBudget, priority: CallPriority, calls: number): Promise<number[]> {
  const times: number[] = [];
  const work = async () => {
    for (let left = calls / 8; left > 0; left -= 1) {
      await taken(budget, priority);
      times.push(performance.now());
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return times;
}

async function newsAfter(budget: CallBudget, priority: CallPriority): Promise<Date | null> {
  await taken(budget, priority);
  return budget.resumesAt();
}

function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(...sorted.map((from) => sorted.filter((time) => time >= from && time < from + windowMs).length));
}

/** One more call, of a person: within half a second it is paid for, and with it is written what was counted before. */
async function flush(budget: CallBudget): Promise<void> {
  await taken(budget, "person");
}

/** Does what writes to the budget's row by itself, and waits until it has. */
async function written(act: () => void): Promise<void> {
  const version = async () => (await first().$queryRaw`SELECT xmin::text FROM "CallBudget"`) as unknown;
  const before = await version();
  act();
  await expect.poll(version, { timeout: 5_000 }).not.toEqual(before);
}

async function paidUntil(): Promise<number> {
  const [row] = await first().$queryRaw<{ at: number }[]>`
    SELECT (extract(epoch FROM "paidUntil") * 1000)::float8 AS at FROM "CallBudget"`;
  return row?.at ?? 0;
}

/** As if other processes had paid for so long already. */
async function paidAhead(ms: number): Promise<void> {
  await first().$executeRaw`
    UPDATE "CallBudget" SET "paidUntil" = clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

async function useByPriority(): Promise<Record<string, number>> {
  const rows = await first().callBudgetUse.groupBy({ by: ["priority"], _sum: { calls: true } });
  return Object.fromEntries(rows.map(({ priority, _sum }) => [priority, _sum.calls ?? 0]));
}

/** Many may listen to it. */
function patient(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

function countingSignal() {
  const { signal } = patient();
  let [added, removed] = [0, 0];
  const counting = Object.assign(signal, {
    addEventListener(...given: Parameters<AbortSignal["addEventListener"]>) {
      added += 1;
      EventTarget.prototype.addEventListener.apply(signal, given as never);
    },
    removeEventListener(...given: Parameters<AbortSignal["removeEventListener"]>) {
      removed += 1;
      EventTarget.prototype.removeEventListener.apply(signal, given as never);
    },
  });
  return { signal: counting, added: () => added, removed: () => removed };
}
