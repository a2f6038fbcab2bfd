import { afterAll, beforeAll, expect, test } from "vitest";
import { nameLostOperations } from "#features/lost-operations/mutations.ts";
import { closeOperation, type Operation, openOperation } from "#platform/operation.ts";
import { ACTIONS } from "../support/audit-policies.ts";
import { systemActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";

const EXCHANGE = { type: "exchange", id: "036c8a60-fa45-45d4-8f5d-181d348c6ec8" } as const;
const BEGAN = Date.parse("2026-11-25T12:00:00.000Z");
const WORKER = "lost_operation.name";
const INTENT = { phase: "intent", outcome: "pending", actor_id: "web" };
const UNKNOWN = { phase: "outcome", outcome: "unknown", actor_id: WORKER, target_id: EXCHANGE.id };

let database: TestDatabase;
let web: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  const addresses = { appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" };
  web = await testContext({ ...addresses, actor: systemActor("web"), now: () => new Date(BEGAN) });
});

afterAll(async () => {
  await web.close();
  await database.drop();
});

test.each(actsThatAWorkerEnds())("%s: a lost one is named unknown by one of many workers, once", async (action) => {
  const lost = await open(action);
  await Promise.all([name(76), name(76), name(76)]);
  await name(76);
  expect(await rowsOf(lost)).toMatchObject([
    { action, ...INTENT },
    { action, ...UNKNOWN },
  ]);
});

test("one that may still be under way, and one that has ended, are left alone", async () => {
  const [young, ended] = [await open("webhook_subscription.paused"), await open("webhook_subscription.paused")];
  await closeOperation(web, ended, { outcome: "succeeded" });
  await name(74);
  expect(await rowsOf(young)).toMatchObject([INTENT]);
  await name(76);
  expect(await rowsOf(ended)).toMatchObject([INTENT, { phase: "outcome", outcome: "succeeded", actor_id: "web" }]);
});

test("a process that was only slow puts it right, and both are on record", async () => {
  const slow = await open("webhook_subscription.paused");
  await name(76);
  await closeOperation(web, slow, { outcome: "succeeded" });
  const late = { phase: "outcome", outcome: "succeeded", details: { late: true } };
  expect(await rowsOf(slow)).toMatchObject([INTENT, UNKNOWN, late]);
});

function actsThatAWorkerEnds(): Operation["action"][] {
  return Object.values(ACTIONS).flatMap(({ action, processDies }) =>
    "endedBy" in processDies && processDies.endedBy === WORKER ? [action] : [],
  );
}

function open(action: Operation["action"]): Promise<Operation> {
  return web.db.$transaction((tx) => openOperation(tx, web, { action, target: EXCHANGE }));
}

/** A worker's run, so many seconds after all of them began. */
function name(secondsLater: number): Promise<void> {
  const now = () => new Date(BEGAN + secondsLater * 1_000);
  return nameLostOperations({ ctx: { ...web, actor: systemActor(WORKER), now } });
}

function rowsOf({ operationId }: Operation) {
  return queryAsOwner(
    database.ownerUrl,
    "SELECT *, body::json->'details' AS details FROM audit.event WHERE operation_id = $1 ORDER BY recorded_at",
    [operationId],
  );
}
