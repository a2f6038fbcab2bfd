import { healthyPlaidExchange } from "../support/healthy-exchange.ts";
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

test("an engineer goes from a session to its calls, to one of them, and back to the session among the others", async ({
  page,
  simulator,
}) => {
  // Others help the first three, and the last.
  const broken = (await simulator.truth()).broken.filter(
    ({ partner, cause }) => partner === "Plaid" && cause === "UpdateCredentials",
  )[3];
  await signIn(page, "engineer", `/exchanges/${broken?.exchangeId}`);
  await page.getByRole("button", { name: "Create session" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").selectOption({ index: 1 });
  await dialog.getByRole("button", { name: /^Create session for/ }).click();
  await dialog.getByRole("button", { name: "Not now" }).click();
  await page.getByRole("link", { name: "Its API calls" }).click();
  await page.waitForURL(/\/calls\?q=/);
  const sessionId = new URL(page.url()).searchParams.get("q");
  await page.getByRole("row", { name: "POST" }).getByRole("link").first().click();
  await page.waitForURL("**/calls/*");
  const panel = page.getByRole("complementary", { name: "POST /exchanges/{id}/exchange-sessions" });
  await panel.locator(`a[href="/exchanges/${broken?.exchangeId}#session-${sessionId}"]`).click();
  const session = page.locator("li:target");
  await expect(session).toHaveId(`session-${sessionId}`);
  await expect(session).toBeInViewport();
  await expectAccessible(page);
});
