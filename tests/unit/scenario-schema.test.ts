import { describe, expect, test } from "vitest";
import type { Sight } from "#domain/link-story.ts";
import { differencesFrom } from "#features/scenarios/data.ts";
import { type Expectation, type ScenarioFile, scenarioSchema } from "#features/scenarios/schema.ts";

const FILE: ScenarioFile = {
  title: "A scenario",
  shows: "What it shows.",
  world: { partner: "Plaid" },
  steps: [{ title: "A look", act: { do: "check" } }],
};
const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";

describe("a scenario file", () => {
  test("needs no more than a world and one act", () => {
    expect(scenarioSchema.parse(FILE)).toMatchObject({
      world: { partner: "Plaid", seed: 1, exchanges: 1, linksPerCustomer: "one" },
      steps: [{ act: { do: "check", by: "agent", link: "all" }, expect: {} }],
    });
  });

  test.each([
    ["a word that nobody reads", { ...FILE, note: "x" }],
    ["an act that nobody can do", withAct({ do: "wish" })],
    ["an act with a word too many", withAct({ do: "check", exchangeId: ID })],
    ["an id in a path", withAct({ do: "fault", path: `/exchanges/${ID}`, fault: { kind: "reset" } })],
    [
      "a text in a fault",
      withAct({ do: "fault", path: "/token", fault: { kind: "status", status: 500, code: "My own" } }),
    ],
    ["a reason in somebody's own words", withAct({ do: "create_session", reason: "Mrs. Smith called." })],
    ["an expectation that nobody compares", withExpectation({ healthy: true })],
    ["a topic that could carry anything", withExpectation({ event: { topic: ID, came: "webhook", effect: "read" } })],
    [
      "an action that is not on record",
      withExpectation({ audit: [{ action: "exchange.mended", outcome: "succeeded" }] }),
    ],
    [
      "a cause in free words",
      withExpectation({ audit: [{ action: "exchange.checked", outcome: "failed", because: ID }] }),
    ],
    ["no step at all", { ...FILE, steps: [] }],
  ])("is refused with %s", (_what, file) => {
    expect(scenarioSchema.safeParse(file).success).toBe(false);
  });
});

describe("a difference", () => {
  const sight: Sight = {
    ...{
      health: "broken",
      cause: "UpdateCredentials",
      case: "open",
      isClosed: false,
      session: "none",
      isRevealed: false,
    },
    event: { topic: "customer_exchange_reauth_required", came: "webhook", effect: null },
  };
  const checked = { action: "exchange.checked", outcome: "succeeded", times: 1 } as const;
  const observed = {
    sights: new Map([["A", sight] as const, ["B", { ...sight, health: "healthy", cause: null } as const] as const]),
    audit: [checked],
    calls: [{ method: "GET", path: "/exchanges/{id}", times: 2 } as const],
  };

  test("is none where all that is named is as expected, whatever is not named", () => {
    expect(differences({ case: "open", links: { A: { cause: "UpdateCredentials" }, B: { cause: null } } })).toEqual([]);
    expect(differences({ audit: [checked], calls: [{ method: "GET", path: "/exchanges/{id}", times: 2 }] })).toEqual(
      [],
    );
  });

  test("says whose it is, what was expected and what was seen", () => {
    expect(differences({ health: "healthy" })).toEqual(["link A, health: expected healthy, saw broken"]);
    expect(differences({ links: { B: { cause: "removed", event: null } } })).toEqual([
      "link B, cause: expected removed, saw none",
      "link B, newest event: expected none, saw customer_exchange_reauth_required by webhook, not processed",
    ]);
    expect(differences({ links: { C: { case: "open" } } })).toEqual([
      "link C: expected to be there, the world has no such link",
    ]);
  });

  test("is a row of the trail too many or too few, and a call more or less than wanted", () => {
    expect(differences({ audit: [] })).toEqual(['audit rows "exchange.checked succeeded": expected 0, saw 1']);
    expect(differences({ audit: [checked, { ...checked, outcome: "failed", because: "gone" }] })).toEqual([
      'audit rows "exchange.checked failed (gone)": expected 1, saw 0',
    ]);
    expect(differences({ calls: [{ method: "POST", path: "/token", times: 1 }] })).toEqual([
      "calls of POST /token: expected 1, saw 0",
    ]);
  });

  function differences(expected: Expectation): string[] {
    return differencesFrom(expected, observed);
  }
});

function withAct(act: object): object {
  return { ...FILE, steps: [{ title: "A step", act }] };
}

function withExpectation(expected: object): object {
  return { ...FILE, steps: [{ title: "A step", act: { do: "check" }, expect: expected }] };
}
