import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

test("the whole journey works with the keyboard alone", async ({ page, simulator, world }) => {
  const broken = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid")[1];
  await page.goto("/sign-in");
  await tabTo(page, "Continue with your company account");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.host === new URL(world.identityProviderUrl).host);
  await tabToField(page, "E-mail");
  await page.keyboard.type("agent@example.test");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${world.webUrl}/`);

  // The first key may come before the page listens.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type(broken?.exchangeId ?? "");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1–1 of 1 link")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/exchanges/${broken?.exchangeId}*`);
  await expect(page.getByRole("button", { name: "Create session" })).toBeVisible();
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog")).toBeVisible();
  await tabToField(page, "Reason");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, /^Create session for/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByText("Session created")).toBeVisible();
  await tabTo(page, "Reveal");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Plaid Link token", { exact: true })).toBeVisible();
  await tabTo(page, "Show");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^link-sandbox-/)).toBeVisible();
  await tabTo(page, "Done");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
});

const ENOUGH_TABS = 60;

/** Walks with Tab until the control of that name has the focus, as a person would. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  await walk(page, async () => {
    const named = page.getByRole("button", { name, exact: typeof name === "string" });
    return (await named.count()) > 0 && (await named.first().evaluate((element) => element === document.activeElement));
  });
}

async function tabToField(page: Page, label: string): Promise<void> {
  await walk(page, () =>
    page
      .getByLabel(label)
      .first()
      .evaluate((element) => element === document.activeElement),
  );
}

async function walk(page: Page, hasArrived: () => Promise<boolean>): Promise<void> {
  for (let press = 0; press < ENOUGH_TABS; press += 1) {
    if (await hasArrived()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the control cannot be reached with Tab");
}
