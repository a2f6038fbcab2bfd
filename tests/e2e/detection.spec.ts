import { healthyPlaidExchange } from "../support/healthy-exchange.ts";
import { countLoads, expect, signIn, test } from "./fixtures.ts";

/** Far less than the next sweep, catch-up or renewal of the stream: only a webhook is so fast. `npm run bench -- webhook` measures how fast. */
const SEEN_WITHIN_MS = 5_000;
/** The first probe follows the customer's return within seconds, and the next ones with growing pauses. */
const PROVEN_WITHIN_MS = 60_000;

test("a break shows in an open list as soon as its webhook has come, without reload", async ({ page, simulator }) => {
  const exchangeId = await healthyPlaidExchange(simulator);
  await signIn(page, "agent");
  const isFollowing = page.waitForResponse((response) => response.url().endsWith("/api/changes"));
  await page.goto(`/?q=${exchangeId}`);
  await isFollowing;
  await expect(page.locator("tr[data-row-href]")).toHaveCount(0);
  const loads = countLoads(page);
  await simulator.break(exchangeId, "warned");
  await expect(page.locator("tr[data-row-href]")).toHaveCount(1, { timeout: SEEN_WITHIN_MS });
  expect(loads()).toBe(0);
});

test("a customer who finishes at the bank is verified by a probe, with its evidence, while nobody presses anything", async ({
  page,
  context,
  simulator,
}) => {
  test.setTimeout(2 * PROVEN_WITHIN_MS);
  const broken = (await simulator.truth()).broken.find(
    ({ partner, cause }) => partner === "MX" && cause === "UpdateCredentials",
  );
  if (!broken) throw new Error("the world holds no broken MX exchange");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page, "agent", `/exchanges/${broken.exchangeId}`);
  await page.getByRole("button", { name: "Create session" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").selectOption({ index: 1 });
  await dialog.getByRole("button", { name: /^Create session for/ }).click();
  await dialog.getByRole("button", { name: "Reveal" }).click();
  await dialog.getByRole("button", { name: /copy address/i }).click();
  const bankPage = await page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole("button", { name: "Done" }).click();

  const loads = countLoads(page);
  const atTheBank = await context.newPage();
  await atTheBank.goto(bankPage);
  await atTheBank.getByRole("button", { name: "Sign in and connect" }).click();
  await atTheBank.close();

  await expect(page.getByText("Healthy").first()).toBeVisible({ timeout: PROVEN_WITHIN_MS });
  await expect(page.getByText(/verified/i).first()).toBeVisible();
  expect(loads()).toBe(0);
});
