import type { Page } from "@playwright/test";
import { queryAsOwner } from "../support/owner-query.ts";
import { insertPastEvents } from "../support/past-events.ts";
import { expect, expectAccessible, signIn, test } from "./fixtures.ts";
import { untilPastIsSealed, untilSigned } from "./sealing.ts";

const DAY_MS = 24 * 60 * 60_000;

test("one person draws and decides a review, and only another signs it off", async ({ page, browser, world }) => {
  const [agent] = await queryAsOwner(
    world.database.ownerUrl,
    `SELECT id FROM "StaffMember" WHERE email = 'agent@example.test'`,
  );
  const monthStart = new Date().setUTCDate(1);
  const acts = [1, 2, 3].map((day) => new Date(monthStart - day * DAY_MS).toISOString());
  await insertPastEvents(
    world.database.ownerUrl,
    acts.map((recordedAt) => ({ recordedAt, actorId: String(agent?.id), action: "reauth_session.revealed" })),
  );

  await untilPastIsSealed(world.database.ownerUrl);
  await untilSigned(world.database.ownerUrl);

  await signIn(page, "compliance", "/audit?q=action:reauth_session.revealed");
  await expectOnPaper(page, ["Filter", "action:reauth_session.revealed", "Recorded"]);
  const tabs = page.getByRole("navigation", { name: "Audit" }).getByRole("link");
  await expect(tabs).toHaveText(["Events", "Reviews", "Standing queries", "Checkpoints", "Retention"]);
  await page.getByRole("link", { name: "Reviews" }).click();
  await page.getByRole("link", { name: "New review" }).click();
  await page.getByLabel("Last month").check();
  await page.getByLabel("Size").fill("2");
  await page.getByLabel("Seed").fill("e2e");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Draw sample" }).click();
  await page.waitForURL(/\/audit\/reviews\/[0-9a-f-]{36}$/);
  await expectOnPaper(page, ["Filter", "Acts that change or reveal something", "Recorded", "00:00:00 UTC"]);
  await expect(page.getByText("0 of 2 decided")).toBeVisible();
  await expect(page.getByRole("button", { name: "Hand over" })).toBeDisabled();
  await page.keyboard.press("j");
  await page.keyboard.press("f");
  await expect(page.getByText("1 of 2 decided, no findings")).toBeVisible();
  await page.getByRole("button", { name: "Finding" }).last().click();
  await page.getByLabel("What was found").fill("No ticket.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save finding" }).click();
  await expect(page.getByText("2 of 2 decided, 1 finding")).toBeVisible();
  await page.getByRole("button", { name: "Draw again" }).click();
  await expect(page.getByText("The same 2 of 3 events.")).toBeVisible();
  await page.getByRole("button", { name: "Hand over" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand over" }).click();
  await expect(page.getByText("Compliance Two Example may sign it off or return it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign off" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Fine" })).toHaveCount(0);

  const second = await (await browser.newContext()).newPage();
  await signIn(second, "compliance2@example.test", new URL(page.url()).pathname);
  await expect(second.getByText("No ticket.")).toBeVisible();
  await second.getByRole("button", { name: "Sign off" }).click();
  await second.getByRole("dialog").getByRole("button", { name: "Sign off" }).click();
  await expect(second.getByText(/^Signed off by Compliance Two Example/)).toBeVisible();
  const [file] = await Promise.all([
    second.waitForEvent("download"),
    second.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^review_.*\.csv$/);
  await second.goto("/audit/standing/exports");
  await expect(second.getByText("findings 1, items 2")).toBeVisible();
  await expectOnPaper(second, ["Filter", "Exports", "Recorded", "Shown"]);
  await second.context().close();

  await page.goto("/audit/reviews/new");
  await page.getByLabel("Last month").check();
  await page.getByLabel("Seed").fill("e2e-again");
  await page.getByRole("button", { name: "Draw sample" }).click();
  await page.getByRole("button", { name: "Abandon review" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why is it abandoned?").fill("Drawn twice.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Abandon review" }).click();
  await expect(page.getByText(/^Abandoned by Compliance/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Abandon review" })).toHaveCount(0);
});

/** Printed from a dark screen: what it is, by whom and when, which checkpoint, and nothing to press. */
async function expectOnPaper(page: Page, facts: string[]): Promise<void> {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const head = page.locator("[data-print-head]");
  await expect(head).toBeVisible();
  for (const fact of facts) await expect(head).toContainText(fact);
  await expect(head).toContainText(/by Compliance (Two )?Example on .+ UTC/);
  await expect(head).toContainText(/newest, of [\d,]+ events, root [\w+/]{43}=/);
  await expect(page.locator(":is(nav a, button, input, select, header.rail):visible")).toHaveCount(0);
  const { background, pageRules } = await page.evaluate(() => ({
    background: getComputedStyle(document.documentElement).backgroundColor,
    pageRules: [...document.styleSheets].flatMap(({ cssRules }) =>
      [...cssRules].filter((rule) => rule instanceof CSSPageRule).map(({ cssText }) => cssText),
    ),
  }));
  expect(background).toBe("rgb(255, 255, 255)");
  // What a PDF says is compressed glyphs, so the rule stands for its page numbers.
  expect(pageRules.join()).toContain('content: "Page " counter(page) " of " counter(pages)');
  await page.emulateMedia({ media: null, colorScheme: null });
}
