import { describe, expect, test } from "vitest";
import { isRefusedNowhere } from "#domain/settled-warning.ts";

const LINK = { id: "this link", partnerName: "Plaid" };
const BOTH_UNKNOWN = [account("a"), account("b")];

describe("an exchange of a customer with several is refused nowhere", () => {
  test("when every account that may be its own was asked, and at least one answered", () => {
    expect(isRefusedNowhere(LINK, BOTH_UNKNOWN, answers({ a: "answered", b: "answered" }))).toBe(true);
    expect(isRefusedNowhere(LINK, BOTH_UNKNOWN, answers({ a: "answered", b: "unsupported" }))).toBe(true);
    expect(isRefusedNowhere(LINK, [account("a"), account("b", "another link")], answers({ a: "answered" }))).toBe(true);
  });

  test.each([
    ["one was not asked", { a: "answered" }],
    ["one was refused", { a: "answered", b: "update_credentials" }],
    ["one has not answered yet", { a: "answered", b: "processing" }],
    ["none answered", { a: "unsupported", b: "unsupported" }],
    ["nothing was asked", {}],
  ])("but not when %s", (_, given) => {
    expect(isRefusedNowhere(LINK, BOTH_UNKNOWN, answers(given))).toBe(false);
  });

  test("but not where its own accounts are known, which speak for themselves", () => {
    const accounts = [account("a"), account("b", LINK.id)];
    expect(isRefusedNowhere(LINK, accounts, answers({ a: "answered", b: "answered" }))).toBe(false);
  });

  test("but not at a partner whose accounts may be those that say nothing", () => {
    const given = answers({ a: "answered", b: "unsupported" });
    expect(isRefusedNowhere({ ...LINK, partnerName: "Finicity" }, BOTH_UNKNOWN, given)).toBe(false);
    expect(isRefusedNowhere({ ...LINK, partnerName: "Of tomorrow" }, BOTH_UNKNOWN, given)).toBe(false);
  });
});

function account(id: string, exchangeId: string | null = null) {
  return { id, exchangeId };
}

function answers(given: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(given));
}
