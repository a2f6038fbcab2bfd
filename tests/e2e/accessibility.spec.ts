import { randomUUID } from "node:crypto";
import { keepVerification } from "#features/sandbox-verification/mutations.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { verificationReport } from "../support/verification-report.ts";
import { expect, expectAccessible, type SignIn, signingInOnce, test } from "./fixtures.ts";

const PAGES: [SignIn, string][] = [
  ["agent", "/"],
  ["agent", "/?q=nobody-is-called-this"],
  ["agent", "/?page=abc"],
  ["agent", "/no-such-page"],
  ["agent", "/staff"],
  ["agent", "/audit"],
  ["agent", "/coverage"],
  ["agent", "/coverage/exchanges?confirmed=never"],
  ["compliance", "/"],
  ["compliance", "/audit"],
  ["compliance", "/audit?q=action:staff.*+-outcome:failed+nonsense"],
  ["compliance", "/audit/checkpoints"],
  ["compliance", "/audit/reviews"],
  ["compliance", "/audit/standing"],
  ["compliance", "/audit/standing/refused"],
  ["compliance", "/audit/retention"],
  ["admin", "/staff"],
  ["compliance", "/sandbox"],
  ["engineer", "/sandbox/verification"],
  ["engineer", "/calls?method=POST"],
  ["engineer", "/webhooks"],
  ["compliance", "/coverage/exchanges?confirmed=day"],
];

const signIn = signingInOnce();

for (const [who, path] of PAGES) {
  test(`${path} as ${who} has no violation of WCAG 2.2 AA, light and dark`, async ({ page }) => {
    await signIn(page, who, path);
    await expectAccessible(page);
  });
}

test("the sign-in page has no violation, light and dark", async ({ page }) => {
  await page.goto("/sign-in?error=NotStaff");
  await expectAccessible(page);
});

test("exchange, customer, dialog and audit event have no violation, light and dark", async ({ page, simulator }) => {
  const broken = (await simulator.truth()).broken.find(({ partner }) => partner === "Plaid");
  await signIn(page, "agent", `/exchanges/${broken?.exchangeId}`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create session" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/customers/${broken?.customerId}`);
  await expectAccessible(page);
  await page.goto("/audit");
  for (const part of ["Add a filter", "Choose times", "How to search"])
    await page.locator("summary", { hasText: part }).click();
  await expectAccessible(page);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await page.waitForURL("**/audit/*");
  await expectAccessible(page);
});

test("the report of a verification has no violation, light and dark, and is filtered by verdict", async ({
  page,
  world,
}) => {
  const db = createDatabaseClient({ url: world.database.appUrl, maxConnections: 1 });
  await keepVerification(db, {
    report: verificationReport({ finishedAt: new Date().toISOString() }),
    actor: { type: "system", job: "verify:sandbox" },
    environment: "simulator",
    origin: { requestId: randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
  });
  await db.$disconnect();
  await signIn(page, "engineer", "/sandbox");
  await page.getByRole("link", { name: "Sandbox verification" }).click();
  await expect(page.getByText("answers 403 Forbidden, the simulator 201")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Not provable here 1" }).click();
  await expect(page.getByText("answers 403 Forbidden")).toBeHidden();
  await expect(page.getByText("Dwolla documents no way to break an exchange")).toBeVisible();
});

test("the panel over the list has no violation, light and dark", async ({ page }) => {
  await signIn(page, "agent", "/");
  await page.getByRole("row").nth(1).getByRole("link").click();
  await page.waitForURL("**/exchanges/*");
  await expect(page.getByRole("button", { name: "Create session" })).toBeVisible();
  await expectAccessible(page);
});

test("nothing scrolls sideways at 375 px", async ({ page, simulator }) => {
  const [broken] = (await simulator.truth()).broken;
  await page.setViewportSize({ width: 375, height: 800 });
  await signIn(page, "agent");
  for (const path of ["/", `/exchanges/${broken?.exchangeId}`, `/customers/${broken?.customerId}`, "/audit"]) {
    await page.goto(path);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});
