import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "./child-process.ts";
import { exampleEnvironment } from "./local-environment.ts";
import { lastLines } from "./log-files.ts";

export const NEXT = "node_modules/next/dist/bin/next";

const LOG_FILE = ".data/log/build.log";
const STAMP = ".next/built-from";
const SOURCES = ["app", "public", "proxy.ts", "next.config.js", "postcss.config.js", "package-lock.json"];

export function buildIsCurrent(): boolean {
  return existsSync(".next/BUILD_ID") && existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();
}

/** Runs `next build`, with its output in a log. Throws with the end of that log when it fails. */
export async function buildWeb(onStart: (build: Child) => void): Promise<void> {
  const builtFrom = fingerprint();
  const build = startChild({
    name: "build",
    args: [NEXT, "build"],
    env: { ...exampleEnvironment(), NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    logFile: LOG_FILE,
  });
  onStart(build);
  const code = await build.ended;
  if (code !== 0) throw new Error(`The build failed (${LOG_FILE}):\n${lastLines(LOG_FILE, 40)}`);
  writeFileSync(STAMP, builtFrom);
}

/** Of contents, not of times: a fresh checkout or a touched file is not a change. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesIn).sort()) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
