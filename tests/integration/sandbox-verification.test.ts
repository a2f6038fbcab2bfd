import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getLatestVerification } from "#features/sandbox-verification/data.ts";
import { keepVerification } from "#features/sandbox-verification/mutations.ts";
import { verificationReportSchema } from "#features/sandbox-verification/schema.ts";
import { RUN_TYPESCRIPT } from "../../scripts/child-process.ts";
import { auditRows } from "../support/audit-rows.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { verificationReport } from "../support/verification-report.ts";

let database: TestDatabase;
let ctx: TestContext;
const folder = mkdtempSync(join(tmpdir(), "verify-sandbox-"));
const file = join(folder, "report.json");

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await ctx.close();
  await database.drop();
});

test("the command without credentials says first that it asks a simulator, finds no difference, and puts its report on the page and on record", async () => {
  expect(await getLatestVerification(ctx.db)).toBeNull();
  const { code, out, error } = await run({ DATABASE_URL: database.appUrl });
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out.split("\n")[0]).toMatch(
    /^No DWOLLA_KEY and DWOLLA_SECRET: this asks a simulator of its own .* proves nothing/,
  );
  expect(out).toContain(" 0 differ, 0 not provable here; 0 of 8 open questions settled.");
  expect(out).toContain("and on /sandbox/verification");
  const report = verificationReportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  expect(await getLatestVerification(ctx.db)).toEqual(report);
  const rows = await auditRows(database.auditorUrl);
  expect(rows).toMatchObject([{ action: "sandbox.verified", actor_id: "verify:sandbox", outcome: "succeeded" }]);
}, 120_000);

test("the command refuses production with exit code 2, and names the variable without its value", async () => {
  const credentials = { DWOLLA_KEY: "canary-key", DWOLLA_SECRET: "canary-secret" };
  const { code, out, error } = await run({ ...credentials, DWOLLA_API_URL: "https://api.dwolla.com" });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(/^DWOLLA_API_URL: /);
  expect(error).not.toContain("canary");
}, 60_000);

test("the latest reports are kept and shown, and none that holds what no report may", async () => {
  for (let day = 1; day <= 22; day += 1) {
    const finishedAt = `2027-01-${String(day).padStart(2, "0")}T10:00:00.000Z`;
    await keepVerification(ctx.db, { ...ctx, report: verificationReport({ finishedAt }) });
  }
  expect((await getLatestVerification(ctx.db))?.finishedAt).toBe("2027-01-22T10:00:00.000Z");
  expect(await ctx.db.sandboxVerification.count()).toBe(20);
  const odd = { ...verificationReport(), steps: [{ answer: "link-sandbox-1" }] } as never;
  await expect(keepVerification(ctx.db, { ...ctx, report: odd })).rejects.toThrow();
  expect(await ctx.db.sandboxVerification.count()).toBe(20);
});

async function run(changed: Record<string, string>) {
  const { DWOLLA_KEY: _, DWOLLA_SECRET: __, DWOLLA_API_URL: ___, ...others } = process.env;
  const args = [...RUN_TYPESCRIPT, "scripts/verify-sandbox.ts", "--json", file];
  const env = { ...others, RECONNECT_ENVIRONMENT: "simulator", ...changed };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { code, out, error };
}
