import type { Page } from "@playwright/test";
import { countLoads, expect, expectAccessible, signIn, test } from "./fixtures.ts";

const SMALL = { width: 375, height: 800 };
const WHAT_HAPPENED = "What happened, newest first";
const KEPT = "kept-from-the-lab";

// What an engineer does who follows only what the screen says, from nothing to a scenario.
test("an engineer makes a customer, breaks the link, sees it found and repaired, and keeps the run", async ({
  page,
}) => {
  // The run takes its time, and so does its replay.
  test.setTimeout(150_000);
  await signIn(page, "engineer", "/sandbox");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make one with Plaid" }).click();
  await page.waitForURL(/\/sandbox\?exchange=/);
  const lab = page.url();
  const next = page.getByRole("region", { name: "Next" });
  await expect(next).toContainText("Break it now, or check it first");

  await page.getByRole("radio", { name: /^The password changed at the bank/ }).check();
  await page.getByRole("region", { name: "Break it" }).getByRole("button", { name: "Break it" }).click();
  await expect(next).toContainText("Broken, and the desk does not know yet");

  await next.getByRole("button", { name: "Check now" }).click();
  await expect(next).toContainText("The desk is right");
  await next.getByRole("link", { name: "Create session" }).click();
  await createAndReveal(page);
  await page.getByRole("button", { name: "Close panel" }).click();
  await expect(page).toHaveURL(lab);
  await expect(next).toContainText("Be the customer");

  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(next).toContainText("It works again at the bank");
  await next.getByRole("button", { name: "Check now" }).click();
  await expect(next).toContainText("Broken, found, repaired and proven");
  const happened = page.getByRole("list", { name: WHAT_HAPPENED });
  for (const what of ["The password changed at the bank", "Repair case opened", "The customer signs in"])
    await expect(happened.getByText(what)).toBeVisible();

  await page.getByLabel("Name of the scenario").fill("kept by hand");
  await page.getByRole("button", { name: "Show the scenario" }).click();
  await expect(page.getByText("Small letters, digits and hyphens")).toBeVisible();
  await page.getByLabel("Name of the scenario").fill("lost-webhook");
  await page.getByRole("button", { name: "Show the scenario" }).click();
  const told = page.getByRole("region", { name: "The scenario" });
  await expect(told).toContainText('"do": "break"');
  await expect(told).toContainText('"do": "reveal"');
  await page.getByRole("button", { name: "Keep it as a file" }).click();
  await expect(page.getByText("There is a scenario of this name already.")).toBeVisible();
  await page.getByLabel("Name of the scenario").fill(KEPT);
  await page.getByRole("button", { name: "Keep it as a file" }).click();
  await expect(page.getByText(`${KEPT}.json`)).toBeVisible();
  await expectAccessible(page);
  for (const size of [SMALL, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    await page.getByRole("button", { name: "Keep it as a file" }).scrollIntoViewIfNeeded();
    await expect(next).toBeInViewport({ ratio: 1 });
  }
  await followSession(page);
  await page.goto("/sandbox/scenarios");
  await page.getByRole("row").filter({ hasText: KEPT }).getByRole("link").click();
  await page.getByRole("button", { name: "Play it here" }).click();
  await expect(page.getByText("Passed").first()).toBeVisible({ timeout: 60_000 });
});

test("a session is created over the lab, also after a press without a reason, and the lab stays under it", async ({
  page,
}) => {
  await signIn(page, "engineer", "/sandbox");
  await page.getByRole("button", { name: "Make one with Plaid" }).click();
  await page.waitForURL(/\/sandbox\?exchange=/);
  const lab = page.url();
  const next = page.getByRole("region", { name: "Next" });
  await page.getByRole("radio", { name: /^The password changed at the bank/ }).check();
  await page.getByRole("region", { name: "Break it" }).getByRole("button", { name: "Break it" }).click();
  await next.getByRole("button", { name: "Check now" }).click();
  await next.getByRole("link", { name: "Create session" }).click();
  const loads = countLoads(page);
  const dialog = page.getByRole("dialog");
  const create = dialog.getByRole("button", { name: /^Create session for/ });
  await create.click();
  // The lab reads itself again meanwhile, more than once.
  for (const _reading of [1, 2, 3]) await page.waitForResponse((response) => response.url().includes("_rsc="));
  await dialog.getByLabel("Reason").selectOption({ index: 1 });
  await create.click();
  await expect(dialog.getByText("Session created")).toBeVisible();
  await dialog.getByRole("button", { name: "Not now" }).click();
  await expect(next).toContainText("A session is there");
  await expect(page.getByRole("button", { name: "Close panel" })).toBeVisible();
  expect(loads()).toBe(0);
  await page.getByRole("button", { name: "Close panel" }).click();
  await expect(page).toHaveURL(lab);
});

/** From the line to the call that made the session, its id, and who caused it. */
async function followSession(page: Page): Promise<void> {
  const happened = page.getByRole("list", { name: WHAT_HAPPENED });
  const row = happened.getByRole("listitem").filter({ hasText: "POST /exchanges/{id}/exchange-sessions" });
  await expect(row.getByRole("link", { name: "Engineer Example: Asked for a re-auth session" })).toBeVisible();
  await row.getByRole("link", { name: "POST /exchanges/{id}/exchange-sessions" }).click();
  const panel = page.getByRole("complementary", { name: "POST /exchanges/{id}/exchange-sessions" });
  await expect(panel.getByText(/^\/exchange-sessions\/[0-9a-f-]{36}$/)).toBeVisible();
  await expect(panel.getByRole("button", { name: "Copy id in the Location" })).toBeVisible();
  await expectAccessible(page);
  await panel.getByRole("link", { name: "All calls about it" }).click();
  await page.waitForURL(/\/calls\?q=/);
  await expect(page.getByRole("row", { name: /POST .*exchange-sessions/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /GET \/exchange-sessions/ })).toBeVisible();
}

test("a scenario is played from the page, step by step, and what it did can be followed", async ({ page }) => {
  await signIn(page, "engineer", "/sandbox/scenarios");
  await page.getByRole("row").filter({ hasText: "lost-webhook" }).getByRole("link").click();
  await page.getByRole("button", { name: "Play it here" }).click();
  await expect(page.getByText("Passed").first()).toBeVisible({ timeout: 45_000 });
  await expectAccessible(page);
  await page.getByRole("link", { name: "Everything that happened to its link" }).click();
  const happened = page.getByRole("list", { name: WHAT_HAPPENED });
  await expect(happened.getByText("A catch-up reads the event")).toBeVisible();
  await page.setViewportSize(SMALL);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});

async function createAndReveal(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").selectOption({ index: 1 });
  await dialog.getByRole("button", { name: /^Create session for/ }).click();
  await dialog.getByRole("button", { name: "Reveal" }).click();
  await expect(dialog.getByText("Plaid Link token", { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
}
