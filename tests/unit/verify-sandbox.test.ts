import { describe, expect, it } from "vitest";
import { hasEmptyList, shapeDifferences, shapeOf } from "../../scripts/verify-sandbox/answer-shape.ts";
import { readCommandLine, readTarget } from "../../scripts/verify-sandbox/options.ts";

const REAL = { DWOLLA_KEY: "k8sJ2", DWOLLA_SECRET: "s9wKq" };
const LOCAL = { DWOLLA_KEY: "local-key", DWOLLA_SECRET: "local-secret" };

describe("whom npm run verify:sandbox asks", () => {
  it.each([
    ["without credentials, a simulator of its own", {}, { kind: "own simulator" }],
    ["with credentials, the sandbox", REAL, { kind: "sandbox", origin: "https://api-sandbox.dwolla.com" }],
    [
      "a simulator on this machine, with its keys",
      { ...LOCAL, DWOLLA_API_URL: "http://127.0.0.1:4010" },
      { kind: "simulator", origin: "http://127.0.0.1:4010" },
    ],
  ])("%s", (_, environment, expected) => {
    expect(readTarget(environment)).toMatchObject(expected);
  });

  it.each([
    ["Dwolla's production", { ...REAL, DWOLLA_API_URL: "https://api.dwolla.com" }, "DWOLLA_API_URL"],
    ["production over plain http", { ...REAL, DWOLLA_API_URL: "http://api.dwolla.com" }, "DWOLLA_API_URL"],
    ["a production desk", { ...REAL, RECONNECT_ENVIRONMENT: "production" }, "RECONNECT_ENVIRONMENT"],
    ["any other host", { ...REAL, DWOLLA_API_URL: "https://api-sandbox.dwolla.com.evil.test" }, "DWOLLA_API_URL"],
    ["what is no address", { ...REAL, DWOLLA_API_URL: "sandbox" }, "DWOLLA_API_URL"],
    ["a key without its secret", { DWOLLA_KEY: "k8sJ2" }, "DWOLLA_SECRET"],
    ["a secret without its key", { DWOLLA_SECRET: "s9wKq" }, "DWOLLA_KEY"],
    ["the simulator's key at the sandbox", LOCAL, "DWOLLA_KEY"],
    ["a real key at a simulator", { ...REAL, DWOLLA_API_URL: "http://localhost:4010" }, "DWOLLA_KEY"],
    ["the sandbox without credentials", { DWOLLA_API_URL: "https://api-sandbox.dwolla.com" }, "DWOLLA_KEY"],
  ])("refuses %s, and names the variable without its value", (_, environment, name) => {
    expect(() => readTarget(environment)).toThrow(new RegExp(`^${name}: (?!.*(k8sJ2|s9wKq))`, "s"));
  });

  it("does not take the example's redirect addresses for ones that Dwolla knows", () => {
    const example = "https://app.example.test/bank-return,com.example.app";
    expect(readTarget({ ...REAL, REAUTH_REDIRECTS: example })).toMatchObject({
      redirects: { ios: null, android: null },
    });
    expect(readTarget({ ...REAL, REAUTH_REDIRECTS: `${example}, https://a.test/b, com.a.app` })).toMatchObject({
      redirects: { ios: "https://a.test/b", android: "com.a.app" },
    });
  });

  it("refuses an option that is none and a customer that is no id", () => {
    expect(() => readCommandLine(["--custmer", "1"])).toThrow("--custmer");
    expect(() => readCommandLine(["--customer", "Ada"])).toThrow("--customer");
    expect(readCommandLine([])).toEqual({ wantsHelp: false, customerId: null, jsonFile: ".data/verification.json" });
  });
});

describe("comparing the shapes of two answers", () => {
  const differences = (one: unknown, other: unknown) => shapeDifferences(shapeOf(one), shapeOf(other));

  it("finds no difference between other values of the same kinds, in lists of other lengths", () => {
    const one = { items: [{ id: "036c8a60-fa45-45d4-8f5d-181d348c6ec8", at: "2026-11-25T10:00:00Z", n: 1 }] };
    const other = {
      items: [one.items[0], { id: "136c8a60-fa45-45d4-8f5d-181d348c6ec8", at: "2025-01-01T00:00:00.000Z", n: 7 }],
    };
    expect(differences(one, other)).toEqual([]);
    expect(differences(other, one)).toEqual([]);
  });

  it("takes a field that only some items of the simulator have for one that may be missing", () => {
    const some = { items: [{ a: 1 }, { a: 1, b: 2 }] };
    expect(differences({ items: [{ a: 1 }] }, some)).toEqual([]);
    expect(differences(some, { items: [{ a: 1, b: 2 }] })).toEqual([
      "items[].b is not always there, in the simulator it is",
    ]);
  });

  it("names the topmost field that is missing or new, and no page links", () => {
    expect(differences({ _links: { next: { href: "https://a.test" } } }, { _links: {}, deep: { er: 1 } })).toEqual([
      "lacks deep, which the simulator gives",
    ]);
    expect(differences({ deep: { er: 1 } }, {})).toEqual(["also gives deep, which the simulator does not"]);
  });

  it("says nothing of the items of an empty list, but that it is empty", () => {
    const [empty, full] = [{ items: [] }, { items: [{ a: 1 }] }];
    expect(differences(empty, full)).toEqual([]);
    expect(hasEmptyList(shapeOf(empty), shapeOf(full))).toBe(true);
    expect(hasEmptyList(shapeOf(full), shapeOf(full))).toBe(false);
  });

  it("does not name a field that could be a secret", () => {
    expect(differences({ "link-sandbox-0b4f9d21": 1, "ada@example.com": 1, "Ada Lovelace": 1 }, {})).toEqual([
      "also gives (oddly named), which the simulator does not",
    ]);
  });
});
