import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exampleEnvironment, localEnvironment } from "../../scripts/local-environment.ts";
import { auditRows } from "../support/audit-rows.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;

beforeEach(async () => {
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 5 })]);
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });
});

afterEach(async () => {
  await ctx.close();
  await Promise.all([database.drop(), simulator.stop()]);
});

test("the words create, show, pause, resume, redeliver and delete do it, on record as the command line", async () => {
  expect(await run("show")).toMatchObject({ code: 1, out: expect.stringContaining("missing") });
  expect(await run("create")).toEqual({ code: 0, out: "Created.\n", error: "" });
  expect(await run("create")).toMatchObject({ code: 1, error: expect.stringContaining("already") });
  expect(await run("show")).toMatchObject({ code: 0, out: expect.stringContaining("listening") });
  expect(await run("pause")).toMatchObject({ code: 0 });
  expect(await ctx.dwolla.listWebhookSubscriptions()).toMatchObject([{ paused: true }]);
  expect(await run("redeliver")).toMatchObject({ code: 1, error: expect.stringContaining("Resume it first") });
  expect(await run("resume")).toMatchObject({ code: 0 });
  expect(await run("redeliver")).toMatchObject({ code: 0, out: expect.stringContaining("No webhook is missing") });
  expect(await run("delete")).toMatchObject({ code: 0 });
  expect(await ctx.dwolla.listWebhookSubscriptions()).toEqual([]);
  const rows = await auditRows(database.auditorUrl);
  expect(new Set(rows.map(({ actor_id }) => actor_id))).toEqual(new Set(["command line"]));
  expect(rows.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(5);
}, 120_000);

test("failure is said in words, with an exit code, and without a secret", async () => {
  expect(await run("begin")).toMatchObject({ code: 2, error: expect.stringContaining("npm run webhooks -- show") });
  expect(await run("delete")).toMatchObject({ code: 1, error: expect.stringContaining("no such subscription") });
  await simulator.outage("down");
  const failed = await run("create");
  expect(failed).toMatchObject({ code: 1, error: expect.stringContaining("Dwolla is not answering") });
  expect(JSON.stringify(failed)).not.toContain(exampleEnvironment().DWOLLA_WEBHOOK_SECRETS);
  const away = await run("create", { DATABASE_URL: "postgresql://nobody:x@127.0.0.1:1/nothing" });
  expect(away).toMatchObject({ code: 1, error: expect.stringContaining("database does not answer") });
}, 120_000);

async function run(word: string, changed: Record<string, string> = {}) {
  const ports = { web: 3000, simulator: Number(new URL(simulator.url).port), identityProvider: 4020 };
  const ours: Record<string, string> = { ...localEnvironment(ports, database), NODE_ENV: "production", ...changed };
  const args = ["--import", "tsx", "--conditions=react-server", "scripts/webhooks.ts", word];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...ours }, stdio: ["ignore", "pipe", "pipe"] });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { code, out, error };
}
