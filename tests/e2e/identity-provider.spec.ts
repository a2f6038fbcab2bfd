import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

test("the local sign-in page is usable by everybody, also with a refused address", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with your company account" }).click();
  await expect(page.getByRole("heading", { name: "Local sign-in" })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("E-mail").fill("somebody@elsewhere.test");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("@example.test");
  await expectAccessible(page);
});

test("one of the five addresses fills the field and signs in", async ({ page, world }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with your company account" }).click();
  await page.getByRole("button", { name: "lead@example.test" }).click();
  await expect(page.getByLabel("E-mail")).toHaveValue("lead@example.test");

  await page.getByRole("button", { name: "Sign in" }).click();

  await expect(page).toHaveURL(`${world.webUrl}/`);
  await expect(page.getByText("Lead Example").first()).toBeVisible();
});

test("a stranger whom the provider knows stays outside", async ({ page }) => {
  await signIn(page, "stranger@example.test");

  await expect(page.getByText("You are not on the staff list")).toBeVisible();
});

test("a second person signs in with the browser of the first, who signed out", async ({ page }) => {
  await signIn(page, "agent");
  await page.getByRole("button", { name: /Agent Example/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.goto("/");
  await expect(page).toHaveURL(/sign-in/);

  await signIn(page, "lead");

  await expect(page.getByText("Lead Example").first()).toBeVisible();
});
