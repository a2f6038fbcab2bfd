import { expect, test } from "vitest";
import { newestPurgeDay } from "#domain/audit-retention.ts";

test.each([
  ["2026-11-25T23:59:59Z", "2025-10-25"],
  ["2026-01-01T00:00:00Z", "2024-12-01"],
  ["2026-03-31T12:00:00Z", "2025-02-28"],
  ["2025-03-31T12:00:00Z", "2024-02-29"],
])("at %s nothing from %s on may be purged", (now, day) => {
  expect(newestPurgeDay(new Date(now))).toBe(day);
});
