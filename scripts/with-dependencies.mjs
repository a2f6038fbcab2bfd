// Runs one of our TypeScript scripts, after installing what a clean clone lacks.
// Plain JavaScript on Node's own modules, because nothing else is there yet:
//   node scripts/with-dependencies.mjs scripts/demo.ts --customers 500
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = [20, 19];

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
requireNode();
if (dependenciesAreStale()) {
  await step("Installing dependencies (npm ci; a minute or two the first time)", "npm", [
    "ci",
    "--no-fund",
    "--no-audit",
  ]);
}
if (prismaClientIsStale()) {
  await step("Generating the Prisma client", process.execPath, ["node_modules/prisma/build/index.js", "generate"], {
    // Generating never uses the schema engine, but Prisma downloads it unless this names an existing file.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
  });
}
const [script, ...args] = process.argv.slice(2);
if (script)
  process.exitCode = await run(process.execPath, ["--import", "tsx", "--conditions=react-server", script, ...args]);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

/** npm copies the lock file's packages into node_modules/.package-lock.json: what differs is not installed. */
function dependenciesAreStale() {
  const installed = lockedPackages("node_modules/.package-lock.json");
  const wanted = lockedPackages("package-lock.json");
  return Object.entries(wanted).some(([path, entry]) => {
    if (path === "" || entry.optional || entry.peer) return false;
    return installed[path]?.version !== entry.version;
  });
}

function lockedPackages(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).packages ?? {}) : {};
}

function prismaClientIsStale() {
  const generated = "app/_platform/prisma-client/client.ts";
  if (!existsSync(generated)) return true;
  return ["prisma/schema.prisma", "node_modules/prisma/package.json"].some(
    (source) => statSync(source).mtimeMs > statSync(generated).mtimeMs,
  );
}

async function step(title, command, args, extraEnvironment = {}) {
  const started = Date.now();
  console.log(`${title} …`);
  const beat = setInterval(() => console.log(`  … ${seconds(started)}`), 15_000);
  const code = await run(command, args, extraEnvironment).finally(() => clearInterval(beat));
  if (code !== 0) {
    console.error(`${title}: failed with code ${code}.`);
    process.exit(code);
  }
  console.log(`  done in ${seconds(started)}`);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Resolves with the exit code. Signals to us go on to the child, and it decides when to end. A signal to npm reaches
 * only the shell between npm and us, which dies of it: then the child is told too.
 */
function run(command, args, extraEnvironment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...extraEnvironment } });
    const forward = (signal) => child.kill(signal);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    const parent = process.ppid;
    const isOrphan = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
    const watch = setInterval(() => isOrphan() && forward("SIGTERM"), 500);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      clearInterval(watch);
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
}
