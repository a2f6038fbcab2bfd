import { describe, expect, test } from "vitest";
import { allowsBalanceCheck } from "#domain/exchange-health.ts";
import { CHANNELS, isRedirectFor, partnerCapability } from "#domain/partner-capability.ts";
import { partnerSightWords, signalWords } from "#domain/plain-words.ts";

const WEB_ONLY = { channels: ["web"], hasBalanceCheck: true, warns: false };
const NOTHING = { handover: "none", channels: [], hasBalanceCheck: false, warns: false };

test.each([
  ["Plaid", { handover: "token", channels: [...CHANNELS], hasBalanceCheck: true, warns: true }],
  ["MX", { handover: "address", ...WEB_ONLY }],
  ["Finicity", NOTHING],
  ["Flinks", NOTHING],
])("%s, however it is written, is known for what it is", (name, capability) => {
  for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
    expect(partnerCapability(written)).toEqual(capability);
  }
});

describe("of a partner that nobody knows", () => {
  const names = ["Checkout.com", "Visa", "unknown", "", "Plaid 2", "constructor", "__proto__", "hasOwnProperty"];
  test.each(names)("%s: the plainest is tried and anything is accepted", (name) => {
    expect(partnerCapability(name)).toEqual({ handover: "either", ...WEB_ONLY });
    expect(allowsBalanceCheck("active", name)).toBe(true);
    expect(partnerSightWords(name)).toContain("Balance checks");
  });
});

test("no bank is asked about a link that is removed, nor where the partner has no answer", () => {
  expect(allowsBalanceCheck("removed", "Plaid")).toBe(false);
  expect(allowsBalanceCheck("deactivated", "Plaid")).toBe(true);
  expect(allowsBalanceCheck("invented", "MX")).toBe(true);
  expect(allowsBalanceCheck("active", "Finicity")).toBe(false);
});

test("an iPhone returns through a web address, an Android app by its package name, a browser through none", () => {
  const addresses = [
    "https://app.example.test/return",
    "HTTP://app.example.test",
    "com.example.app",
    "httpsapp.example",
  ];
  expect(addresses.map((address) => isRedirectFor("ios", address))).toEqual([true, true, false, false]);
  expect(addresses.map((address) => isRedirectFor("android", address))).toEqual([false, false, true, true]);
  expect(addresses.map((address) => isRedirectFor("web", address))).toEqual([false, false, false, false]);
});

test.each(["hibernating", "constructor", "toString", "__proto__"])("Dwolla's word %s is shown as it came", (word) => {
  expect(signalWords("exchange_status", word)).toMatchObject({
    tone: "quiet",
    label: `Dwolla lists the link as ${word}`,
  });
});
