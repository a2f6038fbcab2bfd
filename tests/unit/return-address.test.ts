import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { returnAddress, STAFF_PAGES, signInHref } from "#domain/return-address.ts";

const EXCHANGE = "/exchanges/036c8a60-fa45-45d4-8f5d-181d348c6ec8";

describe("the way back from the sign-in", () => {
  it.each([
    "/",
    "/?q=smith&state=open",
    "/audit?q=ticket%3AT-1+-actor%3A%22Lead%20Example%22",
    "/audit/standing/exports",
    "/audit/reviews/new",
    "/coverage/exchanges?confirmed=no",
    EXCHANGE,
    `${EXCHANGE}?create`,
  ])("leads to %s", (address) => {
    expect(returnAddress(address)).toBe(address);
    const { searchParams } = new URL(signInHref(address), "http://desk.test");
    expect(returnAddress(searchParams.get("to") ?? undefined)).toBe(address);
  });

  it.each([
    ["nothing", undefined],
    ["two words", ["/audit", "/staff"]],
    ["an empty word", ""],
    ["another host", "//evil.test/audit"],
    ["another host behind a backslash", "/\\evil.test/audit"],
    ["another host behind two backslashes", "\\\\evil.test/audit"],
    ["another host behind a tab", "/\t/evil.test"],
    ["another host behind a line break", "/\n/evil.test"],
    ["another host behind a dot", "/.//evil.test"],
    ["another host behind two dots", "/audit/..//evil.test"],
    ["another host, encoded", "/%2F%2Fevil.test"],
    ["another host, encoded whole", "%2F%2Fevil.test"],
    ["another host behind an encoded backslash", "/%5Cevil.test"],
    ["another host behind an encoded dot", "/%2e//evil.test"],
    ["another host behind a user", "/audit@evil.test"],
    ["a whole address", "https://evil.test/audit"],
    ["a whole address without a host", "https:/audit"],
    ["our own whole address", "http://localhost:3000/audit"],
    ["a script", "javascript:alert(1)"],
    ["a script behind a slash", "/javascript:alert(1)"],
    ["data", "data:text/html,x"],
    ["a relative path", "audit"],
    ["an endpoint", "/api/exports/audit"],
    ["an endpoint behind two dots", "/audit/../api/auth/signout"],
    ["an endpoint behind encoded dots", "/audit/%2e%2e/api/auth/signout"],
    ["the sign-in itself", "/sign-in?to=/audit"],
    ["a file of Next's", "/_next/static/chunk.js"],
    ["a page that there is not", "/nowhere"],
    ["a page whose name only begins so", "/auditor"],
    ["a folder in the wrong case", "/AUDIT"],
    ["an id that hides a path", "/exchanges/..%2f..%2fetc"],
    ["a NUL", "/audit\u0000"],
    ["an encoded NUL", "/exchanges/%00"],
    ["a letter that no address is written in", "/audit?q=é"],
    ["an overlong address", `/audit?q=${"x".repeat(1_200)}`],
  ])("never leads to %s", (_name, word) => {
    expect(returnAddress(word)).toBe("/");
    expect(signInHref(word)).toBe("/sign-in");
  });

  it("leaves out what only a browser reads", () => {
    expect(returnAddress("/sandbox?exchange=x#keep")).toBe("/sandbox?exchange=x");
  });

  it("knows every staff page there is", () => {
    const folders = readdirSync("app/(console)", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...STAFF_PAGES].sort()).toEqual(folders.map(({ name }) => name).filter((name) => !name.startsWith("@")));
  });
});
