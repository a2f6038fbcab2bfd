import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export interface Browser {
  /** Null for Playwright's own, which it finds by itself. */
  executablePath: string | null;
  description: string;
}

/**
 * A Chromium that starts: the one named by CHROMIUM_PATH, Playwright's own, a system one, and as a last resort a
 * fresh one, downloaded by Playwright or installed by Debian's package manager.
 */
export async function findBrowser(): Promise<Browser> {
  const found = (await firstThatStarts()) ?? (await installed());
  if (found) return found;
  throw new Error("No Chromium starts here and none could be installed. Install one and set CHROMIUM_PATH.");
}

async function firstThatStarts(): Promise<Browser | null> {
  const given = process.env.CHROMIUM_PATH;
  if (given) return (await starts(given)) ? { executablePath: given, description: `${given} (CHROMIUM_PATH)` } : null;
  if (await starts(null)) return { executablePath: null, description: "Playwright's own Chromium" };
  for (const path of SYSTEM_BROWSERS) {
    if (existsSync(path) && (await starts(path))) return { executablePath: path, description: path };
  }
  return null;
}

async function installed(): Promise<Browser | null> {
  console.log("No Chromium found. Downloading Playwright's …");
  await run(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"]);
  const downloaded = await firstThatStarts();
  const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (downloaded || !isDebianRoot) return downloaded;
  console.log("That did not give one that starts. Installing Debian's package chromium …");
  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  return firstThatStarts();
}

async function starts(executablePath: string | null): Promise<boolean> {
  try {
    const browser = await chromium.launch({ executablePath: executablePath ?? undefined, args: ["--no-sandbox"] });
    await browser.close();
    return true;
  } catch {
    return false;
  }
}

async function run(command: string, args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const child = spawn(command, args, { stdio: "inherit", env });
  await Promise.race([once(child, "exit"), once(child, "error")]);
}
