import { healthyPlaidExchange } from "../support/healthy-exchange.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import type { WorldAddresses } from "../support/world.ts";
import { expect, signIn, test, walkSignIn } from "./fixtures.ts";

const ALMOST_IDLE = "29 minutes";
const IDLE = "31 minutes";

test("a list that keeps itself current keeps no session alive; a key on it does", async ({
  page,
  simulator,
  world,
}) => {
  const exchangeId = await openEmptyList(page, await healthyPlaidExchange(simulator));
  await lastSeen(world, ALMOST_IDLE);
  await simulator.break(exchangeId, "warned");
  await expect(page.locator("tr[data-row-href]")).toHaveCount(1);
  expect(await secondsSinceSeen(world)).toBeGreaterThan(28 * 60);
  await page.keyboard.press("Shift");
  await expect.poll(() => secondsSinceSeen(world)).toBeLessThan(60);
});

test("an open page whose session has run out while nobody was there shows nothing more", async ({
  page,
  simulator,
  world,
}) => {
  const exchangeId = await openEmptyList(page, await healthyPlaidExchange(simulator));
  await lastSeen(world, IDLE);
  await simulator.break(exchangeId, "warned");
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.getByText(exchangeId)).toHaveCount(0);
});

test("a page that was left alone leaves by itself, also when nothing changes; while somebody works in another tab it stays", async ({
  page,
  simulator,
  world,
}) => {
  await page.clock.install();
  await openEmptyList(page, await healthyPlaidExchange(simulator));
  const reads = page.waitForResponse((response) => response.url().includes("_rsc="));
  await page.clock.fastForward("32:00");
  await reads;
  await expect(page.getByRole("heading", { name: "Worklist" })).toBeVisible();
  const address = page.url();
  await lastSeen(world, IDLE);
  await page.clock.fastForward("32:00");
  await expect(page).toHaveURL(/sign-in/);
  await walkSignIn(page, "lead");
  await expect(page).toHaveURL(address);
});

async function openEmptyList(page: Parameters<typeof signIn>[0], exchangeId: string): Promise<string> {
  await signIn(page, "lead");
  const isFollowing = page.waitForResponse((response) => response.url().endsWith("/api/changes"));
  await page.goto(`/?q=${exchangeId}`);
  await isFollowing;
  await expect(page.locator("tr[data-row-href]")).toHaveCount(0);
  return exchangeId;
}

/** The lead's sessions, as if so much time had gone by without a person. */
async function lastSeen(world: WorldAddresses, ago: string): Promise<void> {
  await queryAsOwner(
    world.database.ownerUrl,
    `UPDATE "StaffSession" SET "lastSeenAt" = now() - $1::interval ${OF_THE_LEAD}`,
    [ago],
  );
}

async function secondsSinceSeen(world: WorldAddresses): Promise<number> {
  const [row] = await queryAsOwner(
    world.database.ownerUrl,
    `SELECT extract(epoch FROM now() - max("lastSeenAt"))::float8 AS seconds FROM "StaffSession" ${OF_THE_LEAD}`,
  );
  return Number(row?.seconds);
}

const OF_THE_LEAD = `WHERE "staffMemberId" = (SELECT id FROM "StaffMember" WHERE email = 'lead@example.test')`;
