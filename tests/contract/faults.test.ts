import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FaultRequest } from "../../simulator/state/faults.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller } from "./api-caller.ts";

const PATTERN = "/exchanges/*/exchange-sessions";
let simulator: TestSimulator;
let api: ApiCaller;
let path: string;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 200 });
  const plaid = (await simulator.truth()).broken.find(({ partner }) => partner === "Plaid");
  path = `/exchanges/${plaid?.exchangeId}/exchange-sessions`;
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
});

const plan = (fault: FaultRequest["fault"], times?: number) =>
  simulator.fault({ method: "POST", path: PATTERN, fault, ...(times !== undefined && { times }) });
const createSession = () => api.post(path);
/** A session leaves a secret: the one trace of an effect whose answer never came. */
const countSessions = async (press: () => Promise<unknown>) => {
  const before = (await simulator.secrets()).length;
  await press();
  return (await simulator.secrets()).length - before;
};

describe("a planned fault", () => {
  test("strikes as often as planned, and only the planned calls", async () => {
    await plan({ kind: "status", status: 503 }, 2);
    expect((await api.get("/")).status).toBe(200);
    expect((await api.get(path)).status).toBe(405);
    expect([(await createSession()).status, (await createSession()).status, (await createSession()).status]).toEqual([
      503, 503, 201,
    ]);
  });

  test("can be forgotten before it strikes", async () => {
    await plan({ kind: "reset" });
    await simulator.clearFaults();
    expect((await createSession()).status).toBe(201);
  });

  test("is refused when it is not known", async () => {
    await expect(plan({ kind: "flood" } as never)).rejects.toThrow("InvalidControl");
  });

  test("can strike the token endpoint", async () => {
    await simulator.fault({ path: "/token", fault: { kind: "status", status: 500 } });
    await expect(createApiCaller(simulator.url)).resolves.toMatchObject({ token: undefined });
  });
});

describe("a status", () => {
  test.each([
    [400, "ValidationError"],
    [401, "InvalidAccessToken"],
    [403, "Forbidden"],
    [404, "NotFound"],
    [409, "Conflict"],
    [429, "Too Many Requests"],
    [500, "ServerError"],
  ])("of %i comes with Dwolla's code, and nothing happened", async (status, code) => {
    await plan({ kind: "status", status });
    const created = await countSessions(async () => {
      const answer = await createSession();
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    });
    expect(created).toBe(0);
  });

  test("can come after the effect, and with words of its own", async () => {
    await plan({ kind: "status", status: 500, message: "Lost the thread.", afterEffect: true });
    const created = await countSessions(async () => {
      const { status, body, headers } = await createSession();
      expect([status, body.message, headers.get("location")]).toEqual([500, "Lost the thread.", null]);
    });
    expect(created).toBe(1);
  });
});

test("an answer can be made up, such as a balance that is still being read", async () => {
  const fault = {
    kind: "status",
    status: 202,
    body: { status: "processing" },
    headers: { "retry-after": "2" },
  } as const;
  await simulator.fault({ method: "GET", path: "/exchange-partners", fault });
  const { status, body, headers } = await api.get("/exchange-partners");
  expect([status, body, headers.get("retry-after")]).toEqual([202, { status: "processing" }, "2"]);
});

test.each([
  [false, 0],
  [true, 1],
])("a reset with afterEffect %s breaks the connection and makes %i sessions", async (afterEffect, sessions) => {
  await plan({ kind: "reset", afterEffect });
  expect(await countSessions(() => expect(createSession()).rejects.toThrow("fetch failed"))).toBe(sessions);
});

test.each([
  [false, 0],
  [true, 1],
])(
  "a hang with afterEffect %s answers nothing, makes %i sessions and stays in the log without a status",
  async (afterEffect, sessions) => {
    await plan({ kind: "hang", afterEffect });
    const leave = new AbortController();
    const created = await countSessions(async () => {
      const headers = { authorization: `Bearer ${api.token}`, accept: "application/vnd.dwolla.v1.hal+json" };
      const hanging = fetch(simulator.url + path, { method: "POST", headers, signal: leave.signal }).catch(
        () => "left",
      );
      await expect.poll(() => simulator.requests({ path })).toMatchObject([{ status: null }]);
      leave.abort();
      expect(await hanging).toBe("left");
    });
    expect(created).toBe(sessions);
  },
);

test("a delay holds the answer back", async () => {
  await plan({ kind: "delay", ms: 300 });
  const start = performance.now();
  expect((await createSession()).status).toBe(201);
  expect(performance.now() - start).toBeGreaterThan(290);
});

test("a truncated answer ends before its length", async () => {
  await simulator.fault({ path: "/customers", fault: { kind: "truncate" } });
  await expect(api.get("/customers?limit=1")).rejects.toThrow("terminated");
});

test("an answer that is not JSON still claims to be", async () => {
  await simulator.fault({ path: "/", fault: { kind: "not-json" } });
  await expect(api.get("/")).rejects.toThrow(SyntaxError);
});

test("a session can be made and named at a foreign host", async () => {
  await plan({ kind: "foreign-location" });
  const { status, headers } = await createSession();
  expect(status).toBe(201);
  expect(new URL(headers.get("location") ?? "").host).toBe("dwolla.attacker.example.test");
});

test("a session can be made and not named at all", async () => {
  await plan({ kind: "no-location" });
  const created = await countSessions(async () => {
    const { status, headers } = await createSession();
    expect([status, headers.get("location")]).toEqual([201, null]);
  });
  expect(created).toBe(1);
});

describe("a rate limit", () => {
  test("lasts five minutes of the simulator's time", async () => {
    await plan({ kind: "rate-limit" });
    await simulator.advanceClock(299);
    const { status, body } = await createSession();
    expect([status, body]).toEqual([
      429,
      { code: "Too Many Requests", message: "Please wait a short period of time before re-attempting the request." },
    ]);
    await simulator.advanceClock(1);
    expect((await createSession()).status).toBe(201);
  });

  test("ends after a number of calls when one is given", async () => {
    await plan({ kind: "rate-limit" }, 1);
    expect([(await createSession()).status, (await createSession()).status]).toEqual([429, 201]);
  });
});

test("a lost answer can be asked for again with the same idempotency key", async () => {
  await plan({ kind: "no-location" });
  const press = () => api.post(path, {}, { "idempotency-key": "lost-answer" });
  const created = await countSessions(async () => {
    expect((await press()).headers.get("location")).toBeNull();
    expect((await press()).headers.get("location")).toContain("/exchange-sessions/");
  });
  expect(created).toBe(1);
});
