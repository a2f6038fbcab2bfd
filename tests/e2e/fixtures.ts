import AxeBuilder from "@axe-core/playwright";
import { test as base, type Cookie, expect, type Page } from "@playwright/test";
import { worldOfThisRun } from "../support/e2e-world.ts";
import { type SimulatorControls, simulatorControls } from "../support/simulator.ts";
import type { WorldAddresses } from "../support/world.ts";

export type SignIn = "agent" | "lead" | "compliance" | "engineer" | "admin";

const WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** All that can differ in the dark. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

interface Fixtures {
  world: WorldAddresses;
  simulator: SimulatorControls;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  world: async ({}, use) => use(worldOfThisRun()),
  simulator: async ({ world }, use) => use(simulatorControls(world.simulatorUrl)),
  baseURL: async ({ world }, use) => use(world.webUrl),
});

export { expect };

/** A whole desk of its own is started while others are at work on both cores. */
export const DESK_STARTED_WITHIN_MS = 120_000;

/** Walks the real sign-in: our page, the identity provider's and back, then on to `path`. */
export async function signIn(
  page: Page,
  who: SignIn | `${string}@example.test`,
  path = "/",
  world: WorldAddresses = worldOfThisRun(),
): Promise<void> {
  await page.goto(`${world.webUrl}/sign-in`);
  await walkSignIn(page, who, world);
  if (path !== "/") await page.goto(`${world.webUrl}${path}`);
}

/** From the sign-in page that is open, to wherever it leads. */
export async function walkSignIn(
  page: Page,
  who: SignIn | `${string}@example.test`,
  world: WorldAddresses = worldOfThisRun(),
): Promise<void> {
  const provider = new URL(world.identityProviderUrl).host;
  await page.getByRole("button", { name: "Continue with your company account" }).click();
  await page.waitForURL((url) => url.host === provider);
  await page.getByLabel("E-mail").fill(who.includes("@") ? who : `${who}@example.test`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.host !== provider);
  // Somebody without a worklist is sent on from `/`: going elsewhere before would be overtaken by it.
  await page.getByRole("heading", { level: 1 }).first().waitFor();
}

/**
 * For specs about what comes after the sign-in: each of their people walks it once, and their later pages get its cookies.
 * @returns Opens `path` as this person; without one the page stays where it is.
 */
export function signingInOnce(): (page: Page, who: SignIn, path?: string) => Promise<void> {
  const cookies = new Map<SignIn, Cookie[]>();
  return async (page, who, path) => {
    const known = cookies.get(who);
    if (!known) {
      await signIn(page, who);
      cookies.set(who, await page.context().cookies());
    } else await page.context().addCookies(known);
    if (path) await page.goto(path);
  };
}

/** How often the document was loaded since: a page that keeps itself current stays at none. */
export function countLoads(page: Page): () => number {
  let loads = 0;
  page.on("load", () => {
    loads += 1;
  });
  return () => loads;
}

/** No violation of WCAG 2.2 AA on the page as it stands, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // All at once in the page itself: the other mode is for foreign frames, of which there are none, and opens a page for each result.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (colorScheme === "light"
      ? axe.withTags(WCAG_2_2_AA)
      : axe.withRules(OF_COLOUR)
    ).analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map(({ target }) => target.join(" ")),
    }));
    expect(found, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}
