import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ExchangeId } from "#domain/ids.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import { breakExchange, endSession, makeCustomer } from "#features/break-lab/mutations.ts";
import { checkExchange } from "#features/exchanges/mutations.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { recordScenario } from "#features/recordings/data.ts";
import { keepRun } from "#features/recordings/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import { resultOf } from "#features/scenario-runs/data.ts";
import { type Player, runningDesk } from "#features/scenario-runs/mutations.ts";
import { runScenario, sayDifferences } from "#features/scenarios/mutations.ts";
import type { Scenario, ScenarioFile } from "#features/scenarios/schema.ts";
import { createTestDatabase } from "../support/database.ts";
import { playToEnd, startWorking } from "../support/running-desk.ts";
import { startScenarioDesk, type TestScenarioDesk } from "../support/scenario-desk.ts";
import { readScenario } from "../support/scenario-files.ts";
import { startTestSimulator } from "../support/simulator.ts";

const NAME = "kept-on-a-running-desk";

let folder: string;
let ground: TestScenarioDesk;
let engineer: Player;
let stopWorking: () => Promise<void>;
let exchangeId: string;
let since: Date;
/** A desk of its own, for one replay. */
let another: TestScenarioDesk | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-run-"));
  ground = await startScenarioDesk(await createTestDatabase(), { scenarioFolder: folder });
  const { desk } = ground;
  engineer = { ...(await desk.staff("engineer")), auditor: desk.auditor };
  stopWorking = startWorking(ground);
  ({ exchangeId, since } = await breakAndRepair());
});

afterEach(async () => {
  await another?.stop();
  another = undefined;
});

afterAll(async () => {
  await stopWorking();
  await ground.stop();
  await rm(folder, { recursive: true });
});

/** What the lab's pages do, press by press, each with what comes of it before the next. */
async function breakAndRepair() {
  const ctx = engineer;
  const { settle } = runningDesk({ ctx, auditor: ctx.auditor });
  const made = await makeCustomer({ ctx, input: { partner: "Plaid" } });
  const id = (made.ok ? made.exchangeId : "") as ExchangeId;
  await settle();
  const begunAt = ctx.now();
  const press = async (act: () => Promise<{ ok: boolean }>) => {
    expect(await act()).toMatchObject({ ok: true });
    await settle();
  };
  await press(() => breakExchange({ ctx, input: { exchangeId: id, as: "pending-disconnect", webhook: true } }));
  await press(() => breakExchange({ ctx, input: { exchangeId: id, as: "UpdateCredentials", webhook: true } }));
  await checkExchange({ ctx, input: { exchangeId: id } });
  const wanted = { attemptId: randomUUID(), channel: "web", redirectAddress: null, reason: "As asked.", ticket: null };
  await press(() => createReauthSession({ ctx, input: { ...wanted, exchangeId: id, channel: "web" } }));
  const session = await ctx.db.reauthSession.findFirstOrThrow({ where: { exchangeId: id } });
  await press(() => revealReauthSession({ ctx, input: { sessionId: session.id } }));
  const dwollaSessionId = session.dwollaSessionId ?? "";
  await press(() => endSession({ ctx, input: { exchangeId: id, dwollaSessionId, as: "same_account" } }));
  await ground.unhurried.elapse(25);
  await settle();
  return { exchangeId: id, since: begunAt };
}

const keep = (name: string) =>
  keepRun({ ctx: engineer, input: { exchangeId, since: since.toISOString(), name, isWritten: true } });

async function playElsewhere(scenario: Scenario, changed?: (client: DwollaClient) => DwollaClient) {
  another = await startScenarioDesk(await createTestDatabase(), { ...scenario.world, ...(changed && { changed }) });
  return runScenario({ desk: another.desk, name: NAME, scenario });
}

