import { describe, expect, test } from "vitest";
import { type Evidence, newEvidence } from "#domain/new-evidence.ts";

const NO_CASE = new Set<string>();
const OPEN_CASE = new Set(["exchange"]);

describe("a sweep", () => {
  test("stores what it sees for the first time", () => {
    expect(kept([balance(1, "answered")], [])).toEqual(["answered"]);
  });

  test("stores nothing that it saw last time already", () => {
    expect(kept([balance(2, "answered"), status(2, "active")], [balance(1, "answered"), status(1, "active")])).toEqual(
      [],
    );
  });

  test("stores another value, and the same value for another exchange", () => {
    expect(kept([balance(2, "update_credentials")], [balance(1, "answered")])).toEqual(["update_credentials"]);
    expect(kept([balance(2, "answered")], [{ ...balance(1, "answered"), exchangeId: null }])).toEqual(["answered"]);
  });

  test("stores an answer that turns the verdict another funding source gave", () => {
    const stored = [balance(1, "answered", "first"), balance(2, "update_credentials", "second")];
    expect(kept([balance(3, "answered", "first")], stored)).toEqual(["answered"]);
    const both = [balance(3, "answered", "first"), balance(3, "update_credentials", "second")];
    expect(kept(both, stored)).toEqual([]);
  });

  test("stores a balance that answers again while a case is open, unless it comes from the same cache", () => {
    const stored = [balance(1, "answered")];
    expect(kept([balance(2, "answered")], stored, OPEN_CASE)).toEqual(["answered"]);
    expect(kept([{ ...balance(2, "answered"), speaksOfAt: at(1) }], stored, OPEN_CASE)).toEqual([]);
  });
});

test.each(["check", "proof", "webhook", "catch_up", "staff"] as const)("what a %s saw is always stored", (source) => {
  const seen = { ...balance(2, "answered"), source };
  expect(kept([seen, seen], [balance(1, "answered")])).toEqual(["answered", "answered"]);
});

test("an event is stored once, by whichever way it comes again", () => {
  const event = { ...status(1, "topic"), kind: "event", source: "webhook", eventId: "event" } as const;
  expect(kept([event, { ...event, source: "catch_up" }], [])).toEqual(["topic"]);
  expect(kept([{ ...event, source: "catch_up" }], [event])).toEqual([]);
});

function kept(seen: Evidence[], stored: Evidence[], openCases: ReadonlySet<string> = NO_CASE): string[] {
  return newEvidence(seen, stored, openCases).map(({ value }) => value);
}

function at(minute: number): Date {
  return new Date(Date.parse("2026-11-01T00:00:00Z") + minute * 60_000);
}

function balance(minute: number, value: string, fundingSourceId = "source"): Evidence {
  return { ...status(minute, value), kind: "balance_check", fundingSourceId };
}

function status(minute: number, value: string): Evidence {
  const seen = { observedAt: at(minute), speaksOfAt: at(minute), source: "sweep" } as const;
  return {
    ...seen,
    id: `${minute} ${value}`,
    kind: "exchange_status",
    value,
    exchangeId: "exchange",
    fundingSourceId: null,
    eventId: null,
  };
}
