import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUN_TYPESCRIPT } from "../../scripts/child-process.ts";

const PATIENCE_MS = 90_000;
/** All that the command is made of. */
const PARTS = [
  "app",
  "prisma",
  "scripts",
  "simulator",
  "tests/support",
  "package.json",
  "tsconfig.json",
  ".env.example",
];
const FILE = { title: "A look", shows: "A look.", world: { partner: "Plaid" } };
const LOOK = { title: "A look", act: { do: "check" } };

let folder: string;
let scenarios: string;
let temporary: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenario-command-"));
  // Where root runs this, its Postgres is somebody else's.
  await chmod(folder, 0o755);
  scenarios = join(folder, "scenarios");
  temporary = join(folder, "temporary");
  for (const each of [scenarios, temporary]) mkdirSync(each);
  writeScenario("differs", { ...FILE, steps: [LOOK, { ...LOOK, expect: { health: "broken", case: "open" } }] });
});

afterAll(() => rm(folder, { recursive: true }));

function writeScenario(name: string, file: object | string): void {
  writeFileSync(join(scenarios, `${name}.json`), typeof file === "string" ? file : JSON.stringify(file));
}

function start(args: readonly string[], cwd = process.cwd()) {
  const child = spawn(process.execPath, [...RUN_TYPESCRIPT, "scripts/scenario.ts", ...args], {
    cwd,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said.err += text));
  const ended = once(child, "close").then(([code]) => ({ code, ...said }));
  return { child, said, ended };
}

/** Nothing that was started goes on, and what it wrote is gone. */
function expectNothingLeft(): void {
  expect(spawnSync("ps", ["-A", "-o", "args"], { encoding: "utf8" }).stdout).not.toContain(temporary);
  expect(readdirSync(temporary).filter((name) => name.startsWith("reconnect-desk-test-"))).toEqual([]);
}

describe("ends with 1 before anything is started, and says in plain words", () => {
  test.each([
    [
      "a name that no scenario has",
      ["lost-webhook", "no-such"],
      /^No scenario is named no-such; --list names them all\.$/,
    ],
    ["an option that it does not know", ["--every"], /^Unknown option '--every'/],
    ["a folder that is not there", ["--all", "--scenarios", "nowhere"], /^There is no folder of scenarios: nowhere\.$/],
  ])("%s", async (_what, args, words) => {
    const { code, out, err } = await start(args).ended;
    expect(err.trim()).toMatch(words);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  test.each([
    ["a file that is no JSON", '{"title": "A ru', /half\.json is no JSON: /],
    ["an act that nobody can do", { ...FILE, steps: [LOOK, { ...LOOK, act: { do: "wish" } }] }, /→ at steps\[1\]\.act/],
    [
      "a word that nobody reads",
      { ...FILE, steps: [{ ...LOOK, expects: {} }] },
      /Unrecognized key: "expects"\s+→ at steps\[0\]/,
    ],
  ])("%s", async (_what, file, words) => {
    writeScenario("half", file);
    const { code, out, err } = await start(["--all", "--scenarios", scenarios]).ended;
    await rm(join(scenarios, "half.json"));
    expect(err).toContain(join(scenarios, "half.json"));
    expect(err).toMatch(words);
    expect(err).not.toContain("    at ");
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });
});

test("ends with 1 where a step differs, names it, and leaves nothing behind", { timeout: PATIENCE_MS }, async () => {
  const { code, out, err } = await start(["differs", "--scenarios", scenarios]).ended;
  expect(out).toContain(
    [
      'scenario differs, step 2 "A look":',
      "  link A, health: expected broken, saw unknown",
      "  link A, repair case: expected open, saw none",
    ].join("\n"),
  );
  expect(out).toContain("0 passed, 1 failed");
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expectNothingLeft();
});

test.each([
  ["while its Postgres is started", "Starting a Postgres"],
  ["while a scenario is played", "  1  "],
])(
  "ends with 130 on Ctrl-C %s, without a word of trouble, and leaves nothing behind",
  { timeout: PATIENCE_MS },
  async (_when, word) => {
    const { child, said, ended } = start(["two-agents-at-once"]);
    await expect.poll(() => said.out, { timeout: PATIENCE_MS, interval: 10 }).toContain(word);
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    expect(out).toContain("Stopping …");
    expect({ code, err }).toEqual({ code: 130, err: "" });
    expectNothingLeft();
  },
);

describe("with one line of the desk changed on purpose ends with 1 and names the step:", () => {
  test.each([
    {
      what: "the webhook handler",
      file: "app/_features/webhooks/mutations.ts",
      line: "await store({ event, signed, arrivedAt });",
      changed: "void store;",
      name: "one-webhook-many-times",
      says: /step 3 ".+":\n {2}link A, health: expected reauth_required, saw healthy/,
    },
    {
      what: "what an answer of Dwolla means for a session",
      file: "app/_features/reauth-sessions/mutations.ts",
      line: 'state: error.effect === "not-applied" ? "failed" : "unknown",',
      changed: 'state: "failed",',
      name: "reply-lost-after-post",
      says: /step 5 ".+":\n {2}link A, session: expected unknown, saw failed/,
    },
  ])("$what", { timeout: PATIENCE_MS }, async ({ file, line, changed, name, says }) => {
    const copy = await mkdtemp(join(folder, "copy-"));
    for (const part of PARTS) cpSync(part, join(copy, part), { recursive: true });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
    const source = readFileSync(join(copy, file), "utf8");
    expect(source.split(line)).toHaveLength(2);
    writeFileSync(join(copy, file), source.replace(line, changed));
    const { code, out } = await start([name], copy).ended;
    expect(out).toContain(`scenario ${name}, step `);
    expect(out).toMatch(says);
    expect(code).toBe(1);
  });
});
