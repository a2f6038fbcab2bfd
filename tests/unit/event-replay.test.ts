import { expect, test } from "vitest";
import { coolsUntil, type ReplayFacts, replayStep } from "#domain/event-replay.ts";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { EVENT_EFFECTS } from "#features/dwolla-events/schema.ts";

const ABOUT_A_LINK: ReplayFacts = {
  topic: REAUTH_REQUIRED,
  resourceKind: "exchanges",
  effect: "failed",
  isKnownExchange: true,
  hasSignal: false,
  isProvenSince: false,
};
const ABOUT_A_CUSTOMER: ReplayFacts = {
  ...ABOUT_A_LINK,
  topic: "customer_suspended",
  resourceKind: "customers",
  isKnownExchange: false,
};

test.each([
  ["a warning that was lost becomes its signal", {}, "signal"],
  ["one that waits in the queue does so too", { effect: null }, "signal"],
  ["one that was processed without leaving a signal does so too", { effect: "read" }, "signal"],
  ["what is on record stays as it is", { hasSignal: true }, "on_record"],
  ["a repair that was proven since is not undone", { isProvenSince: true }, "proven_since"],
  ["a link that nobody knows is read first", { isKnownExchange: false }, "reading"],
  ["a link that is gone is not asked for again", { isKnownExchange: false, effect: "resource_gone" }, "gone"],
  ["a link that cannot be read stays so", { resourceKind: null }, "unreadable_link"],
] as const)("of an event about a link: %s", (_, facts, step) => {
  expect(replayStep({ ...ABOUT_A_LINK, ...facts })).toBe(step);
});

test.each([
  ["what was read because of it is not read again", { effect: "read" }, "on_record"],
  ["what was given up is tried again", {}, "reading"],
  ["what was only kept is read", { effect: "backlog" }, "reading"],
  ["what waits is put into the queue again", { effect: null }, "reading"],
  ["a customer who is gone is not asked for again", { effect: "resource_gone" }, "gone"],
  ["what says nothing about a link changes nothing", { topic: "transfer_completed" }, "no_reading"],
] as const)("of an event about a customer: %s", (_, facts, step) => {
  expect(replayStep({ ...ABOUT_A_CUSTOMER, ...facts })).toBe(step);
});

test("whatever came of an event, a second replay after the first has nothing left to do", () => {
  for (const effect of [...EVENT_EFFECTS, null]) {
    for (const facts of [ABOUT_A_LINK, ABOUT_A_CUSTOMER, { ...ABOUT_A_LINK, isKnownExchange: false }]) {
      const step = replayStep({ ...facts, effect });
      const after = step === "signal" ? { hasSignal: true, effect: "read" } : { effect: "read" };
      if (step === "signal") expect(replayStep({ ...facts, ...after })).toBe("on_record");
      if (step === "reading" && !facts.topic.includes("exchange"))
        expect(replayStep({ ...facts, ...after })).toBe("on_record");
    }
  }
});

test("a pause lasts until its very end", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, seconds));
  expect(coolsUntil(null, 5_000, at(0))).toBeNull();
  expect(coolsUntil(at(0), 5_000, at(4))).toEqual(at(5));
  expect(coolsUntil(at(0), 5_000, at(5))).toBeNull();
});
