import { expect, test } from "vitest";
import { targetOfInput } from "#platform/input-target.ts";

const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";

test.each([
  ["an exchange", { exchangeId: ID.toUpperCase(), as: "removed" }, { type: "exchange", id: ID }],
  ["a person", { staffMemberId: ID }, { type: "staff_member", id: ID }],
  ["the exchange, where there is a session too", { sessionId: ID, exchangeId: ID }, { type: "exchange", id: ID }],
  ["what is well formed, beside what is not", { exchangeId: 7, sessionId: ID }, { type: "reauth_session", id: ID }],
])("an input is about %s", (_, input, target) => {
  expect(targetOfInput(input)).toEqual(target);
});

test.each([undefined, null, "nonsense", [ID], { exchangeId: "x" }, { exchangeId: { exchangeId: ID } }, { id: ID }])(
  "%j is about nothing",
  (input) => {
    expect(targetOfInput(input)).toBeNull();
  },
);
