import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const PROGRAM = "node_modules/dependency-cruiser/bin/dependency-cruise.mjs";

const FORBIDDEN = [
  { rule: "_domain-imports-only-nothing-of-ours", from: "app/_domain/a.ts", to: "app/_platform/b.ts" },
  { rule: "_dwolla-imports-only-what-it-may", from: "app/_dwolla/a.ts", to: "app/_platform/b.ts" },
  { rule: "_platform-imports-only-what-it-may", from: "app/_platform/a.ts", to: "app/_features/staff/data.ts" },
  { rule: "simulator-imports-only-nothing-of-ours", from: "simulator/a.ts", to: "app/_domain/b.ts" },
  {
    rule: "another-noun-only-by-data-mutations-schema",
    from: "app/_features/customers/data.ts",
    to: "app/_features/staff/loaders.ts",
  },
  { rule: "only-components-use-ui", from: "app/_features/customers/mutations.ts", to: "app/_ui/b.ts" },
  { rule: "worker-uses-jobs", from: "app/_worker/main.ts", to: "app/_features/sweeps/mutations.ts" },
  { rule: "routes-are-thin", from: "app/(console)/page.ts", to: "app/_features/staff/data.ts" },
  {
    rule: "prisma-client-only-in-data-mutations-jobs-platform",
    from: "app/_features/customers/loaders.ts",
    to: "app/_platform/prisma-client/client.ts",
  },
  { rule: "app-does-not-import-its-surroundings", from: "app/_ui/a.ts", to: "prisma/seed.ts" },
  { rule: "no-circles", from: "app/_domain/one.ts", to: "app/_domain/two.ts" },
  { rule: "undici-only-where-it-belongs", from: "app/_features/sweeps/data.ts", to: "undici" },
  { rule: "next-safe-action-only-where-it-belongs", from: "app/_features/sweeps/actions.ts", to: "next-safe-action" },
];

const ALLOWED = [
  { from: "app/_features/exchanges/data.ts", to: "app/_features/staff/data.ts" },
  { from: "app/_features/exchanges/components/a.tsx", to: "app/_ui/b.ts" },
  { from: "app/_dwolla/wire.ts", to: "undici" },
];

interface Violation {
  from: string;
  rule: string;
}

let folder: string;
let violations: Violation[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-rules-"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const configuration = ["package.json", "tsconfig.json", ".dependency-cruiser.js"];
  await Promise.all(configuration.map((file) => cp(file, join(folder, file))));
  // All targets before all importers, because two of the importers are targets too.
  for (const { to } of [...FORBIDDEN, ...ALLOWED]) if (isOurs(to)) await write(to, "export interface Something {}");
  for (const { from, to } of [...FORBIDDEN, ...ALLOWED]) await write(from, importing(from, to));
  await write("app/_domain/two.ts", importing("app/_domain/two.ts", "app/_domain/one.ts"));
  violations = await findViolations();
});

afterAll(() => rm(folder, { recursive: true }));

test.each(FORBIDDEN)("$rule: refuses $from -> $to, types included", ({ rule, from }) => {
  expect(violations.filter((violation) => violation.from === from).map((violation) => violation.rule)).toContain(rule);
});

test.each(ALLOWED)("lets $from import $to", ({ from }) => {
  expect(violations.filter((violation) => violation.from === from)).toEqual([]);
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

function importing(from: string, to: string): string {
  if (!isOurs(to)) return `import "${to}";\n`;
  const upwards = "../".repeat(from.split("/").length - 1);
  return `import type { Something } from "${upwards}${to}";\nexport interface Mine { of: Something }`;
}

function isOurs(target: string): boolean {
  return target.includes("/");
}

/** As seen by the tool, started as `npm run check` starts it. */
async function findViolations(): Promise<Violation[]> {
  const hook = resolve("scripts/typescript-5-hook.mjs");
  const flags = ["--config", ".dependency-cruiser.js", "--output-type", "json"];
  const args = ["--import", hook, resolve(PROGRAM), "app", "simulator", ...flags];
  // Its exit code is the number of violations, so that success looks like an error.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch((error) => error);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
}
