import { defineConfig } from "@playwright/test";

const QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/support/e2e-world.ts",
  // The specs share one desk, as people do, and see each other's work.
  workers: 1,
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
