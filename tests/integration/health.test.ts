import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getDwollaState, getReadiness } from "#features/health/data.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sweepAll } from "../support/jobs.ts";
import { startTestSimulator } from "../support/simulator.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

let database: TestDatabase;
let simulator: Awaited<ReturnType<typeof startTestSimulator>>;
let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
let ctx: TestContext;

beforeAll(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 5 })]);
  proxy = await startTcpProxy(database.appUrl);
  ctx = await testContext({ appUrl: proxy.url, simulatorUrl: simulator.url });
});

afterAll(async () => {
  await ctx.close();
  await Promise.all([proxy.stop(), simulator.stop()]);
  await database.drop();
});

describe("readiness", () => {
  it("is ready with its database, all migrations and good credentials, and tells of the last sweep", async () => {
    await sweepAll({ appUrl: database.appUrl, ctx });
    const readiness = await getReadiness(ctx.db, getDwollaState(ctx.dwolla));
    expect(readiness).toMatchObject({ status: "ready", database: "ok", migrations: "ok", dwolla: "ok" });
    expect(readiness.lastSweep).toMatchObject({ state: "finished", customersRead: 5 });
  });

  it("is degraded, not down, when Dwolla refuses the credentials or does not answer", async () => {
    await simulator.fault({ path: "/", times: 9, fault: { kind: "status", status: 403 } });
    expect(await getDwollaState(ctx.dwolla)).toBe("refused");
    await simulator.clearFaults();
    await simulator.fault({ path: "/", times: 9, fault: { kind: "reset" } });
    expect(await getDwollaState(ctx.dwolla)).toBe("unreachable");
    await simulator.clearFaults();
    expect((await getReadiness(ctx.db, Promise.resolve("unreachable"))).status).toBe("degraded");
  });

  it("is down while the database does not answer, and ready again after it returned", async () => {
    proxy.cut();
    expect(await getReadiness(ctx.db, Promise.resolve("ok"))).toMatchObject({
      status: "down",
      database: "unreachable",
    });
    proxy.mend();
    expect((await getReadiness(ctx.db, Promise.resolve("ok"))).status).toBe("ready");
  });
});
