import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sourceFiles } from "../architecture/source-files.ts";
import { answerChecker, type DescribedError, isError, readDescription } from "../support/dwolla-description.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiAnswer, type ApiCaller, createApiCaller, HAL_TYPE } from "./api-caller.ts";
import { KNOWN_WRONG, NOT_DESCRIBED } from "./conformance-corrections.ts";
import { NOBODY, REQUESTS, REQUESTS_NOT_DESCRIBED } from "./conformance-requests.ts";

/** What no request can bring about here, because the simulator's account may do everything: these answers are injected. */
const BY_FAULT = [
  "GET /customers 403 Forbidden",
  "POST /customers 403 forbidden",
  "POST /customers 404 notFound",
  "GET /customers/{id} 403 forbidden",
  "POST /customers/{id}/exchanges 400 InvalidExchange",
  "POST /customers/{id}/exchanges 400 InvalidExchangeToken",
  "POST /customers/{id}/exchanges 401 InvalidScope",
  "POST /customers/{id}/exchange-sessions 401 InvalidScope",
  "POST /customers/{id}/exchange-sessions 403 forbidden",
  "GET /customers/{id}/funding-sources 403 forbidden",
  "POST /customers/{id}/funding-sources 400 InvalidExchangeToken",
  "POST /customers/{id}/funding-sources 400 ValidationError",
  "POST /customers/{id}/funding-sources 403 Forbidden",
  "GET /exchanges 403 Forbidden",
  "GET /exchanges 404 NotFound",
  "GET /exchanges/{id} 401 InvalidScope",
  "GET /exchange-sessions/{id} 403 forbidden",
  "GET /exchange-partners 403 Forbidden",
  "GET /events 404 NotFound",
  "POST /webhook-subscriptions 403 Forbidden",
  "POST /webhook-subscriptions 404 NotFound",
  "GET /webhook-subscriptions 403 Forbidden",
  "GET /webhook-subscriptions 404 NotFound",
  "GET /webhook-subscriptions/{id}/webhooks 403 Forbidden",
];

const description = readDescription(KNOWN_WRONG);
const operations = Object.keys(description.operations);
const problemsOf = answerChecker(description);
/** What came of the natural requests, by operation. */
const answers = new Map<string, ApiAnswer[]>();
let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 360 });
  for (const [operation, requests] of Object.entries(REQUESTS)) {
    for (const request of Object.values(requests)) {
      const given = await onCleanGround(request);
      answers.set(operation, [...(answers.get(operation) ?? []), ...given]);
    }
  }
});
afterAll(() => simulator.stop());

async function onCleanGround(
  request: (ground: { simulator: TestSimulator; api: ApiCaller }) => Promise<ApiAnswer | ApiAnswer[]>,
): Promise<ApiAnswer[]> {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
  return [await request({ simulator, api })].flat();
}

function describedErrors(operation: string): { status: number; error: DescribedError }[] {
  return Object.entries(description.operations[operation] ?? {}).flatMap(([status, { errors = [] }]) =>
    errors.map((error) => ({ status: Number(status), error })),
  );
}

function notGiven(operation: string) {
  const given = answers.get(operation) ?? [];
  return describedErrors(operation).filter(
    ({ status, error }) => !given.some((answer) => answer.status === status && isError(error, answer.body)),
  );
}

/** An answer that the simulator is told to give. */
async function inject(operation: string, status: number, { code = "", message = "", detail }: DescribedError) {
  const [method = "", path = ""] = operation.split(" ");
  const body = detail && { code, message, _embedded: { errors: [{ ...detail, path: "/" }] } };
  const fault = { kind: "status", status, code, message, ...(body !== undefined && { body }) } as const;
  await simulator.fault({ method, path: path.replace("{id}", "*"), fault });
  return method === "GET" ? api.get(path.replace("{id}", NOBODY)) : api.post(path.replace("{id}", NOBODY), {});
}

describe.each(operations)("%s", (operation) => {
  test("gives every status that Dwolla describes, and only answers as described", () => {
    const given = answers.get(operation) ?? [];
    for (const answer of given) expect(problemsOf(operation, answer), `${answer.status}: ${answer.text}`).toEqual([]);
    const statuses = new Set(given.map(({ status }) => status));
    expect([...statuses].sort()).toEqual(Object.keys(REQUESTS[operation] ?? {}).map(Number));
    const successes = Object.keys(description.operations[operation] ?? {}).filter((status) => Number(status) < 300);
    expect([...statuses]).toEqual(expect.arrayContaining(successes.map(Number)));
  });

  test("gives every error that Dwolla describes, by a request or by an injected fault", async () => {
    const missing = notGiven(operation);
    const names = missing.map(({ status, error }) => `${operation} ${status} ${error.code}`);
    expect([...new Set(names)].sort()).toEqual(BY_FAULT.filter((name) => name.startsWith(`${operation} `)).sort());
    await simulator.reset();
    api = await createApiCaller(simulator.url);
    for (const { status, error } of missing) {
      const answer = await inject(operation, status, error);
      expect([answer.status, problemsOf(operation, answer)]).toEqual([status, []]);
    }
  });
});

describe("what the description leaves out", () => {
  test.each(NOT_DESCRIBED)("is given all the same: $operation $status $code", async ({ operation, status, code }) => {
    const request = REQUESTS_NOT_DESCRIBED[`${status} ${code}`];
    const given = await onCleanGround(
      request ?? (async () => inject(operation, status, { code, message: "As documented." })),
    );
    const codes = readDescription().operations[operation]?.[status]?.errors?.map((error) => error.code) ?? [];
    expect(codes).not.toContain(code);
    for (const answer of given) {
      expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
      expect(answer.headers.get("content-type")?.split(";")[0]).toBe(HAL_TYPE);
    }
  });
});

test.each(KNOWN_WRONG.map((each, index) => ({ ...each, index })))(
  "the description is still wrong about $operation $status",
  async ({ operation, status, index }) => {
    const withoutIt = answerChecker(readDescription(KNOWN_WRONG.filter((_, place) => place !== index)));
    const given = (answers.get(operation) ?? []).filter((answer) => answer.status === status);
    for (const missing of notGiven(operation)) {
      if (missing.status === status) given.push(await inject(operation, status, missing.error));
    }
    expect(given.flatMap((answer) => withoutIt(operation, answer))).not.toEqual([]);
  },
);

describe("nothing is left out", () => {
  test("of what the app asks Dwolla", () => {
    const sources = sourceFiles("app").filter(({ path }) => !path.endsWith("/wire-request.ts"));
    const asked = sources.flatMap(({ text }) => [...text.matchAll(/\b(get|post|delete)Request\(\s*("[^"]+")?/g)]);
    const named = asked.map(([, verb = "", path = ""]) => `${verb.toUpperCase()} ${path.replaceAll('"', "")}`);
    expect(named.length).toBeGreaterThan(15);
    expect([...named, "POST /token"].filter((operation) => !operations.includes(operation))).toEqual([]);
  });

  test("of what the simulator offers, and nothing is described that it does not offer", async () => {
    const self = await fetch(`${simulator.url}/__simulator`);
    const { operations: offered } = (await self.json()) as { operations: string[] };
    expect(offered.sort()).toEqual([...operations].sort());
    expect(Object.keys(REQUESTS).sort()).toEqual([...operations].sort());
  });
});
