import { defineConfig } from "vitest/config";

// Nepal's offset has a quarter of an hour: a forgotten time zone cannot pass by luck.
process.env.TZ = "Asia/Kathmandu";

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
    ...extra,
  },
});

export default defineConfig({
  test: {
    projects: [
      suite("unit"),
      suite("architecture"),
      suite("contract"),
      suite("integration", { globalSetup: ["tests/support/template-database.ts"], maxWorkers: 2 }),
    ],
  },
});
