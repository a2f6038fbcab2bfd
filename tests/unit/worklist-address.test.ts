import { describe, expect, it } from "vitest";
import { parseWorklistAddress, type WorklistAddress, worklistHref } from "#features/repair-cases/schema.ts";

const PLAIN: WorklistAddress = { sort: { column: "since", isDescending: false } };

function readBack(href: string): ReturnType<typeof parseWorklistAddress> {
  return parseWorklistAddress(Object.fromEntries(new URL(href, "http://desk.test").searchParams));
}

describe("the worklist's address", () => {
  it("gives the plain list, broken before warned, oldest first, when it says nothing", () => {
    expect(parseWorklistAddress({})).toEqual({ address: PLAIN, ignored: [] });
    expect(worklistHref(PLAIN)).toBe("/");
  });

  it.each([
    ["page", "abc"],
    ["limit", "1000000"],
    ["sort", "createdAt; DROP TABLE"],
    ["sort", "--since"],
    ["cause", "nonsense"],
    ["state", "verified"],
    ["after", "not a cursor"],
    ["after", "e30"],
    ["after", "A".repeat(100_000)],
    ["before", "%%%"],
    ["q", "x".repeat(201)],
    ["q", "\u0000"],
    ["partner", "a\u0000b"],
    ["__proto__", "x"],
    ["constructor", "x"],
    ["x".repeat(1_000), "y"],
  ])("drops %s=%s, names it, and keeps the rest", (name, value) => {
    const search = Object.fromEntries([
      ["partner", "MX"],
      [name, value],
    ]);
    const { address, ignored } = parseWorklistAddress(search);
    expect(address).toEqual(name === "partner" ? PLAIN : { ...PLAIN, partner: "MX" });
    expect(ignored).toEqual([name.slice(0, 40)]);
  });

  it("drops a parameter that is given twice", () => {
    expect(parseWorklistAddress({ q: ["a", "b"] })).toEqual({ address: PLAIN, ignored: ["q"] });
  });

  it("takes an empty parameter for an absent one", () => {
    expect(parseWorklistAddress({ q: "", partner: "", sort: "" })).toEqual({ address: PLAIN, ignored: [] });
  });

  it("keeps everything on the way to a link and back, hostile words included", () => {
    const address: WorklistAddress = {
      q: "a&b=c%d +é محمد 🦊",
      partner: "MX",
      cause: "deactivated",
      state: "claimed",
      sort: { column: "customer", isDescending: true },
    };
    const after: WorklistAddress["after"] = ["ünïcode 🦊", "00000000-0000-4000-8000-000000000000", false];
    expect(readBack(worklistHref(address, { after }))).toEqual({ address: { ...address, after }, ignored: [] });
  });

  it("starts at the first page when a filter or the sort changes", () => {
    const after: WorklistAddress["after"] = [5, "00000000-0000-4000-8000-000000000000", false];
    expect(worklistHref({ ...PLAIN, after }, { state: "open" })).toBe("/?state=open");
  });

  it("drops a cursor that was made for another sort", () => {
    const href = worklistHref(PLAIN, { after: [5, "00000000-0000-4000-8000-000000000000", false] });
    expect(readBack(`${href}&sort=customer`).ignored).toEqual(["after"]);
  });
});
