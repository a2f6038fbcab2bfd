import { describe, expect, it } from "vitest";
import { csvLines } from "#platform/csv.ts";
import { FORMULAS } from "../support/formulas.ts";

describe("a CSV line", () => {
  it.each(FORMULAS)("keeps a spreadsheet from running %j", (text) => {
    expect(csvLines([[text]])).toMatch(/^"?'[^']/);
  });

  it.each(["a=1", "1-2", "plain", "customer called", "2026-11-23T06:00:00.000Z"])("leaves %j as it is", (text) => {
    expect(csvLines([[text]])).toBe(`${text}\r\n`);
  });

  it("quotes commas, quotes and line ends, and leaves nothing for null", () => {
    expect(csvLines([["a,b", 'c"d', "e\nf", "g\r=1", null, 7, -7]])).toBe('"a,b","c""d","e\nf","g\r=1",,7,-7\r\n');
  });
});
