import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { ROLES } from "#domain/permissions.ts";
import { nameLostOperations } from "#features/lost-operations/mutations.ts";
import { reapReauthSessions } from "#features/reauth-sessions/mutations.ts";
import { ACTIONS, HANDLERS, PAGES } from "../support/audit-policies.ts";
import { type Person, type PolicyDesk, startPolicyDesk } from "../support/policy-desk.ts";
import {
  ACTS_ELSEWHERE,
  ENTRANCES,
  EVERYBODY,
  exampleOf,
  isLetIn,
  owedAfterCrash,
  owedRefusal,
  owedRows,
  owedWord,
  press,
  rowsOf,
  told,
  visit,
} from "../support/policy-matrix.ts";

/** One process dies for each, and the last takes the desk with it. */
const KILLED_IN = [
  "reauth-sessions createReauthSessionAction",
  "break-lab breakExchangeAction",
  "break-lab repairExchangeAction",
  "webhook-subscriptions pauseWebhookSubscriptionAction",
];
/** Next lets these two through to us. */
const NOT_SAME_ORIGIN: Record<string, string | null>[] = [{ origin: null }, { "sec-fetch-site": "cross-site" }];
/** These Next refuses itself, before anybody is known: as if nobody were signed in. */
const REFUSED_BY_NEXT = [{ origin: "null" }, { origin: "https://evil.test" }];
const PRESSES_PER_MINUTE = 6;

let desk: PolicyDesk;

test.beforeAll(async () => {
  desk = await startPolicyDesk();
});
test.afterAll(() => desk?.stop());

test("the build has no page, handler or action that was not found in the source", () => {
  const routes = JSON.parse(readFileSync(".next/server/app-paths-manifest.json", "utf8")) as object;
  const found = ENTRANCES.filter(({ kind }) => kind !== "action").map(({ file }) => file.replace(/^app|\.\w+$/g, ""));
  const ofNext = ["/_global-error/page", "/_not-found/page"];
  expect(Object.keys(routes).toSorted()).toEqual([...new Set([...found, ...ofNext])].toSorted());
  const actions = ENTRANCES.filter(({ kind }) => kind === "action").map(
    ({ key, file }) => `${file} ${key.split(" ")[1]}`,
  );
  expect([...desk.actions.keys()].toSorted()).toEqual(actions.toSorted());
});

const visited = [
  ...Object.entries(PAGES).map(([key, policy]) => ({ key, method: "GET", policy })),
  ...Object.entries(HANDLERS).map(([key, policy]) => ({ key, method: key.split(" ")[0] ?? "", policy })),
];

for (const { key, method, policy } of visited) {
  test(`${key}: whoever asks, the row that is owed is there, and no other`, async () => {
    for (const role of EVERYBODY) {
      const person = role && (await desk.signIn(role));
      const before = await desk.countRows();
      const answer = await visit(desk, policy, { method, person });
      const owed = owedRows(isLetIn(policy, person) ? policy.allowed : policy.denied, person);
      expect(await rowsOf(desk, answer), `${role}`).toEqual(owed);
      expect(await desk.countRows(), `${role}`).toBe(before + owed.length);
      expect(answer.word, `${role}`).toEqual(owedWord(policy, person));
    }
  });
}

for (const [key, policy] of Object.entries(ACTIONS)) {
  test(`${key}: whoever presses, the row that is owed is there, and no other`, async () => {
    const untouched = await exampleOf(desk, policy);
    for (const role of EVERYBODY) {
      const person = role && (await desk.signIn(role));
      const isIn = isLetIn(policy, person);
      const input = isIn ? await exampleOf(desk, policy) : untouched;
      if (isIn && "provenIn" in policy.example) continue;
      const answer = await press(desk, key, { person, input });
      const owed = owedRows(isIn ? policy.allowed : policy.denied, person, input);
      expect(await rowsOf(desk, answer), `${role}: ${answer.text}`).toEqual(owed);
      expect(answer.text.includes('"error":{"code":'), `${role}: ${answer.text}`).toBe(!isIn);
    }
  });

  test(`${key}: from elsewhere it does nothing and is on record, with bad input it does nothing`, async () => {
    const person = await desk.signIn(ROLES.find((role) => isLetIn(policy, { role } as Person)) ?? "admin");
    const input = await exampleOf(desk, policy);
    for (const headers of NOT_SAME_ORIGIN) {
      const answer = await press(desk, key, { person, input, headers });
      expect(await rowsOf(desk, answer), answer.text).toEqual(owedRefusal(policy, person, input));
    }
    for (const headers of REFUSED_BY_NEXT) {
      const answer = await press(desk, key, { person, input, headers });
      expect({ status: answer.status, rows: await rowsOf(desk, answer) }).toEqual({ status: 500, rows: [] });
    }
    for (const senseless of ["nonsense", null, [input]]) {
      const answer = await press(desk, key, { person, input: senseless });
      expect(answer.text).toContain("invalid_input");
      expect(await rowsOf(desk, answer), answer.text).toEqual([]);
    }
  });
}

