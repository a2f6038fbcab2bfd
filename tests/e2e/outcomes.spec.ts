import { expect, signingInOnce, test } from "./fixtures.ts";

const REAUTH = { method: "POST", path: "/exchanges/*/exchange-sessions" };
const REFUSED = { inDialog: "No session was made", onPage: "Dwolla refused" };
const LOST = { inDialog: "Dwolla’s answer was lost", onPage: "Dwolla’s answer was lost" };

/** What Dwolla does, and what the person is told. 429 closes the way for five minutes and is proved below the screen. */
const ANSWERS: [string, { kind: string; status?: number; afterEffect?: boolean }, typeof REFUSED][] = [
  ["400", { kind: "status", status: 400 }, REFUSED],
  ["401", { kind: "status", status: 401 }, REFUSED],
  ["403", { kind: "status", status: 403 }, REFUSED],
  ["404", { kind: "status", status: 404 }, REFUSED],
  ["409", { kind: "status", status: 409 }, LOST],
  ["500", { kind: "status", status: 500 }, LOST],
  ["201 without Location", { kind: "no-location" }, LOST],
  ["201 with a foreign Location", { kind: "foreign-location" }, LOST],
  ["garbage", { kind: "not-json" }, LOST],
  ["a reset before it acted", { kind: "reset" }, LOST],
  ["a reset after it acted", { kind: "reset", afterEffect: true }, LOST],
  ["silence", { kind: "hang" }, LOST],
];

const signIn = signingInOnce();

for (const [name, fault, said] of ANSWERS) {
  test(`${name}: the screen says "${said.inDialog}", nothing can be revealed, and Dwolla was asked once`, async ({
    page,
    simulator,
  }) => {
    const broken = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid").at(-1);
    await signIn(page, "lead", `/exchanges/${broken?.exchangeId}`);
    await page.getByRole("button", { name: "Create session" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").selectOption({ index: 2 });
    await simulator.clearFaults();
    await simulator.clearRequests();
    await simulator.fault({ ...REAUTH, times: 1, fault } as Parameters<typeof simulator.fault>[0]);
    await dialog.getByRole("button", { name: /^Create session for/ }).click();
    await expect(dialog.getByText(said.inDialog).first()).toBeVisible({ timeout: 20_000 });
    await expect(dialog.getByRole("button", { name: "Reveal" })).toHaveCount(0);
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await expect(page.getByText(said.onPage).first()).toBeVisible();
    expect(await simulator.requests({ method: "POST", path: "/exchange-sessions" })).toHaveLength(1);
    await simulator.clearFaults();
  });
}
