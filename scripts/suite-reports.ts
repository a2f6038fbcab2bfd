import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Sums } from "./sums.ts";

const vitestSchema = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const playwrightSchema = z.object({
  errors: z.array(z.unknown()).default([]),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

/** Counts Vitest's JSON report. A file that broke before its first test counts as one failure. */
export function readVitestReport(file: string, exitCode: number): Sums {
  return countSuite(file, exitCode, (report) => {
    const { testResults } = vitestSchema.parse(report);
    const statuses = testResults.flatMap(({ status, assertionResults }) => {
      const ownStatuses = assertionResults.map((test) => test.status);
      return status === "failed" && !ownStatuses.includes("failed") ? [...ownStatuses, "failed"] : ownStatuses;
    });
    const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
    return { passed: count("passed"), failed: count("failed") };
  });
}

/** Counts Playwright's JSON report. A test that only passed when repeated has failed. */
export function readPlaywrightReport(file: string, exitCode: number): Sums {
  return countSuite(file, exitCode, (report) => {
    const { errors, stats } = playwrightSchema.parse(report);
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
  });
}

/** A suite that ran no test, left no report, or failed without a failed test is one failure, so that it can't look green. */
function countSuite(file: string, exitCode: number, count: (report: unknown) => Sums): Sums {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const { passed, failed } = count(JSON.parse(readFileSync(file, "utf8")));
  const brokeSilently = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: brokeSilently ? 1 : failed };
}
