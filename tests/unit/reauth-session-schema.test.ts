import { describe, expect, it } from "vitest";
import { createReauthSessionSchema, REASON_PRESETS } from "#features/reauth-sessions/schema.ts";

const INPUT = {
  attemptId: "0B3E9C1A-5F6D-4E7F-8A9B-0C1D2E3F4A5B",
  exchangeId: "e0000000-0000-4000-8000-000000000001",
  channel: "web",
  redirectAddress: null,
  reason: "  The customer called.  ",
  ticket: "  ",
};

describe("the input of a re-auth session", () => {
  it("is trimmed, its ids in lower case and an empty ticket absent", () => {
    expect(createReauthSessionSchema.parse(INPUT)).toEqual({
      ...INPUT,
      attemptId: INPUT.attemptId.toLowerCase(),
      reason: "The customer called.",
      ticket: null,
    });
  });

  it.each<[string, Partial<Record<keyof typeof INPUT, unknown>>]>([
    ["a reason of nine characters among spaces", { reason: `   ${"x".repeat(9)}   ` }],
    ["a reason of 501 characters", { reason: "x".repeat(501) }],
    ["a reason with a character that Postgres cannot keep", { reason: "The customer\u0000 called." }],
    ["a ticket of 101 characters", { ticket: "x".repeat(101) }],
    ["a channel that does not exist", { channel: "fax" }],
    ["an id that is none", { exchangeId: "1 OR 1=1" }],
    ["a redirect address of 301 characters", { redirectAddress: "x".repeat(301) }],
  ])("is refused with %s", (_case, changes) => {
    expect(createReauthSessionSchema.safeParse({ ...INPUT, ...changes }).success).toBe(false);
  });

  it("keeps the line breaks of a reason", () => {
    const reason = "The customer called.\n\tTwice.";
    expect(createReauthSessionSchema.parse({ ...INPUT, reason }).reason).toBe(reason);
  });

  it("accepts every preset reason", () => {
    for (const reason of REASON_PRESETS)
      expect(createReauthSessionSchema.parse({ ...INPUT, reason }).reason).toBe(reason);
  });
});
