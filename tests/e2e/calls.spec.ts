import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Role } from "#domain/permissions.ts";
import { createAuthAdapter } from "#platform/auth-adapter.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { startChild } from "../../scripts/child-process.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";
import { NEXT } from "../../scripts/next-build.ts";
import { freePort } from "../../scripts/ports.ts";
import { healthyPlaidExchange } from "../support/healthy-exchange.ts";
import type { WorldAddresses } from "../support/world.ts";
import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("an engineer goes from a link to what was asked about it, sees why, takes it along as curl without the token, and goes back", async ({
  page,
  context,
  simulator,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const exchangeId = await healthyPlaidExchange(simulator);
  await signIn(page, "engineer", `/exchanges/${exchangeId}`);
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByRole("link", { name: "API calls" }).click();
  await page.getByLabel("Path").selectOption("/exchanges/{id}");
  await page.waitForURL(/path=/);
  await page.getByLabel("Cause").selectOption("exchange.checked");
  await page.waitForURL(/act=exchange\.checked/);
  const row = page.getByRole("row", { name: exchangeId.slice(0, 8) }).first();
  await expect(row).toContainText("200");
  await expect(row).toContainText("Engineer Example");

  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/calls/*");
  const panel = page.getByRole("complementary", { name: "GET /exchanges/{id}" });
  await expect(panel.getByText('"status": "active"')).toBeVisible();
  await panel.getByRole("button", { name: "Copy as curl" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`/exchanges/${exchangeId}'`);
  expect(copied).toContain("Bearer $DWOLLA_TOKEN");
  for (const token of await simulator.accessTokens()) expect(copied).not.toContain(token);
  await expectAccessible(page);

  await panel.locator(`a[href="/exchanges/${exchangeId}"]`).first().click();
  await page.waitForURL(`**/exchanges/${exchangeId}`);
  await page.goBack();
  await expect(panel).toBeVisible();
  await page.keyboard.press("Escape");
  await page.waitForURL(/calls\?.*act=exchange\.checked/);
});

test("production without a log of calls has no such page for anybody: the answer is that of an unknown address", async ({
  world,
}) => {
  const desk = await startProduction(world);
  try {
    for (const role of ["compliance", "engineer", "agent"] as const) {
      const cookie = await desk.signIn(role);
      const [unknown, ...answers] = await Promise.all(
        ["/no-such-page", "/calls", "/calls/1", "/sandbox"].map((path) => desk.ask(path, cookie)),
      );
      for (const answer of answers) expect(answer).toEqual(unknown);
      expect(unknown).toEqual({ status: 404, tells: null });
    }
  } finally {
    await desk.stop();
  }
});

/** The built web app as production has it, on the database of this run with logins of its own. */
async function startProduction({ database }: WorldAddresses) {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const login = async (group: string) => {
    const [name, password] = [`production_${randomUUID().slice(0, 8)}`, randomUUID()];
    await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' IN ROLE ${group}`);
    return { name, url: Object.assign(new URL(database.ownerUrl), { username: name, password }).href };
  };
  const [app, auditor] = [await login("reconnect_app"), await login("reconnect_auditor")];
  const port = await freePort();
  const child = startChild({
    name: "production web",
    args: [NEXT, "start", "--port", String(port)],
    env: { ...PRODUCTION, DATABASE_URL: app.url, AUDITOR_DATABASE_URL: auditor.url, PORT: String(port) },
    logFile: `.data/log/test-production-${port}.log`,
  });
  const db = createDatabaseClient({ url: database.appUrl, maxConnections: 2 });
  const webUrl = `http://localhost:${port}`;
  await expect.poll(() => fetch(`${webUrl}/api/health/live`).catch(() => null), { timeout: 30_000 }).not.toBeNull();
  return {
    async ask(path: string, cookie: string) {
      const answer = await fetch(`${webUrl}${path}`, { headers: { cookie, "sec-fetch-dest": "document" } });
      const tells = /"\/calls|Every request to Dwolla|Break and repair|Not for your role/.exec(await answer.text());
      return { status: answer.status, tells: tells?.[0] ?? null };
    },
    async signIn(role: Role): Promise<string> {
      const [id, token, createdAt] = [randomUUID(), randomUUID(), new Date()];
      await db.staffMember.create({ data: { id, email: `${id}@example.test`, name: `Test ${role}`, role, createdAt } });
      const origin = async () => ({ requestId: randomUUID(), ip: null, userAgent: null });
      const adapter = createAuthAdapter({
        db: () => db,
        issuer: "http://issuer.test",
        environment: "simulator",
        origin,
      });
      await adapter.createSession?.({ sessionToken: token, userId: id, expires: createdAt });
      return `__Host-reconnect-desk.session=${token}`;
    },
    async stop(): Promise<void> {
      await child.stop();
      await db.$disconnect();
      for (const { name } of [app, auditor]) await owner.query(`DROP ROLE ${name}`);
      await owner.end();
    },
  };
}

const PRODUCTION = {
  ...exampleEnvironment(),
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  RECONNECT_ENVIRONMENT: "production",
  NEXTAUTH_URL: "https://desk.company.test",
  NEXTAUTH_SECRET: "q7Xz0m1B9kV3tR8sYw2uLp5nDf6hGj4c",
  DWOLLA_API_URL: "https://api.dwolla.com",
  DWOLLA_KEY: "k8sJ2",
  DWOLLA_SECRET: "s9wKq",
  OIDC_ISSUER: "https://login.company.test",
  OIDC_CLIENT_SECRET: "Vb5nM8xC2zL0kJ7hG4fD1sA9qW6eR3tY",
  DWOLLA_WEBHOOK_SECRETS: "9fD2kL7sQ4wE8rT1yU6iO3pA5sD0fG2h",
  WEBHOOK_URL: "https://desk.company.test/api/webhooks/dwolla",
  REAUTH_REDIRECTS: "https://pay.company.test/return",
  DWOLLA_CALL_LOG: "",
};
