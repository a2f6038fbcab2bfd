import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { Transitions } from "#domain/link-story.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { recordScenario } from "#features/recordings/data.ts";
import { runScenario, type ScenarioResult, sayDifferences } from "#features/scenarios/mutations.ts";
import { type Scenario, type ScenarioFile, scenarioSchema } from "#features/scenarios/schema.ts";
import { createTestDatabase } from "../support/database.ts";
import { coverageOf } from "../support/scenario-coverage.ts";
import { startScenarioDesk, type TestScenarioDesk } from "../support/scenario-desk.ts";
import { readScenario, scenarioNames } from "../support/scenario-files.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}/i;
/** Their recordings together have every kind of act, each kind of pause, several links and several people. */
const REPLAYED = [
  "bank-down",
  "late-webhook-after-repair",
  "one-webhook-many-times",
  "partner-outage",
  "rate-limit-storm",
  "removed-before-and-after-a-claim",
  "two-agents-at-once",
];

const transitions = new Map<string, Transitions>();
const recordings = new Map<string, ScenarioFile>();
let ground: TestScenarioDesk | undefined;

afterEach(async () => {
  await ground?.stop();
  ground = undefined;
});

describe("the desk does what is written in", () => {
  test.each(scenarioNames())("%s", async (name) => {
    const result = await play(name, readScenario(name));
    expect(sayDifferences(result)).toBe("");
    transitions.set(name, result.transitions);
    recordings.set(name, await record(result));
  });
});

test("the scenarios go every way of a repair case and of health, but those of which it is said why not", () => {
  const { missing, wronglyExcused } = coverageOf([...transitions.values()]);
  expect({ missing, wronglyExcused }).toEqual({ missing: [], wronglyExcused: [] });
});

test("without the scenario that alone goes a way, that way is missing", () => {
  const missingWithout = (name: string) =>
    coverageOf([...transitions].filter(([each]) => each !== name).map(([, ways]) => ways)).missing;
  expect(missingWithout("several-links-one-warning")).toEqual(["health table: none_refused"]);
  expect(missingWithout("removed-and-back")).toEqual([
    "health: reauth_required -> removed",
    "health: removed -> healthy",
    "health: removed -> reauth_required",
    "health: removed -> broken",
  ]);
});

test("a new way without a scenario is missing, and one that is reached is no longer excused", () => {
  const wanted = ["case: open -> verified", "case: open -> escalated"];
  const runs = [{ cases: ["open -> verified"], healths: [], rows: [] }];
  expect(coverageOf(runs, { wanted, excused: ["case: open -> verified", "case: gone"] })).toEqual({
    covered: ["case: open -> verified"],
    missing: ["case: open -> escalated"],
    wronglyExcused: ["case: open -> verified", "case: gone"],
  });
});

describe("a recording replays to the same states in the same order, and is recorded the same again:", () => {
  test.each(REPLAYED)("%s", async (name) => {
    const recording = recordings.get(name);
    const replay = await play(`recording of ${name}`, scenarioSchema.parse(recording));
    expect(sayDifferences(replay)).toBe("");
    expect(await record(replay)).toEqual(recording);
  });
});

test("time that went on by itself is recorded like time that was made to pass", async () => {
  const name = "break-by-balance-check-and-repair";
  ground = await startScenarioDesk(await createTestDatabase());
  const result = await runScenario({ desk: ground.unhurried, name, scenario: readScenario(name) });
  expect(sayDifferences(result)).toBe("");
  expect(await record(result)).toEqual(recordings.get(name));
});

test("a recording holds no id, no secret, no name and nothing that anybody wrote", async () => {
  const result = await play("break-by-balance-check-and-repair", readScenario("break-by-balance-check-and-repair"));
  const { desk, simulator } = ground as TestScenarioDesk;
  const [link] = result.cast;
  const exchangeId = link?.exchangeId ?? "";
  const canary = `canary${randomUUID()}`;
  await simulator.break(exchangeId, "warned");
  await desk.settle();
  const spoilt = { kind: "status", status: 500, code: canary, message: canary, headers: { [canary]: canary } } as const;
  await simulator.fault({ path: `/exchanges/${exchangeId}/exchange-sessions`, fault: spoilt });
  const press = { attemptId: randomUUID(), exchangeId, channel: "web", redirectAddress: null } as const;
  const ctx = await desk.staff("lead");
  await createReauthSession({ ctx, input: { ...press, reason: `Because of ${canary}`, ticket: canary } });
  await simulator.clearFaults();
  const text = JSON.stringify(await record(result));
  const customer = await ctx.db.customer.findUniqueOrThrow({ where: { id: link?.customerId ?? "" } });
  const staff = await ctx.db.staffMember.findMany();
  const personal = [customer.name, customer.email, ...staff.flatMap(({ name, email }) => [name, email])];
  const secrets = [...(await simulator.secrets()), ...(await simulator.accessTokens())];
  expect(secrets.length).toBeGreaterThan(1);
  expect([canary, ...personal, ...secrets].filter((each) => text.includes(each))).toEqual([]);
  expect(text).not.toMatch(UUID);
  expect(text).toContain('"do":"fault"');
});

describe("with one line changed on purpose a scenario fails, and names step and difference:", () => {
  test("what a refused balance means", async () => {
    const changed = (client: DwollaClient): DwollaClient => ({
      ...client,
      checkBalance: async (...call) => {
        const { status, requestId } = await client.checkBalance(...call);
        return { kind: "answered", available: null, lastUpdatedAt: null, status, requestId };
      },
    });
    const name = "break-by-balance-check-and-repair";
    const result = await play(name, readScenario(name), changed);
    expect(sayDifferences(result)).toBe(
      [
        `scenario ${name}, step 4 "The agent looks again: the link is broken":`,
        "  link A, health: expected broken, saw healthy",
        "  link A, cause: expected UpdateCredentials, saw none",
        "  link A, repair case: expected open, saw none",
      ].join("\n"),
    );
  });

  test("what a webhook is about", async () => {
    const changed = (client: DwollaClient): DwollaClient => ({
      ...client,
      parseEvent: (body) => {
        const event = client.parseEvent(body);
        return event && { ...event, topic: "customer_exchange_renamed" };
      },
    });
    const result = await play("warning-before-the-break", readScenario("warning-before-the-break"), changed);
    expect(sayDifferences(result)).toContain('step 2 "Dwolla warns, and the webhook arrives":');
    expect(sayDifferences(result)).toContain("link A, health: expected reauth_required, saw healthy");
  });
});

async function play(
  name: string,
  scenario: Scenario,
  changed?: (client: DwollaClient) => DwollaClient,
): Promise<ScenarioResult> {
  ground = await startScenarioDesk(await createTestDatabase(), { ...scenario.world, ...(changed && { changed }) });
  return runScenario({ desk: ground.desk, name, scenario });
}

async function record({ cast, begunAt }: ScenarioResult): Promise<ScenarioFile> {
  const { system, auditor } = (ground as TestScenarioDesk).desk;
  const exchangeIds = cast.map(({ exchangeId }) => exchangeId);
  return recordScenario({ ctx: system, auditor, exchangeIds, since: begunAt });
}
