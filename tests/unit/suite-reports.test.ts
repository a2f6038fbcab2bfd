import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readPlaywrightReport, readVitestReport } from "../../scripts/suite-reports.ts";

const folder = mkdtempSync(join(tmpdir(), "suite-reports-"));

afterAll(() => rmSync(folder, { recursive: true }));

test("counts what passed and what failed", () => {
  const report = write({ testResults: [file("failed", ["passed", "failed", "passed"]), file("passed", ["passed"])] });

  expect(readVitestReport(report, 1)).toEqual({ passed: 3, failed: 1 });
});

test("counts a file that broke before its first test as one failure", () => {
  const report = write({ testResults: [file("failed", []), file("passed", ["passed"])] });

  expect(readVitestReport(report, 1)).toEqual({ passed: 1, failed: 1 });
});

test("counts a suite that ran no test as failed", () => {
  expect(readVitestReport(write({ testResults: [] }), 0)).toEqual({ passed: 0, failed: 1 });
});

test("counts a suite without a report as failed", () => {
  expect(readVitestReport(join(folder, "absent.json"), 0)).toEqual({ passed: 0, failed: 1 });
});

test("counts a suite that fails although every test passed", () => {
  expect(readVitestReport(write({ testResults: [file("passed", ["passed"])] }), 1)).toEqual({ passed: 1, failed: 1 });
});

test("counts a browser test that passed only on a second try as failed", () => {
  const report = write({ errors: [], stats: { expected: 4, unexpected: 1, flaky: 1 } });

  expect(readPlaywrightReport(report, 1)).toEqual({ passed: 4, failed: 2 });
});

test("counts a browser run that broke in its set-up as failed", () => {
  const report = write({ errors: [{ message: "no build" }], stats: { expected: 0, unexpected: 0, flaky: 0 } });

  expect(readPlaywrightReport(report, 1)).toEqual({ passed: 0, failed: 1 });
});

function file(status: string, tests: string[]) {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

function write(report: unknown): string {
  const path = join(folder, "report.json");
  writeFileSync(path, JSON.stringify(report));
  return path;
}
