import { existsSync } from "node:fs";
import { startSimulator } from "../simulator/server.ts";
import { CouldNotRun } from "./verify-sandbox/could-not-run.ts";
import { requireWritable, showOnPage, writeReport } from "./verify-sandbox/keep-report.ts";
import { LOCAL_SIDE, readCommandLine, readTarget, type Target, USAGE } from "./verify-sandbox/options.ts";
import { reportLines } from "./verify-sandbox/report-table.ts";
import type { SideOptions } from "./verify-sandbox/side.ts";
import { verify } from "./verify-sandbox/verify.ts";

/** Enough for every kind of customer and event to be among them. */
const WORLD = { customers: 2_000, port: 0 };

if (existsSync(".env")) process.loadEnvFile();
process.exitCode = await main().catch((error: unknown) => {
  console.error(
    error instanceof CouldNotRun ? error.message : `It broke off: ${error instanceof Error ? error.name : "unknown"}`,
  );
  return 2;
});

async function main(): Promise<number> {
  const { wantsHelp, customerId, jsonFile } = readCommandLine(process.argv.slice(2));
  if (wantsHelp) {
    console.log(USAGE);
    return 0;
  }
  const target = readTarget(process.env);
  requireWritable(jsonFile);
  const interrupted = onInterrupt();
  const own = target.kind === "own simulator" ? await startSimulator({ ...WORLD, seed: 2 }) : null;
  const twin = await startSimulator({ ...WORLD, seed: 1 });
  try {
    const asked = own ? { ...LOCAL_SIDE, origin: own.url } : sideOf(target);
    console.log(firstLine(target, asked.origin));
    const report = await verify({
      target: asked,
      simulator: { ...LOCAL_SIDE, origin: twin.url },
      customerId,
      signal: interrupted,
    });
    console.log(reportLines(report).join("\n"));
    writeReport(report, jsonFile);
    console.log(`The report is in ${jsonFile}${await pageWords(report)}.`);
    return report.steps.some(({ verdict }) => verdict === "differs") ? 1 : 0;
  } finally {
    await Promise.all([own?.stop(), twin.stop()]);
  }
}

/** Fires once; from then on what was made is put away, which a second signal does not hurry. */
function onInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  const end = () => {
    if (!interrupted.signal.aborted) console.error("Ending after this call, and putting away what was made …");
    interrupted.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, end);
  return interrupted.signal;
}

function firstLine({ kind }: Target, origin: string): string {
  if (kind === "own simulator")
    return `No DWOLLA_KEY and DWOLLA_SECRET: this asks a simulator of its own (${origin}), and so proves nothing about Dwolla.`;
  if (kind === "simulator") return `DWOLLA_API_URL is a simulator (${origin}): this proves nothing about Dwolla.`;
  return `Asking Dwolla's sandbox (${origin}). This takes about a minute.`;
}

function sideOf(target: Target): SideOptions {
  if (target.kind === "own simulator") return { ...LOCAL_SIDE, origin: "" };
  return { ...target, isSimulator: target.kind === "simulator" };
}

async function pageWords(report: Parameters<typeof showOnPage>[0]): Promise<string> {
  const { DATABASE_URL, RECONNECT_ENVIRONMENT } = process.env;
  if (!DATABASE_URL || !RECONNECT_ENVIRONMENT)
    return "; with DATABASE_URL and RECONNECT_ENVIRONMENT it would be shown on /sandbox/verification too";
  const isShown = await showOnPage(report, DATABASE_URL);
  return isShown
    ? " and on /sandbox/verification"
    : "; it could not be put on /sandbox/verification: the database did not take it";
}