test("a burst of presses is on record once", async () => {
  const key = "sweeps cancelSweepAction";
  const person = await desk.signIn("engineer");
  const input = { sweepId: randomUUID() };
  const requestIds: string[] = [];
  for (let presses = 0; presses < PRESSES_PER_MINUTE + 4; presses += 1) {
    const answer = await press(desk, key, { person, input });
    if (presses >= PRESSES_PER_MINUTE) requestIds.push(answer.requestId ?? "");
  }
  const rows = await desk.rows("request_id", requestIds);
  expect(rows.map(({ details }) => details)).toEqual([{ refusedBy: "rate" }]);
  expect(rows.map(told)).toEqual(owedRefusal(ACTIONS[key] as never, person, input));
});

for (const { key, policy, fails } of ACTS_ELSEWHERE) {
  for (const failure of ["refused", "lost"] as const) {
    test(`${key}: on record as it ended when Dwolla ${failure === "lost" ? "gives no answer" : "says no"}`, async () => {
      const person = await desk.signIn(ROLES.find((role) => isLetIn(policy, { role } as Person)) ?? "admin");
      const input = await exampleOf(desk, policy);
      const owed = owedRows(fails[failure], person, input);
      const drop = JSON.stringify(owed).includes('"unknown"') ? "dropWrites" : "dropAll";
      desk.gate.set(failure === "refused" ? "refuse" : drop);
      const answer = await press(desk, key, { person, input });
      desk.gate.set("none");
      expect(await rowsOf(desk, answer), answer.text).toEqual(owed);
    });
  }
}

test("pages and handlers owe the same while Dwolla says no", async () => {
  desk.gate.set("refuse");
  for (const { key, method, policy } of visited) {
    const person = await desk.signIn(ROLES.find((role) => isLetIn(policy, { role } as Person)) ?? "admin");
    const answer = await visit(desk, policy, { method, person });
    expect(await rowsOf(desk, answer), key).toEqual(owedRows(policy.allowed, person));
    expect(answer.word, key).toEqual(owedWord(policy, person));
  }
  desk.gate.set("none");
});

test("a process that is killed between intent and outcome leaves an intent, which one of many workers names unknown", async () => {
  const presses = await Promise.all(
    KILLED_IN.map(async (key) => {
      const policy = ACTIONS[key];
      if (!policy || "none" in policy.processDies) throw new Error(`${key} has no intent.`);
      const person = await desk.signIn("engineer");
      return { key, person, rows: policy.processDies.rows, input: await exampleOf(desk, policy) };
    }),
  );
  desk.gate.set("holdAll");
  for (const { key, person, input } of presses) void press(desk, key, { person, input }).catch(() => undefined);
  await expect.poll(() => desk.gate.held().length).toBe(presses.length);
  process.kill(-desk.web.pid, "SIGKILL");
  await desk.web.ended;

  const intents = await desk.rowsOfActors(presses.map(({ person }) => person.id));
  expect(intents.map(({ phase }) => phase)).toEqual(presses.map(() => "intent"));
  // 30 s before the end of 120 s: as long as the pause between two runs.
  const ctx = { ...desk.ctx, now: () => new Date(Date.now() + 90_000) };
  const workers = [nameLostOperations, nameLostOperations, reapReauthSessions, reapReauthSessions];
  await Promise.all(workers.map((work) => work({ ctx })));
  for (const { person, rows, input } of presses) {
    const operation = intents.find(({ actor_id }) => actor_id === person.id)?.operation_id ?? "";
    expect((await desk.rows("operation_id", [operation])).map(told)).toEqual(owedAfterCrash(rows, person, input));
  }
});
