import { existsSync } from "node:fs";

const USAGE = `Erases what stands beside the audit events of one member of the staff: IP, browser, e-mail address. The events stay, and their proofs.
It leaves a row in the trail: who asked, why, how many events, never a value.

  npm run audit:erase -- --person STAFF-ID --asked-by STAFF-ID --reason "…"

It reads RECONNECT_ENVIRONMENT and MIGRATION_DATABASE_URL. A staff id stands in the address of that person's trail on /staff.
Exit code: 0 erased, 1 not erased, 2 not understood.`;

if (existsSync(".env")) process.loadEnvFile();
// Only now: these modules read the environment when they are loaded.
const { parseCommandLine, runErase } = await import("./audit-erase-command.ts");
const input = parseCommandLine(process.argv.slice(2));
if (typeof input === "string") {
  console.error(`${input}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runErase(input);
}
