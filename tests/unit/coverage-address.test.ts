import { describe, expect, it } from "vitest";
import { type CoverageAddress, coverageHref, parseCoverageAddress } from "#features/coverage/schema.ts";

const ID = "0192d3f0-1111-4abc-8def-0123456789ab";
const AT = "2026-11-23T01:02:03.004Z";

function readBack(href: string): ReturnType<typeof parseCoverageAddress> {
  return parseCoverageAddress(Object.fromEntries(new URL(href, "http://desk.test").searchParams));
}

describe("the address of the links behind a number", () => {
  it("means every link of now when it says nothing", () => {
    expect(parseCoverageAddress({})).toEqual({ address: {}, ignored: [] });
    expect(coverageHref({})).toBe("/coverage/exchanges");
  });

  it.each([
    ["page", "abc"],
    ["limit", "1000000"],
    ["confirmed", "yesterday"],
    ["confirmed", "DAY"],
    ["confirmed", "'; DROP TABLE"],
    ["confirmed", "constructor"],
    ["at", "now"],
    ["at", "2026-02-30T01:02:03.004Z"],
    ["at", "2026-11-23T01:02:03.004+05:45"],
    ["at", "1e15"],
    ["after", "not a cursor"],
    ["after", `x_${ID}`],
    ["after", `-1_${ID}`],
    ["after", `1.5_${ID}`],
    ["after", `1e300_${ID}`],
    ["after", `NaN_${ID}`],
    ["after", "5_not-an-id"],
    ["after", `5_${ID}_6`],
    ["after", "9".repeat(100_000)],
    ["before", "%%%"],
    ["partner", "a\u0000b"],
    ["partner", "x".repeat(201)],
    ["__proto__", "x"],
    ["constructor", "x"],
    ["x".repeat(1_000), "y"],
  ])("drops %s=%s, names it, and keeps the rest", (name, value) => {
    const rest = name === "at" ? { confirmed: "never" } : { at: AT };
    const { address, ignored } = parseCoverageAddress(Object.fromEntries([...Object.entries(rest), [name, value]]));
    expect(address).toEqual(rest);
    expect(ignored).toEqual([name.slice(0, 40)]);
  });

  it("drops a parameter that is given twice", () => {
    expect(parseCoverageAddress({ confirmed: ["day", "week"] })).toEqual({ address: {}, ignored: ["confirmed"] });
  });

  it("takes an empty parameter for an absent one", () => {
    expect(parseCoverageAddress({ partner: "", confirmed: "", at: "" })).toEqual({ address: {}, ignored: [] });
  });

  it("holds on to one direction of paging", () => {
    const { address, ignored } = parseCoverageAddress({ after: `5_${ID}`, before: `9_${ID}` });
    expect(address).toEqual({ after: [5, ID] });
    expect(ignored).toEqual(["before"]);
  });

  it("keeps everything on the way to a link and back, a name with odd blanks included", () => {
    const address: CoverageAddress = { partner: " a&b=c%d +é محمد ", confirmed: "older", at: AT };
    const after: CoverageAddress["after"] = [1_764_000_000_123, ID];
    expect(readBack(coverageHref(address, { after }))).toEqual({ address: { ...address, after }, ignored: [] });
  });

  it("starts at the first page when a filter changes", () => {
    const after: CoverageAddress["after"] = [5, ID];
    expect(coverageHref({ after }, { confirmed: "day" })).toBe("/coverage/exchanges?confirmed=day");
  });
});
