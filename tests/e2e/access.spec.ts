import { expect, signIn, signingInOnce, test, walkSignIn } from "./fixtures.ts";

const signInAs = signingInOnce();

test.describe("people and rights", () => {
  test("an agent is refused the staff page, is told who may, and the refusal is on record", async ({
    page,
    browser,
  }) => {
    await signIn(page, "agent", "/staff");
    await expect(page.getByRole("heading", { name: "Not for your role" })).toBeVisible();
    await expect(page.getByText("compliance and admin may.")).toBeVisible();
    const review = await (await browser.newContext()).newPage();
    await signIn(review, "compliance", "/audit?q=action:page.refused");
    await expect(review.getByText("staff:read").first()).toBeVisible();
    await review.context().close();
  });

  test("somebody who is not on the staff list does not get in", async ({ page }) => {
    await signIn(page, "stranger@example.test");
    await expect(page.getByText("You are not on the staff list")).toBeVisible();
    await page.goto("/");
    await expect(page).toHaveURL(/sign-in/);
  });

  test("a changed role counts on the person's next request, without signing in again", async ({ browser, page }) => {
    const worker = await (await browser.newContext()).newPage();
    await signIn(worker, "lead");
    await expect(worker.getByRole("heading", { name: "Worklist" })).toBeVisible();
    await signIn(page, "admin", "/staff");
    await changeRole(page, "Lead Example", "compliance");
    await worker.goto("/staff");
    await expect(worker.getByRole("heading", { name: "Staff" })).toBeVisible();
    await changeRole(page, "Lead Example", "lead");
    await worker.goto("/staff");
    await expect(worker.getByRole("heading", { name: "Not for your role" })).toBeVisible();
    await worker.context().close();
  });

  test("compliance sees that somebody is there, not who", async ({ page, simulator }) => {
    await signIn(page, "compliance");
    await expect(page.getByText("••••").first()).toBeVisible();
    const [broken] = (await simulator.truth()).broken;
    await page.goto(`/exchanges/${broken?.exchangeId}`);
    expect(await page.content()).not.toMatch(/[a-z0-9.]{3,}@example\.test/);
  });

  for (const path of [
    "/",
    "/audit",
    "/coverage",
    "/webhooks",
    "/staff",
    "/sandbox",
    "/exchanges/036c8a60-fa45-45d4-8f5d-181d348c6ec8",
  ]) {
    test(`nobody who is signed out sees ${path}`, async ({ page }) => {
      await page.goto(path);
      await expect(page).toHaveURL(/sign-in/);
    });
  }

  for (const [who, path] of [
    ["compliance", "/audit?q=action%3Apage.refused+-actor%3A%22Lead+Example%22"],
    ["agent", "/exchanges/036c8a60-fa45-45d4-8f5d-181d348c6ec8"],
  ] as const) {
    test(`who opens ${path} signed out is there after the sign-in`, async ({ page, world }) => {
      await page.goto(path);
      await walkSignIn(page, who);
      await expect(page).toHaveURL(`${world.webUrl}${path}`);
    });
  }

  test("who was refused, and then signs in as somebody who may, is where they wanted to be", async ({
    page,
    world,
  }) => {
    await page.goto("/coverage?partner=Plaid");
    await walkSignIn(page, "stranger@example.test");
    await expect(page.getByText("You are not on the staff list")).toBeVisible();
    await walkSignIn(page, "agent");
    await expect(page).toHaveURL(`${world.webUrl}/coverage?partner=Plaid`);
  });

  test("who comes back to a page that is not for their role is told so", async ({ page, world }) => {
    await page.goto("/staff");
    await walkSignIn(page, "agent");
    await expect(page).toHaveURL(`${world.webUrl}/staff`);
    await expect(page.getByRole("heading", { name: "Not for your role" })).toBeVisible();
  });

  // Every other way to write such an address is in the unit test of returnAddress.
  for (const to of ["//evil.test/audit", "/api/auth/signout"]) {
    test(`a sign-in that should lead to ${to} leads to the worklist`, async ({ page, world }) => {
      await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
      await walkSignIn(page, "agent");
      await expect(page).toHaveURL(`${world.webUrl}/`);
      // So does one that finds them signed in.
      await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
      await expect(page).toHaveURL(`${world.webUrl}/`);
    });
  }

  for (const path of [
    "/?page=abc",
    "/?limit=1000000",
    "/?sort=password",
    "/?after=forged",
    "/?cause=%00",
    "/audit?from=yesterday&q=outcome:x",
    "/webhooks?topic=%00&delivery=x&after=forged",
    "/coverage/exchanges?confirmed=x&partner=%00",
    "/calls?answer=x&after=forged&q=%00",
  ]) {
    test(`${path} is harmless, and said so`, async ({ page }) => {
      await signInAs(page, /^\/(audit|webhooks|calls)/.test(path) ? "compliance" : "agent");
      const answer = await page.goto(path);
      expect(answer?.status()).toBe(200);
      await expect(page.getByText(/left out|ignored/i).first()).toBeVisible();
    });
  }

  for (const id of ["036c8a60-fa45-45d4-8f5d-181d348c6ec8", "not-an-id", "..%2f..%2fetc", "%00"]) {
    test(`the foreign id ${id} is a calm page and nothing else`, async ({ page }) => {
      await signInAs(page, "agent");
      const answer = await page.goto(`/exchanges/${id}`);
      expect(answer?.status()).toBeLessThan(500);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    });
  }

  test("an action called without an Origin does nothing, and says so", async ({ page, world, simulator }) => {
    const [broken] = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid").slice(-1);
    await signIn(page, "agent", `/exchanges/${broken?.exchangeId}`);
    const [press] = await Promise.all([
      page.waitForRequest((request) => request.method() === "POST" && "next-action" in request.headers()),
      page.getByRole("button", { name: "Check now" }).click(),
    ]);
    await press.response();
    const cookies = await page.context().cookies();
    const callAction = (headers: Record<string, string>) =>
      fetch(`${world.webUrl}/exchanges/${broken?.exchangeId}`, {
        method: "POST",
        headers: {
          accept: "text/x-component",
          "content-type": "text/plain;charset=UTF-8",
          "next-action": press.headers()["next-action"] ?? "",
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
          ...headers,
        },
        body: press.postData() ?? "",
      });
    await simulator.clearRequests();
    const refused: Record<string, string>[] = [
      {},
      { origin: "null" },
      { origin: "https://evil.test" },
      { origin: world.webUrl, "sec-fetch-site": "cross-site" },
    ];
    for (const headers of refused) {
      const answer = await callAction(headers);
      expect(await answer.text()).not.toContain('"ok":true');
    }
    expect(await simulator.requests({ path: `/exchanges/${broken?.exchangeId}` })).toEqual([]);
    expect(await (await callAction({ origin: world.webUrl })).text()).toContain('"ok":true');
  });
});

async function changeRole(page: import("@playwright/test").Page, person: string, role: string): Promise<void> {
  await page
    .getByRole("row", { name: new RegExp(person) })
    .getByRole("button", { name: /role/i })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByLabel(role, { exact: false })
    .first()
    .check()
    .catch(() => dialog.getByLabel(/role/i).selectOption(role));
  await dialog.getByRole("button", { name: /change role/i }).click();
  await expect(dialog).toBeHidden();
}
