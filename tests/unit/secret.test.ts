import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "#domain/secret.ts";

const secret = new Secret("link-sandbox-canary");

describe("Secret", () => {
  it.each([
    ["template text", () => `${secret}`],
    ["JSON", () => JSON.stringify({ secret })],
    ["inspect", () => inspect({ secret }, { depth: 5, showHidden: true })],
    ["its own keys", () => Object.entries(secret).join()],
    ["a structured clone", () => inspect(structuredClone(secret))],
  ])("does not come out through %s", (_, print) => {
    expect(print()).not.toContain("canary");
  });

  it("comes out when it is revealed by name", () => {
    expect(secret.reveal()).toBe("link-sandbox-canary");
  });
});
