import { describe, expect, it } from "vitest";
import { AUDIT_ACTIONS } from "#domain/audit-event.ts";
import {
  actionsOf,
  CHANGING_ACTIONS,
  compareDraws,
  conflictOf,
  periodOf,
  SETTLED_AFTER_MS,
} from "#domain/audit-review.ts";
import { secondDrawWords } from "#features/audit-reviews/components/review-words.ts";
import { decideItemInput, drawReviewInput } from "#features/audit-reviews/schema.ts";

const NOW = new Date("2026-11-25T16:30:00Z");
const settled = new Date(NOW.getTime() - SETTLED_AFTER_MS).toISOString();

const inWords = (period: ReturnType<typeof periodOf>) =>
  period && [period.from.toISOString(), period.until.toISOString()];

describe("the period of a review", () => {
  it.each([
    ["last_month", NOW, {}, ["2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"]],
    ["last_month", new Date("2026-01-31T23:59:59Z"), {}, ["2025-12-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]],
    ["last_quarter", NOW, {}, ["2026-07-01T00:00:00.000Z", "2026-10-01T00:00:00.000Z"]],
    ["last_quarter", new Date("2026-02-28T00:00:00Z"), {}, ["2025-10-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"]],
    [
      "days",
      NOW,
      { firstDay: "2026-02-27", lastDay: "2026-02-28" },
      ["2026-02-27T00:00:00.000Z", "2026-03-01T00:00:00.000Z"],
    ],
    ["days", NOW, { firstDay: "2026-11-25", lastDay: "2026-11-25" }, ["2026-11-25T00:00:00.000Z", settled]],
    ["days", NOW, { firstDay: "2026-11-26", lastDay: "2026-11-30" }, null],
  ] as const)(
    "%s at %s of %o is in UTC, and never reaches into what has not settled",
    (period, now, days, expected) => {
      expect(inWords(periodOf(period, now, days))).toEqual(expected);
    },
  );
});

describe("what a sample is drawn from", () => {
  it("leaves out by default what changes and reveals nothing, so that a reviewer who reads does not become a subject", () => {
    expect(CHANGING_ACTIONS).toContain("reauth_session.revealed");
    expect(CHANGING_ACTIONS).toContain("staff.role_changed");
    for (const action of AUDIT_ACTIONS.filter((each) => /^audit(_review)?\./.test(each))) {
      expect(CHANGING_ACTIONS).not.toContain(action);
    }
  });

  it("is every action, also of later, where everything is asked for, and the chosen ones once each", () => {
    expect(actionsOf("everything", ["staff.added"])).toEqual([]);
    expect(actionsOf("chosen", ["staff.disabled", "staff.added", "staff.added"])).toEqual([
      "staff.added",
      "staff.disabled",
    ]);
  });
});

it("lets neither the reviewer nor a subject sign off", () => {
  const review = { reviewerId: "r", subjectIds: ["s", "t"] };
  expect(["r", "s", "t", "x"].map((person) => conflictOf(review, person))).toEqual([
    "reviewer",
    "subject",
    "subject",
    null,
  ]);
});

describe("what a reviewer sends", () => {
  const draw = { period: "last_month", scope: "changes", seed: "q3-2026" };
  const wrongFields = (input: object) => {
    const result = drawReviewInput.safeParse({ ...draw, ...input });
    return result.success ? [] : result.error.issues.map(({ path }) => path[0]);
  };

  it.each([
    [{}, []],
    [{ size: "200" }, []],
    [{ size: "201" }, ["size"]],
    [{ size: "" }, ["size"]],
    [{ size: "2.5" }, ["size"]],
    [{ size: "1e9" }, ["size"]],
    [{ seed: "a b" }, ["seed"]],
    [{ seed: "" }, ["seed"]],
    [{ seed: "x".repeat(65) }, ["seed"]],
    [{ scope: "chosen" }, ["actions"]],
    [{ scope: "chosen", actions: ["no.such_action"] }, ["actions"]],
    [{ period: "days" }, ["firstDay", "lastDay"]],
    [{ period: "days", firstDay: "2026-11-02", lastDay: "2026-11-01" }, ["lastDay"]],
    [{ period: "days", firstDay: "2026-02-30", lastDay: "2200-01-01" }, ["firstDay", "lastDay"]],
  ])("%o is wrong in %o", (input, expected) => {
    expect(wrongFields(input)).toEqual(expected);
  });

  const finding = (text: string) =>
    decideItemInput.safeParse({
      reviewId: "0b3e9c1a-5f6d-4e7f-8a9b-0c1d2e3f4a5b",
      place: 1,
      decision: "finding",
      finding: text,
    });

  it("makes visible in a finding what cannot be seen, and keeps it one paragraph", () => {
    expect(finding("No ticket.\r\n\n Asked\u0000 twice \u202edesrever").data).toMatchObject({
      finding: "No ticket. Asked\\u0000 twice \\u202edesrever",
    });
  });

  it("wants words for a finding, and not more than the record has room for", () => {
    expect(finding(" \n ").success).toBe(false);
    expect(finding("x".repeat(2_000)).success).toBe(true);
    expect(finding("x".repeat(2_001)).success).toBe(false);
    expect(finding("\u0001".repeat(400)).success).toBe(false);
  });
});

describe("a sample drawn again", () => {
  const then = {
    from: "2026-01-01T00:00:00.000Z",
    population: 9,
    items: ["8", "3", "7", "2"].map((eventNumber) => ({ eventId: `event-${eventNumber}`, eventNumber })),
  };
  const oldestAt = "2026-01-15T00:00:00.000Z";
  const again = (population: number, numbers: number[], reach = { purgedUpTo: 3, oldestAt }) =>
    compareDraws(then, { population, sample: numbers.map((number) => ({ eventId: `event-${number}` })), ...reach });

  it.each([
    ["nothing is gone", again(9, [8, 3, 7, 2], { purgedUpTo: 0, oldestAt }), "The same 4 of 9 events."],
    [
      "two of it were purged",
      again(6, [8, 7, 5, 6]),
      /^2 events of the sample were purged .* The other 2 are the same/,
    ],
    ["all of it was purged", again(0, [], { purgedUpTo: 9, oldestAt }), /^All 4 events were purged/],
    [
      "others were purged",
      again(8, [8, 3, 7, 2], { purgedUpTo: 1, oldestAt }),
      /^The same 4, of 8 events: .* the others were purged/,
    ],
  ])("is told as the same where %s", (_what, draw, words) => {
    expect(draw.isSame).toBe(true);
    expect(secondDrawWords(draw)).toMatch(words);
  });

  it.each([
    ["one that is left is missing", again(5, [8, 5, 6])],
    ["what is left changed places", again(6, [7, 8, 5, 6])],
    ["there is more than before", again(10, [8, 7, 5, 6])],
    ["nobody purged anything", again(8, [8, 3, 7, 2], { purgedUpTo: 0, oldestAt })],
    [
      "the purge ended before the period",
      again(8, [8, 3, 7, 2], { purgedUpTo: 1, oldestAt: "2025-12-31T00:00:00.000Z" }),
    ],
  ])("is told as another where %s", (_what, draw) => {
    expect(draw.isSame).toBe(false);
    expect(secondDrawWords(draw)).toMatch(/^Not the same: .* The trail was changed: verify an export\.$/);
  });
});
