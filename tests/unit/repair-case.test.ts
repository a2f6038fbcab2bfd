import { describe, expect, test } from "vitest";
import { isClosed, OPEN_STATES, REPAIR_CASE_STATES, statesBefore } from "#domain/repair-case.ts";

describe("a repair case", () => {
  test("never leaves a closed state", () => {
    const closed = REPAIR_CASE_STATES.filter(isClosed);
    expect(closed).toEqual(["verified", "dismissed", "not_repairable"]);
    for (const next of REPAIR_CASE_STATES) {
      expect(statesBefore(next).filter(isClosed)).toEqual([]);
    }
  });

  test("can be closed in every way from every open state", () => {
    for (const end of REPAIR_CASE_STATES.filter(isClosed)) expect(statesBefore(end)).toEqual(OPEN_STATES);
  });

  test("never goes back to the state it began in", () => {
    expect(statesBefore("open")).toEqual([]);
  });

  test("is claimed only after a session was created", () => {
    expect(statesBefore("claimed")).toEqual(["session_created"]);
  });

  test("takes further sessions at any time while it is open", () => {
    expect(statesBefore("session_created")).toEqual(OPEN_STATES);
  });
});
