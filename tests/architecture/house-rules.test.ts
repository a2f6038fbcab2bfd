import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

const FEATURE_FILES = ["loaders.ts", "data.ts", "actions.ts", "mutations.ts", "jobs.ts", "schema.ts", "columns.ts"];
const DRAWERS = /^(index|utils?|helpers?|misc|types|common|shared)\.(ts|tsx|js|mjs)$/;
const LONGEST_FILE_LINES = 300;
const LONGEST_TEST_LINES = 400;
// What compliance keeps and runs alone has to be one file, whatever its length.
const ALONE = { path: "scripts/audit-verify.mjs", lines: 1_400 };
const DEEPEST_FOLDERS_UNDER_APP = 4;

const app = sourceFiles("app");
const everything = [...app, ...sourceFiles("prisma", "simulator", "scripts", "tests")];

test("features hold only files of the closed list, and components", () => {
  const strangers = readdirSync("app/_features").flatMap((noun) =>
    readdirSync(`app/_features/${noun}`)
      .filter((entry) => entry !== "components" && !FEATURE_FILES.includes(entry))
      .map((entry) => `${noun}/${entry}`),
  );

  expect(strangers).toEqual([]);
});

test("no file is a drawer for this and that", () => {
  expect(everything.filter(({ name }) => DRAWERS.test(name)).map(({ path }) => path)).toEqual([]);
});

test("files are short enough to be read at once", () => {
  const tooLong = everything.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    const limit = path.startsWith("tests/") ? LONGEST_TEST_LINES : LONGEST_FILE_LINES;
    return lines > (path === ALONE.path ? ALONE.lines : limit) ? [`${path}: ${lines} lines`] : [];
  });

  expect(tooLong).toEqual([]);
});

test("folders under app are at most four deep", () => {
  const tooDeep = app.filter(({ path }) => path.split("/").length - 2 > DEEPEST_FOLDERS_UNDER_APP);

  expect(tooDeep.map(({ path }) => path)).toEqual([]);
});

test("in the app only env.ts reads the environment", () => {
  const readers = app.filter(({ text }) => /\bprocess\s*\.\s*env\b|from "node:process"/.test(text));

  expect(readers.map(({ path }) => path)).toEqual(["app/_platform/env.ts"]);
});

test("every server action is made by defineAction", () => {
  const actionFiles = app.filter(({ text }) => /^\s*["']use server["']/m.test(text));
  const unguarded = actionFiles.flatMap(({ path, text }) => {
    const exports = text.match(/^export (?!type\b|interface\b).*/gm) ?? [];
    return exports.filter((line) => !isDefinedAction(line, text)).map((line) => `${path}: ${line}`);
  });

  expect(actionFiles.map(({ name }) => name)).not.toEqual([]);
  expect(actionFiles.filter(({ name }) => name !== "actions.ts").map(({ path }) => path)).toEqual([]);
  expect(unguarded).toEqual([]);
});

/** `export const nameAction = defineAction(…)`, also when the formatter broke the line after the equals sign. */
function isDefinedAction(line: string, text: string): boolean {
  const name = /^export const (\w+Action)\b/.exec(line)?.[1];
  return name !== undefined && new RegExp(`^export const ${name} =\\s*defineAction\\b`, "m").test(text);
}

// npm leaves out what it could not see when it wrote the file, and `npm ci` then refuses the whole installation.
test("the lock file names every package that the locked packages want, for all platforms", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(packages, path, name)),
  );

  expect(missing).toEqual([]);
});

interface Locked {
  optionalDependencies?: Record<string, string>;
}

/** Looked up as Node does: beside the package that wants it, then further and further out. */
function isLocked(packages: Record<string, Locked>, from: string, name: string): boolean {
  if (packages[`${from && `${from}/`}node_modules/${name}`]) return true;
  return from !== "" && isLocked(packages, from.slice(0, Math.max(from.lastIndexOf("/node_modules/"), 0)), name);
}

test("what a loader waits for first is who is asking, but where nobody has to be signed in", () => {
  // The metrics ask for a token instead.
  const openToAll = ["frame", "health", "metrics"].map((noun) => `app/_features/${noun}/loaders.ts`);
  const loaders = app.filter(({ name, path }) => name === "loaders.ts" && !openToAll.includes(path));
  const exported = loaders.flatMap(({ path, text }) =>
    text
      .split(/^export (?=(?:async function|const) load)/m)
      .slice(1)
      .map((body) => ({
        name: `${path}: ${body.split("\n", 1)[0]}`,
        firstWait: body.match(/\bawait (\w+)/)?.[1] ?? "",
      })),
  );

  expect(exported.length).toBeGreaterThanOrEqual(loaders.length);
  expect(exported.filter(({ firstWait }) => !/^(require|load)[A-Z]/.test(firstWait)).map(({ name }) => name)).toEqual(
    [],
  );
});
