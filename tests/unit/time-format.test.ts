import { expect, test } from "vitest";
import { formatRelative, formatUtcClock } from "#ui/time-format.ts";

test("a time of today is told without its day, counted in UTC wherever the desk stands", () => {
  expect(formatUtcClock("2026-11-24T00:05:59Z", "2026-11-24T23:59:00Z")).toBe("00:05 UTC");
});

test("a time of another day is told with it", () => {
  expect(formatUtcClock("2026-11-23T23:59:59Z", "2026-11-24T00:00:00Z")).toBe("23 Nov, 23:59 UTC");
  expect(formatUtcClock("2026-11-25T00:03:00Z", "2026-11-24T23:59:00Z")).toBe("25 Nov, 00:03 UTC");
});

test("what is about to come is not told as if it had been", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const inMs = (ms: number) => formatRelative(new Date(now + ms).toISOString(), now);
  expect([inMs(-59_000), inMs(0), inMs(1_500)]).toEqual(["just now", "just now", "just now"]);
  expect([inMs(20_000), inMs(59_999), inMs(60_000)]).toEqual(["in under a minute", "in under a minute", "in 1 min"]);
});
