import { afterEach, beforeEach, expect, vi } from "vitest";

// A library that complains on the console found something this suite did not assert: that is a failure, not noise.
beforeEach(() => {
  vi.spyOn(console, "error");
  vi.spyOn(console, "warn");
});

afterEach(() => {
  expect(vi.mocked(console.error).mock.calls, "unexpected console.error").toEqual([]);
  expect(vi.mocked(console.warn).mock.calls, "unexpected console.warn").toEqual([]);
  vi.restoreAllMocks();
});
