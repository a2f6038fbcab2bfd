import { existsSync } from "node:fs";

const USAGE = `Writes a part of the audit trail as a bundle that proves itself; the export is in the trail.

  npm run audit:export -- --from 2026-07-01 --to 2026-10-01

  --from DAY-OR-TIME   the first moment, UTC; without it the trail's beginning
  --to DAY-OR-TIME     the moment before which it ends, UTC; without it what the newest checkpoint covers
  --q SEARCH           only the events that the search field of the audit page would show: "action:reauth_session.* -outcome:succeeded"
  --since FILE         an earlier checkpoint.txt: the bundle proves that the trail went on from it
  --out FILE           where to; without it a name of the period in this folder; a file that is there is not written over

It reads the environment as the web app and the worker do (.env.example). Exit code: 0 written, 1 not written, 2 not understood.`;

if (existsSync(".env")) process.loadEnvFile();
// Only now: these modules read the environment when they are loaded.
const { parseCommandLine, runExport } = await import("./audit-export-command.ts");
const command = parseCommandLine(process.argv.slice(2));
if (typeof command === "string") {
  console.error(`${command}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runExport(command);
}
