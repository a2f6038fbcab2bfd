import { existsSync } from "node:fs";

const USAGE = `The Ed25519 key that signs the checkpoints of the audit trail.

  npm run audit:key -- create     make AUDIT_SIGNING_KEY_FILE; refused where it is there
  npm run audit:key -- show       print the public key, to be handed to whoever verifies
  npm run audit:key -- rotate     make a new key, signed by the old one; the running sealer takes it at the next checkpoint

It reads the environment as the sealer does (.env.example); rotate also DATABASE_URL, for its rows in the trail.`;

if (existsSync(".env")) process.loadEnvFile();
// Only now: these modules read the environment when they are loaded.
const { createKey, rotateKey, showKey } = await import("./audit-key-commands.ts");
const commands: Record<string, () => Promise<string> | string> = {
  create: createKey,
  rotate: rotateKey,
  show: showKey,
};
const command = commands[process.argv[2] ?? ""];
if (!command) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    console.log(await command());
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
