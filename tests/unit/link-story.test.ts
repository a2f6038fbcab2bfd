import { describe, expect, test } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import {
  type LinkStory,
  type StoryCase,
  type StorySignal,
  sightAt,
  statesOfCase,
  transitionsOf,
} from "#domain/link-story.ts";

const CASE: StoryCase = { id: "case", state: "verified", openedAt: at(2), closedAt: at(9) };

describe("how a link stood at an instant", () => {
  const story: LinkStory = {
    signals: [balance(1, "answered"), balance(2, "update_credentials"), balance(9, "answered")],
    cases: [CASE],
    sessions: [session({ answered: 4, revealed: 5 })],
    events: [{ topic: REAUTH_REQUIRED, readAt: at(6), receivedAt: at(8), processedAt: at(7), effect: "read" }],
  };

  test("is told without anything that came later", () => {
    const nothing = { case: "none", isClosed: false, session: "none", isRevealed: false, event: null };
    expect(sightAt(story, at(0))).toEqual({ health: "unknown", cause: null, ...nothing });
    expect(sightAt(story, at(1))).toEqual({ health: "healthy", cause: null, ...nothing });
    expect(sightAt(story, at(3))).toMatchObject({ health: "broken", case: "open", session: "pending" });
    expect(sightAt(story, at(4))).toMatchObject({ case: "session_created", session: "created", isRevealed: false });
    expect(sightAt(story, at(5))).toMatchObject({ isRevealed: true, event: null });
    expect(sightAt(story, at(6))).toMatchObject({ event: { came: "catch_up", effect: null } });
    expect(sightAt(story, at(8))).toMatchObject({ event: { came: "both", effect: "read" }, isClosed: false });
    expect(sightAt(story, at(9))).toMatchObject({ health: "healthy", case: "verified", isClosed: true });
  });
});

describe("the states of a case", () => {
  test("count each session that was made, and a claim only while one is out", () => {
    const story = {
      signals: [claim(3), claim(5), word(6), claim(8)],
      cases: [CASE],
      sessions: [session({ answered: 4 }), session({ answered: 7 }), session({ answered: 7.5, state: "failed" })],
      events: [],
    };
    expect(statesOfCase(story, CASE).map(({ state }) => state)).toEqual([
      ...["open", "session_created", "claimed", "session_created", "session_created", "claimed", "verified"],
    ]);
  });

  test("end as claimed where a case was closed on the customer's word", () => {
    const closed: StoryCase = { ...CASE, state: "claimed" };
    const story = { signals: [claim(5)], cases: [closed], sessions: [session({ answered: 4 })], events: [] };
    expect(statesOfCase(story, closed).map(({ state }) => state)).toEqual(["open", "session_created", "claimed"]);
  });
});

test("signals that were stored together are one step of a link's health", () => {
  const status: StorySignal = { ...balance(3, "active"), kind: "exchange_status", stored: 2 };
  const removed: StorySignal = { ...balance(2, "removed"), kind: "exchange_status", stored: 1 };
  const answered = { ...balance(3, "answered"), stored: 2 };
  const story = { signals: [removed, status, answered], cases: [], sessions: [], events: [] };
  expect(transitionsOf(story)).toEqual({
    cases: [],
    healths: ["unknown -> removed", "removed -> healthy"],
    rows: ["unknown", "removed", "answered"],
  });
});

function at(minute: number): Date {
  return new Date(Date.parse("2026-11-01T00:00:00Z") + minute * 60_000);
}

function balance(minute: number, value: string): StorySignal {
  const time = at(minute);
  return { id: `${minute}`, kind: "balance_check", value, speaksOfAt: time, observedAt: time, stored: minute };
}

function claim(minute: number): StorySignal {
  return { ...balance(minute, "finished"), kind: "customer_claim" };
}

function word(minute: number): StorySignal {
  return { ...balance(minute, "fails"), kind: "staff_word" };
}

function session({ answered, revealed, state = "created" }: Made): LinkStory["sessions"][number] {
  const times = { requestedAt: at(3), answeredAt: at(answered), revealedAt: revealed ? at(revealed) : null };
  return { id: `session ${answered}`, repairCaseId: "case", state, ...times };
}

interface Made {
  answered: number;
  revealed?: number;
  state?: "created" | "failed";
}
