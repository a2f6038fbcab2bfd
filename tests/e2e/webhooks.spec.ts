import type { Page } from "@playwright/test";
import { healthyPlaidExchange } from "../support/healthy-exchange.ts";
import { countLoads, expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("an engineer sends a test webhook, sees it come, and replays it without changing anything", async ({
  page,
  simulator,
}) => {
  const exchangeId = await healthyPlaidExchange(simulator);
  await signIn(page, "engineer", "/webhooks");
  const loads = countLoads(page);
  await page.getByRole("button", { name: "Send me a test webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Access to a bank ends soon").click();
  await dialog.getByRole("button", { name: "Send webhook" }).click();
  await expect(dialog.getByText(/say of which bank link/)).toBeVisible();
  await dialog.getByRole("textbox", { name: /^Exchange id/ }).fill(exchangeId);
  await dialog.getByRole("button", { name: "Send webhook" }).click();
  await expect(dialog.getByText(/It came, .* after the press/)).toBeVisible();
  await dialog.getByRole("link", { name: "Open event" }).click();

  await expect(page.getByRole("heading", { name: "Access to a bank ends soon" })).toBeVisible();
  await expect(page.getByRole("link", { name: "A repair case was opened" })).toBeVisible();
  await expect(page.getByText('"topic": "customer_exchange_reauth_required"')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Replay…" }).click();
  await expect(dialog.getByText("A replay would change nothing.")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Replay 1 event" }).click();
  await expect(dialog.getByText("Nothing changed.")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("list", { name: "Replays of this event" }).getByRole("listitem")).toHaveCount(1);

  await page.getByRole("button", { name: "Replay…" }).click();
  await expect(dialog.getByText(/left alone, because replayed/i)).toBeVisible();
  await dialog.getByRole("button", { name: "Replay 1 event" }).click();
  await expect(dialog.getByText(/may (be replayed again|begin) in \d/)).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).first().click();
  expect(loads()).toBe(0);
});

test("a replay of a filtered set says its number first, and who only reads is offered none", async ({ page }) => {
  await signIn(page, "engineer", "/webhooks?topic=customer_exchange_reauth_required");
  await expect(page.getByText(/at a public address/)).toBeVisible();
  await page.getByRole("button", { name: /^Replay (these \d+|this one)…$/ }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: /^Replay \d+ events?\?$/ })).toBeVisible();
  await replayAndFindInTrail(page);
  await page.context().clearCookies();
  await signIn(page, "compliance", "/webhooks");
  await expect(page.getByRole("heading", { name: "Events" })).toBeVisible();
  await expect(page.getByRole("button", { name: /Replay|test webhook/ })).toHaveCount(0);
  await expect(page.getByText(/at a public address/)).toHaveCount(0);
});

/** From the press to an event of the set, from there to the trail, and from the trail back to the event. */
async function replayAndFindInTrail(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  // This person may have replayed a moment ago, and then waits.
  await expect(async () => {
    await dialog.getByRole("button", { name: /^Replay \d+ events?$/ }).click();
    await expect(dialog.getByText(/^On record as operation/)).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await dialog.getByRole("button", { name: "Done" }).click();
  // The newest may be one that was replayed a moment ago, and so was left alone.
  await page.getByRole("row").last().getByRole("link").first().click();
  await page.waitForURL(/\/webhooks\/[0-9a-f-]{36}$/);
  const eventPage = new URL(page.url()).pathname;
  await page.getByRole("list", { name: "Replays of this event" }).getByRole("link").first().click();
  await page.waitForURL(/\/audit\?/);
  await page.getByRole("table").locator('a[href^="/audit/"]').first().click();
  await expect(page.getByText(/chosen by topic=customer_exchange_reauth_required/)).toBeVisible();
  await expect(page.getByText("the digest of their ids is the one on record")).toBeVisible();
  const replayed = page.getByRole("list", { name: "Replayed events" });
  await expect(replayed.locator(`a[href="${eventPage}"]`)).toBeVisible();
}