test("a run through the whole lab is kept as the file that was told, and a second time under its name it is not", async () => {
  const kept = await keep(NAME);
  const path = join(folder, `${NAME}.json`);
  expect(kept).toMatchObject({ ok: true, path });
  expect(await readFile(path, "utf8")).toBe(kept.ok && kept.file);
  expect(
    readScenario(NAME, folder).steps.map(({ act, expect: { health, case: repair } }) => [act.do, health, repair]),
  ).toEqual([
    ["break", "reauth_required", "open"],
    ["break", "reauth_required", "open"],
    ["check", "broken", "open"],
    ["create_session", "broken", "session_created"],
    ["reveal", "broken", "session_created"],
    ["complete", "broken", "session_created"],
    ["elapse", "healthy", "verified"],
  ]);
  expect(await keep(NAME)).toMatchObject({ ok: false, says: "There is a scenario of this name already." });
  expect(await readFile(path, "utf8")).toBe(kept.ok && kept.file);
});

test("a run that cannot be written says why, and is on record as failed", async () => {
  const gone = join(folder, "gone");
  const simulator = await startTestSimulator({ customers: 1, scenarioFolder: gone });
  const ctx = { ...engineer, settings: { ...engineer.settings, dwollaApiUrl: simulator.url } };
  const input = { exchangeId, since: since.toISOString(), name: "nowhere", isWritten: true };
  const kept = await keepRun({ ctx, input });
  await simulator.stop();
  expect(kept).toEqual({
    ...{ ok: false, reason: "refused" },
    says: `The folder of scenarios, ${gone}, cannot be written to (ENOENT).`,
  });
  const [newest] = await engineer.auditor.$queryRaw<object[]>`
    SELECT action, outcome FROM audit.event WHERE target_id = ${exchangeId} ORDER BY recorded_at DESC, event_id DESC LIMIT 1`;
  expect(newest).toEqual({ action: "simulator.scenario_kept", outcome: "failed" });
});

describe("the file that was written, played again,", () => {
  test("gives the same states in the same order on another desk, and is told as the same file there", async () => {
    const result = await playElsewhere(readScenario(NAME, folder));
    expect(sayDifferences(result)).toBe("");
    const { system, auditor } = (another as TestScenarioDesk).desk;
    const exchangeIds = result.cast.map((link) => link.exchangeId);
    const told = await recordScenario({ ctx: system, auditor, exchangeIds, since: result.begunAt });
    expect(`${JSON.stringify(told, null, 2)}\n`).toBe(await readFile(join(folder, `${NAME}.json`), "utf8"));
  });

  test("passes on the desk that it was kept on, from the page that lists it", async () => {
    const run = await playToEnd(ground, { ctx: engineer, name: NAME, scenario: readScenario(NAME, folder) });
    expect(run.steps.flatMap(({ differences }) => differences)).toEqual([]);
    expect(resultOf(run)).toBe("passed");
  });

  test("fails with one expectation altered, and names its step, what was expected and what was seen", async () => {
    const file: ScenarioFile = JSON.parse(await readFile(join(folder, `${NAME}.json`), "utf8"));
    const altered = file.steps.map((step, place) =>
      place === 3
        ? { ...step, expect: { ...step.expect, session: "unknown", audit: step.expect?.audit?.slice(0, 1) } }
        : step,
    );
    await writeFile(join(folder, "altered.json"), JSON.stringify({ ...file, steps: altered }));
    expect(await readdir(folder)).toEqual(["altered.json", `${NAME}.json`]);
    const result = await playElsewhere(readScenario("altered", folder));
    expect(sayDifferences(result)).toBe(
      [
        `scenario ${NAME}, step 4 "A press for a session by the engineer":`,
        "  link A, session: expected unknown, saw created",
        '  audit rows "reauth_session.answered succeeded": expected 0, saw 1',
      ].join("\n"),
    );
    expect(result.steps).toHaveLength(4);
  });

  test("fails where the desk has come to understand Dwolla otherwise, and names the step", async () => {
    const result = await playElsewhere(readScenario(NAME, folder), (client) => ({
      ...client,
      parseEvent: (body) => {
        const event = client.parseEvent(body);
        return event && { ...event, topic: "customer_exchange_renamed" };
      },
    }));
    expect(sayDifferences(result)).toContain(`scenario ${NAME}, step 1 "Access will end in seven days":`);
    expect(sayDifferences(result)).toContain("link A, health: expected reauth_required, saw unknown");
  });
});
