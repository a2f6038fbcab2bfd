import { describe, expect, it } from "vitest";
import { answerWords, openEndWords, stepFacts, stepWords } from "#features/audit/components/story-words.ts";
import type { StoryEvent } from "#features/audit/data.ts";

describe("a step of an operation's story", () => {
  it("names an unknown outcome as unknown, with what is known of it", () => {
    const lost = step(
      { action: "reauth_session.answered", phase: "outcome", outcome: "unknown" },
      { failureKind: "process_ended" },
    );
    expect(stepWords(lost)).toMatch(/^Unknown: .* may or may not exist$/);
    expect(answerWords(lost)).toBe("No answer of Dwolla is on record");
    expect(stepFacts(lost)).toEqual(["process ended"]);
    expect(answerWords({ ...lost, action: "audit.key_rotated" })).toBeNull();
  });

  it("tells what Dwolla answered, and that it did not", () => {
    const refused = { action: "reauth_session.answered", phase: "outcome", outcome: "failed" } as const;
    expect(answerWords(step({ ...refused, upstreamStatus: 403, upstreamCode: "Forbidden" }))).toBe(
      "Dwolla answered 403 Forbidden",
    );
    expect(answerWords(step({ ...refused, upstreamCode: "timeout" }))).toBe("Dwolla did not answer (timeout)");
    expect(answerWords(step({ action: "repair_case.claimed" }))).toBeNull();
  });

  it("tells a proof from a claim", () => {
    const proof = step(
      { action: "repair_case.verified" },
      { probe: "balance_check", provenAt: "2026-11-25T10:00:00.000Z" },
    );
    expect(stepWords(proof)).toBe("Repair proven, the bank answered a balance check, 25 Nov 2026, 10:00:00 UTC");
    expect(stepWords(step({ action: "repair_case.claimed" }, { word: "finished" }))).toBe(
      "The customer says the sign-in is done",
    );
  });

  it("is told by its columns alone where the body is no JSON any more, and by its code where nobody knows the act", () => {
    expect(stepWords({ ...step({ action: "repair_case.verified" }), body: "{tampered" })).toBe("Repair proven");
    expect(stepWords(step({ action: "exchange.vanished", outcome: "failed" }))).toBe("exchange.vanished: failed");
  });

  it("says that the end is missing where an intent stands alone", () => {
    const intent = step({ phase: "intent", outcome: "pending" });
    expect(openEndWords([intent])).not.toBeNull();
    expect(openEndWords([intent, step({ phase: "outcome" })])).toBeNull();
    expect(openEndWords([step({})])).toBeNull();
  });
});

function step(event: Partial<StoryEvent>, details: Record<string, unknown> = {}): StoryEvent {
  const known = {
    action: "exchange.checked",
    phase: "single",
    outcome: "succeeded",
    upstreamStatus: null,
    upstreamCode: null,
  };
  return { ...known, body: JSON.stringify({ details }), ...event } as StoryEvent;
}
