import { existsSync } from "node:fs";

const USAGE = `Looks after this desk's webhook subscription at Dwolla; each act is in the audit trail.

  npm run webhooks -- show          what sends to this desk, and what else there is
  npm run webhooks -- create        make Dwolla send to WEBHOOK_URL, signed with the first of DWOLLA_WEBHOOK_SECRETS
  npm run webhooks -- pause         send nothing for now
  npm run webhooks -- resume        send again; what was made meanwhile stays unsent
  npm run webhooks -- redeliver     ask for what was never sent or never taken
  npm run webhooks -- delete        forget this desk

All but show and create take the subscription's id behind the word, where more than one sends to this desk.
It reads the environment as the web app and the worker do (.env.example).`;

if (existsSync(".env")) process.loadEnvFile();
// Only now: these modules read the environment when they are loaded.
const { isCommand, runCommand } = await import("./webhook-commands.ts");
const [word = "", id] = process.argv.slice(2);
if (isCommand(word)) {
  process.exitCode = await runCommand(word, id);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
