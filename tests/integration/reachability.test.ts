import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExchangeId } from "#domain/ids.ts";
import type { DwollaLimits } from "#dwolla/request.ts";
import { getReachability, SILENT_AFTER_MS } from "#features/reachability/data.ts";
import { askDwollaJob } from "#features/reachability/jobs.ts";
import type { Reachability } from "#features/reachability/schema.ts";
import { createSharedBudget } from "#platform/call-budget.ts";
import { type Changes, type ChangeTopic, listenToChanges } from "#platform/changes.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { ASK_DWOLLA_JOB, createReachability, DOUBT_MS } from "#platform/dwolla-reachability.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const IMPATIENT: Partial<DwollaLimits> = { headersTimeoutMs: 500, totalTimeoutMs: 1_500 };
const ONE_CALL = { path: "/", times: 1 };
const ONE_PRESS = { path: "/exchanges/*/exchange-sessions", times: 1 };

type DeskProcess = TestContext & { warnings: string[] };

let database: TestDatabase;
let simulator: TestSimulator;
let web: DeskProcess;
let worker: DeskProcess;
let changes: Changes;
let told: ChangeTopic[];

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 5 })]);
  [web, worker] = await Promise.all([startProcess(), startProcess()]);
  told = [];
  changes = listenToChanges({ url: database.appUrl, warn: () => undefined });
  changes.subscribe((topic) => told.push(topic));
  // The first to listen is told of each topic.
  await expect.poll(() => told).toEqual(["desk", "dwolla"]);
  told.length = 0;
});

afterEach(async () => {
  await changes.stop();
  await Promise.all([web.close(), worker.close()]);
  await Promise.all([database.drop(), simulator.stop()]);
  expect([...web.warnings, ...worker.warnings]).toEqual([]);
});

describe("whether Dwolla answers", () => {
  test("is not in doubt before anything was asked, and has no age", async () => {
    expect(await seenBy(web)).toMatchObject({ state: "answers", answeredAt: null, reviewAfterMs: null });
  });

  test.each(["down", "hang"] as const)(
    "is known to all processes when one finds it %s, with the age of the data",
    async (outage) => {
      await ask(web);
      const { answeredAt } = await eventually(web, ({ answeredAt }) => answeredAt !== null);
      await simulator.outage(outage);
      await ask(worker);
      await eventually(web, ({ reviewAfterMs }) => reviewAfterMs !== null);
      expect(await seenBy(web, later(SILENT_AFTER_MS))).toMatchObject({ state: "silent", answeredAt });
      expect(await seenBy(worker, later(SILENT_AFTER_MS))).toMatchObject({ state: "silent", answeredAt });
      await expect.poll(() => told).toContain("dwolla");
    },
  );

  test("is a doubt at first, which says when to look again, and no silence", async () => {
    await simulator.outage("down");
    await ask(web);
    const doubt = await eventually(web, ({ reviewAfterMs }) => reviewAfterMs !== null);
    expect(doubt.state).toBe("answers");
    expect(doubt.reviewAfterMs).toBeLessThanOrEqual(SILENT_AFTER_MS);
  });

  test("is over as soon as one process is answered, and those who look are told", async () => {
    await simulator.outage("down");
    await ask(web);
    await eventually(worker, ({ reviewAfterMs }) => reviewAfterMs !== null);
    await expect.poll(() => told).toEqual(["dwolla"]);
    await simulator.outage("none");
    await ask(worker);
    await eventually(web, ({ reviewAfterMs }) => reviewAfterMs === null);
    expect(await seenBy(web, later(SILENT_AFTER_MS))).toMatchObject({ state: "answers" });
    await expect.poll(() => told).toEqual(["dwolla", "dwolla"]);
  });

  test("is not put in doubt by one bad answer among good ones", async () => {
    await ask(web);
    await simulator.fault({ ...ONE_CALL, fault: { kind: "status", status: 500 } });
    await ask(web);
    await pause(2 * DOUBT_MS);
    expect((await web.db.callBudget.findFirstOrThrow()).unreachableSince).toBeNull();
    expect(told).toEqual([]);
  });

  test("is asked once more, by itself, by whoever has the jobs, when a process notes silence", async () => {
    await simulator.outage("down");
    await ask(web);
    await eventually(web, ({ reviewAfterMs }) => reviewAfterMs !== null);
    const waiting = await web.db.$queryRaw`SELECT task_identifier AS name FROM graphile_worker.jobs`;
    expect(waiting).toEqual([{ name: ASK_DWOLLA_JOB }]);
  });
});

