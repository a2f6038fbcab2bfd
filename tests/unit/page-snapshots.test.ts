import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readPageSnapshots } from "../../scripts/page-snapshots.ts";

const folder = mkdtempSync(join(tmpdir(), "page-snapshots-"));

afterAll(() => rmSync(folder, { recursive: true }));

test("finds what the page of each failed test showed, and nothing where nothing failed", () => {
  expect(readPageSnapshots(join(folder, "absent"))).toEqual([]);
  expect(readPageSnapshots(folder)).toEqual([]);
  mkdirSync(join(folder, "outcomes-silence"));
  const context =
    "# Error details\n\nnot visible\n\n# Page snapshot\n\n```yaml\n- heading\n  - text\n```\n\n# Test source\n";
  writeFileSync(join(folder, "outcomes-silence", "error-context.md"), context);
  expect(readPageSnapshots(folder)).toEqual([{ test: "outcomes-silence", shown: "- heading\n  - text" }]);
});
