import type { Page } from "@playwright/test";
import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("compliance sees whose link it is, and who looked, only for a purpose that is then in the customer's trail", async ({
  page,
  simulator,
}) => {
  const [broken] = (await simulator.truth()).broken;
  await signIn(page, "compliance", `/customers/${broken?.customerId}`);
  const purpose = "A complaint or a dispute about this customer is being looked into.";
  await reveal(page, purpose);
  await expect(page.getByText("Shown for this view only")).toBeVisible();
  await expect(page.getByText(/^[a-z0-9.+]{3,}@example\.test$/)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText("Name and e-mail are masked for your role")).toBeVisible();
  expect(await page.content()).not.toMatch(/[a-z0-9.]{3,}@example\.test/);

  await page.getByRole("link", { name: "Audit trail" }).click();
  await page.waitForURL(/\/audit\?q=customer/);
  const look = page.getByRole("row", { name: "customer.personal_data_revealed" }).first();
  await look.getByRole("link").first().click();
  await page.waitForURL("**/audit/*");
  await expect(page.getByText(purpose).first()).toBeVisible();
  await expect(page.getByText("hidden", { exact: true })).toHaveCount(3);
  await reveal(page, "A suspected misuse of an account is being looked into.");
  await expect(page.getByText("compliance@example.test")).toBeVisible();
  await expect(page.getByText("fits the sealed commitment")).toHaveCount(3);
  await page.locator(`a[href="/customers/${broken?.customerId}"]`).first().click();
  await expect(page.getByText("Name and e-mail are masked for your role")).toBeVisible();
});

async function reveal(page: Page, purpose: string): Promise<void> {
  await page.getByRole("button", { name: "Reveal" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Purpose").selectOption(purpose);
  await dialog.getByRole("button", { name: "Reveal" }).click();
  await expect(dialog).toBeHidden();
}
