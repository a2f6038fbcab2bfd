import { defineConfig } from "@playwright/test";

const QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const OWN_DESK = ["outages.spec.ts", "secrets.spec.ts"];
const LOOKS_ONLY = "accessibility.spec.ts";
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/support/e2e-world.ts",
  workers: 2,
  projects: [
    // These share one desk, as people do, and see each other's work.
    { name: "shared desk", testIgnore: [...OWN_DESK, LOOKS_ONLY], workers: 1 },
    // These have desks of their own, and need not wait for the others.
    { name: "own desk", testMatch: OWN_DESK, workers: 1 },
    // These change nothing, so they can look while the others work.
    { name: "looks only", testMatch: LOOKS_ONLY, workers: 1 },
  ],
  timeout: 60_000,
  globalTimeout: 20 * 60_000,
  forbidOnly: Boolean(process.env.CI),
  outputDir: "test-results/e2e",
  use: {
    actionTimeout: 15_000,
    // Its snapshots show each step already; pictures of all that is painted are work for every test that passes.
    trace: { mode: "retain-on-failure", screenshots: false },
    locale: "en-GB",
    timezoneId: "Asia/Kathmandu",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: [...QUIET, "--no-first-run", ...(isRoot ? ["--no-sandbox"] : [])],
    },
  },
});
