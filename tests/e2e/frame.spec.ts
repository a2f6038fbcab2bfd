import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./fixtures.ts";

test("while a panel is open, the rail marks the page under it; its full page belongs to the worklist", async ({
  page,
}) => {
  await signIn(page, "agent", "/coverage/exchanges");
  await page.locator("tr[data-row-href]").first().click();
  await page.waitForURL(/\/exchanges\//);
  await expect(page.getByRole("complementary").filter({ has: page.getByRole("heading", { level: 2 }) })).toBeVisible();
  await expect(currentPage(page)).toHaveText("Coverage");
  await page.getByRole("link", { name: "Open as a full page" }).click();
  await expect(page.getByRole("link", { name: "Open as a full page" })).toHaveCount(0);
  await expect(currentPage(page)).toHaveText("Worklist");
});

test("a page opens at its top, and the one before is where it was left", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 400 });
  await signIn(page, "agent", "/coverage/exchanges");
  await page.locator("tr[data-row-href]").last().scrollIntoViewIfNeeded();
  const left = await scrolledTo(page);
  expect(left).toBeGreaterThan(200);
  for (const name of ["Worklist", "Audit", "Coverage"]) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect.poll(() => scrolledTo(page)).toBe(0);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  }
  for (const _page of ["Audit", "Worklist", "Coverage"]) await page.goBack();
  await expect.poll(() => scrolledTo(page)).toBe(left);
});

test("a page that was left for a part of itself does not take its place along", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 400 });
  await signIn(page, "engineer", "/sandbox");
  await page.getByRole("button", { name: "Make one with Plaid" }).click();
  const next = page.getByRole("region", { name: "Next" });
  // The lab reads itself again all the time, also while it is moved to its part.
  await next.getByRole("link", { name: "Break it" }).click();
  await expect.poll(() => scrolledTo(page)).toBeGreaterThan(0);
  await page.waitForRequest((request) => request.url().includes("_rsc="));
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Calls" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/calls/i);
  await expect.poll(() => scrolledTo(page)).toBe(0);
});

function currentPage(page: Page) {
  return page.getByRole("navigation", { name: "Pages" }).locator('[aria-current="page"]');
}

function scrolledTo(page: Page): Promise<number> {
  return page.evaluate(() => Math.round(window.scrollY));
}
