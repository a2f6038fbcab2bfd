import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Nepal's offset has a quarter of an hour: a forgotten time zone cannot pass by luck.
process.env.TZ = "Asia/Kathmandu";

/**
 * Code that reads the environment keeps it, and the connections it opened with it, for as long as its process lives; so do mocks.
 * Such files get a process each. All others share one per worker, because loading the app took longer than most files.
 */
const needsItsOwnProcess = (file: string) =>
  /useEnvironmentOf\(|vi\.mock\(|Object\.assign\(process\.env/.test(readFileSync(file, "utf8"));
const alone = readdirSync("tests/integration")
  .map((name) => `tests/integration/${name}`)
  .filter((file) => file.endsWith(".test.ts") && needsItsOwnProcess(file));

const suite = (name: string, extra: object = {}) => ({
  resolve: { conditions: ["react-server", "module", "node", "development|production"] },
  ssr: {
    resolve: { conditions: ["react-server", "module", "node", "development|production"] },
    noExternal: ["server-only"],
  },
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    setupFiles: ["tests/support/fail-on-console-error.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    isolate: false,
    // A second, as Vitest has it, is too short while both cores are busy.
    expect: { poll: { timeout: 10_000 } },
    ...extra,
  },
});

const onTemplateDatabase = { globalSetup: ["tests/support/template-database.ts"], maxWorkers: 2 };

export default defineConfig({
  test: {
    projects: [
      suite("unit"),
      suite("architecture"),
      suite("contract"),
      suite("integration", { ...onTemplateDatabase, exclude: alone }),
      suite("integration-alone", { ...onTemplateDatabase, include: alone, isolate: true }),
    ],
  },
});
