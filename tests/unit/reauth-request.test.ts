import { describe, expect, it } from "vitest";
import { type ReauthRequest, type RequestRefusal, refusalOfRequest } from "#domain/reauth-session.ts";

const HTTPS = "https://app.example.test/bank-return";
const PACKAGE = "com.example.app";
const allowedRedirects = [HTTPS, PACKAGE];

describe("a request for a re-auth session", () => {
  it.each<[string, Omit<ReauthRequest, "allowedRedirects">, RequestRefusal | null]>([
    ["Plaid on the web", { partnerName: "Plaid", channel: "web", redirectAddress: null }, null],
    ["Plaid on an iPhone", { partnerName: "PLAID", channel: "ios", redirectAddress: HTTPS }, null],
    ["Plaid on Android", { partnerName: "Plaid", channel: "android", redirectAddress: PACKAGE }, null],
    ["MX on the web", { partnerName: "MX", channel: "web", redirectAddress: null }, null],
    ["a new partner on the web", { partnerName: "Newbank", channel: "web", redirectAddress: null }, null],
    ["MX in an app", { partnerName: "MX", channel: "ios", redirectAddress: HTTPS }, "channel_not_offered"],
    ["Flinks", { partnerName: "Flinks", channel: "web", redirectAddress: null }, "partner_has_no_sessions"],
    [
      "an app without a way back",
      { partnerName: "Plaid", channel: "ios", redirectAddress: null },
      "redirect_not_allowed",
    ],
    ["the web with one", { partnerName: "Plaid", channel: "web", redirectAddress: HTTPS }, "redirect_not_allowed"],
    [
      "another app's address",
      { partnerName: "Plaid", channel: "ios", redirectAddress: PACKAGE },
      "redirect_not_allowed",
    ],
    [
      "a longer address",
      { partnerName: "Plaid", channel: "ios", redirectAddress: `${HTTPS}/x` },
      "redirect_not_allowed",
    ],
  ])("for %s is decided before Dwolla is asked", (_case, request, refusal) => {
    expect(refusalOfRequest({ ...request, allowedRedirects })).toBe(refusal);
  });
});
