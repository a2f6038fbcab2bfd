import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { queryAsOwner } from "../support/owner-query.ts";
import { expect, expectAccessible, signIn, test } from "./fixtures.ts";
import { untilSigned } from "./sealing.ts";

test.describe("the main job", () => {
  test("an agent finds a broken link, generates a session, reveals and copies it; compliance finds all three acts", async ({
    browser,
    simulator,
  }) => {
    const broken = (await simulator.truth()).broken.find(
      ({ partner, cause }) => partner === "Plaid" && cause === "UpdateCredentials",
    );
    if (!broken) throw new Error("the world holds no broken Plaid exchange");
    const ticket = `T-${Date.now()}`;

    const desk = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await desk.newPage();
    await signIn(page, "agent");
    await page.getByRole("searchbox").fill(broken.exchangeId);
    await page.keyboard.press("Enter");
    await expect(page.getByText("1–1 of 1 link")).toBeVisible();
    await page.getByRole("row").nth(1).getByRole("link").click();
    await page.waitForURL(`**/exchanges/${broken.exchangeId}*`);
    await page.getByRole("button", { name: "Create session" }).click();

    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").selectOption({ index: 1 });
    await dialog.getByLabel("Ticket").fill(ticket);
    await dialog.getByRole("button", { name: /^Create session for/ }).click();
    await expect(dialog.getByText("Session created")).toBeVisible();
    await dialog.getByRole("button", { name: "Reveal" }).click();
    await expect(dialog.getByText("Plaid Link token", { exact: true })).toBeVisible();

    const issued = await simulator.secrets();
    const token = issued.find((secret) => secret.startsWith("link-sandbox-")) ?? "";
    expect(await page.content()).not.toContain(token);
    await dialog.getByRole("button", { name: /copy token/i }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(issued).toContain(copied);
    await dialog.getByRole("button", { name: "Show" }).click();
    await expect(dialog.getByText(copied)).toBeVisible();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
    expect(await page.content()).not.toContain(copied);
    await page.reload();
    expect(await page.content()).not.toContain(copied);
    await expect(page.getByText(ticket)).toBeVisible();
    await desk.close();

    const office = await browser.newContext();
    const review = await office.newPage();
    await signIn(review, "compliance", `/audit?q=ticket:${ticket}`);
    await review.getByRole("row").nth(1).getByRole("link").first().click();
    await expect(review.getByRole("heading", { level: 1 })).toBeVisible();
    for (const act of [
      "Asked Dwolla for a re-auth session",
      "Dwolla made the session",
      "The session was shown, once",
    ]) {
      await expect(review.getByText(act).first()).toBeVisible();
    }
    expect(await review.content()).not.toContain(copied);
    await office.close();
  });

  test("what was revealed from a session that waits stays until it is put away, whatever the page behind it learns", async ({
    page,
    simulator,
    world,
  }) => {
    // Not the newest, which the break lab made, nor the first two, which others help.
    const broken = (await simulator.truth()).broken.filter(
      ({ partner, cause }) => partner === "Plaid" && cause === "UpdateCredentials",
    )[2];
    await signIn(page, "agent", `/exchanges/${broken?.exchangeId}`);
    await page.getByRole("button", { name: "Create session" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").selectOption({ index: 1 });
    await dialog.getByRole("button", { name: /^Create session for/ }).click();
    await dialog.getByRole("button", { name: "Not now" }).click();
    await expect(
      page.getByText("Agent Example created a session a moment ago. Another is refused until"),
    ).toBeVisible();
    await expect(dialog).toBeHidden();
    await page.getByRole("button", { name: "Reveal" }).click();
    await dialog.getByRole("button", { name: "Reveal" }).click();
    await expect(dialog.getByText("Plaid Link token", { exact: true })).toBeVisible();
    // As when anything at all changes on the desk.
    await queryAsOwner(world.database.ownerUrl, "SELECT pg_notify('reconnect_desk_changes', 'desk')");
    await expect(page.getByText("Shown once, to Agent Example")).toBeVisible({ timeout: 15_000 });
    await expect(dialog.getByRole("button", { name: /copy token/i })).toBeVisible();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();
  });

  test("the list equals the truth: none missing, no healthy one listed", async ({ page, simulator }) => {
    await signIn(page, "agent");
    const listed: string[] = [];
    for (;;) {
      await page.getByRole("navigation", { name: "Pages of the list" }).waitFor();
      const hrefs = await page
        .locator("tr[data-row-href]")
        .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-row-href")));
      listed.push(...hrefs.map((href) => href?.split("/").at(-1) ?? ""));
      const next = page.getByRole("link", { name: "Next page" });
      if ((await next.count()) === 0) break;
      const address = await next.getAttribute("href");
      await page.goto(address ?? "/");
    }
    const { broken, warned } = await simulator.truth();
    expect(listed.sort()).toEqual([...broken, ...warned].map(({ exchangeId }) => exchangeId).sort());
  });

  test("compliance chooses a filter, and takes what it leaves home as CSV", async ({ page }) => {
    await signIn(page, "compliance", "/audit");
    await page.locator("summary", { hasText: "Add a filter" }).click();
    await page.getByLabel("Filter by").selectOption("action");
    await page.getByLabel("Value").selectOption("staff.signed_in");
    await page.getByRole("button", { name: "Add filter" }).click();
    await page.waitForURL(/\/audit\?q=action%3Astaff\.signed_in$/);
    const rows = page.locator("tr[data-row-href]");
    await expect(rows.filter({ hasNotText: "staff.signed_in" })).toHaveCount(0);
    await expect(rows.first()).toBeVisible();
    await expect(page.getByRole("link", { name: "Export JSONL" })).toHaveAttribute("href", /[?&]format=jsonl/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: /csv/i }).click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    expect(download.suggestedFilename()).toMatch(/^audit-copy_.*_utc\.csv$/);
    expect(text).toContain("staff.signed_in");
    expect(text).not.toContain("audit.viewed");
  });

  test("compliance takes evidence home, and another machine proves it without this desk", async ({
    page,
    world,
  }, testInfo) => {
    await untilSigned(world.database.ownerUrl);
    await signIn(page, "compliance", "/audit");
    await page.getByRole("button", { name: "Export evidence" }).click();
    await expectAccessible(page);
    const bundle = testInfo.outputPath("bundle.zip");
    await saveDownload(page, page.getByRole("link", { name: "Download bundle" }), bundle);

    await page.getByRole("link", { name: "Checkpoints and key" }).click();
    await expect(page.getByText("At work")).toBeVisible();
    await expect(page.getByText("Signed, and of this trail").first()).toBeVisible();
    await saveDownload(page, page.getByRole("link", { name: "Download audit.pub" }), testInfo.outputPath("audit.pub"));
    const checkpoint = testInfo.outputPath("checkpoint.txt");
    await saveDownload(page, page.getByRole("link", { name: /Download the checkpoint/ }).last(), checkpoint);
    const args = ["scripts/audit-verify.mjs", bundle, "--key", testInfo.outputPath("audit.pub"), "--since", checkpoint];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stdout).toContain("PROVEN");
    expect(status).toBe(0);

    await page.goto("/audit?q=action:audit.exported");
    await page.getByRole("row").last().getByRole("link").first().click();
    await expect(page.getByText("Leads to the signed root")).toBeVisible();
    await expect(page.getByText("Not valid")).toHaveCount(0);
  });
});

async function saveDownload(page: Page, link: Locator, path: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  await download.saveAs(path);
}