describe("a desk at which nobody presses anything", () => {
  test("learns that Dwolla fell silent, and that it answers again", async () => {
    await simulator.outage("down");
    await runAskJob();
    await eventually(web, ({ reviewAfterMs }) => reviewAfterMs !== null);
    await simulator.outage("none");
    await runAskJob();
    await eventually(web, ({ reviewAfterMs }) => reviewAfterMs === null);
  });

  test("learns it at once too when its worker was answered a moment before a press was not", async () => {
    await ask(worker);
    await eventually(web, ({ answeredAt }) => answeredAt !== null);
    await simulator.fault({ ...ONE_PRESS, fault: { kind: "status", status: 500 } });
    await press(web);
    await eventually(web, ({ reviewAfterMs }) => reviewAfterMs !== null);
    await runAskJob();
    expect(await seenBy(web)).toMatchObject({ reviewAfterMs: null });
  });

  test("does not ask while somebody else is being answered", async () => {
    await ask(web);
    await eventually(web, ({ answeredAt }) => answeredAt !== null);
    await simulator.clearRequests();
    await runAskJob();
    expect(await simulator.requests()).toEqual([]);
  });
});

describe("Dwolla's rate limit", () => {
  test("is known to all processes until it ends, and is no silence", async () => {
    await simulator.fault({ ...ONE_CALL, fault: { kind: "rate-limit" } });
    await ask(worker);
    const limited = await eventually(web, ({ state }) => state === "limited");
    const resumesAt = new Date(limited.resumesAt ?? 0);
    expect(resumesAt.getTime()).toBeGreaterThan(Date.now() + 4 * 60_000);
    expect(limited.reviewAfterMs).toBeLessThanOrEqual(5 * 60_000);
    await expect.poll(() => told).toContain("dwolla");

    await web.db.$executeRaw`UPDATE "CallBudget" SET "resumesAt" = now()`;
    expect(await seenBy(web)).toMatchObject({ state: "answers", resumesAt: null });
  });
});

/** A client with the shared budget and the shared knowledge, on a connection of its own, as each process has it. */
async function startProcess(): Promise<DeskProcess> {
  const warnings: string[] = [];
  const warn = (_facts: object, message: string) => void warnings.push(message);
  const own: Database = createDatabaseClient({ url: database.appUrl, maxConnections: 3 });
  const context = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: simulator.url,
    dwolla: {
      limits: IMPATIENT,
      onCall: createReachability({ db: own, warn }),
      budget: createSharedBudget({ db: own, callsPerSecond: 1_000, warn }),
    },
  });
  const close = async () => {
    await context.close();
    await own.$disconnect();
  };
  return { ...context, warnings, close };
}

/** Something that anybody might ask; what came of it is not the caller's concern here. */
async function ask({ dwolla }: DeskProcess): Promise<void> {
  await dwolla.checkCredentials().catch(() => undefined);
}

/** Sent once, whatever comes back. */
async function press({ dwolla }: DeskProcess): Promise<void> {
  const exchangeId = randomUUID() as ExchangeId;
  await dwolla.createReauthSession(exchangeId, { idempotencyKey: randomUUID() }).catch(() => undefined);
}

async function runAskJob(): Promise<void> {
  const run = { isLastAttempt: true, signal: new AbortController().signal, warn: () => undefined };
  await askDwollaJob.handler({ ctx: worker, run });
}

function seenBy({ db }: DeskProcess, now = new Date()): Promise<Reachability> {
  return getReachability(db, now);
}

function later(byMs: number): Date {
  return new Date(Date.now() + byMs);
}

/** A call's news is written after the call. */
async function eventually(process: DeskProcess, is: (seen: Reachability) => boolean): Promise<Reachability> {
  let seen = await seenBy(process);
  await expect
    .poll(
      async () => {
        seen = await seenBy(process);
        return is(seen);
      },
      { timeout: 8_000 },
    )
    .toBe(true);
  return seen;
}
