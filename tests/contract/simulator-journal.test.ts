import { afterAll, beforeAll, expect, test } from "vitest";
import { listJournal } from "#features/simulator-controls/data.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { createApiCaller, idOf, send } from "./api-caller.ts";

let simulator: TestSimulator;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 200 });
});

afterAll(() => simulator.stop());

test("the journal tells what was done, by control and on the bank's page, and never what opens that page", async () => {
  const api = await createApiCaller(simulator.url);
  const exchangeId = (await simulator.truth()).broken.find(({ partner }) => partner === "MX")?.exchangeId ?? "";
  const { headers } = await api.post(`/exchanges/${exchangeId}/exchange-sessions`);
  const sessionId = idOf(headers.get("location"));
  const { body } = await api.get(`/exchange-sessions/${sessionId}`);
  const page = new URL(body._links["external-provider-session"].href);
  await send(page, { method: "POST", body: new URLSearchParams({ choice: "sign-in" }) });
  await simulator.advanceClock(60);
  await simulator.break(exchangeId, "deactivated");
  await simulator.abandonSession(sessionId).catch(() => undefined);
  await simulator.truth();
  const { entries } = await listJournal(simulator.url, new Date(0));
  expect(entries.map(({ method, path, isRefused }) => `${method} ${path}${isRefused ? " refused" : ""}`)).toEqual([
    `POST /exchange-sessions/${sessionId}/complete`,
    "POST /clock",
    `POST /exchanges/${exchangeId}/break`,
    `POST /exchange-sessions/${sessionId}/abandon refused`,
  ]);
  const [signedIn, moved, broken] = entries.map(({ at }) => at.getTime());
  expect([moved, broken].map((at) => Math.floor(((at ?? 0) - (signedIn ?? 0)) / 60_000))).toEqual([0, 1]);
  const secrets = await simulator.secrets();
  expect(secrets.filter((secret) => JSON.stringify(entries).includes(secret))).toEqual([]);
});

test("the journal says what was asked in vain, but nothing of a body that means nothing", async () => {
  const { customerId } = await simulator.makeCustomer({ partner: "Flinks" });
  const api = await createApiCaller(simulator.url);
  const { body } = await api.get(`/customers/${customerId}/exchanges`);
  const path = `/exchanges/${body._embedded.exchanges[0].id}/break`;
  const press = (given: object) =>
    fetch(`${simulator.url}/__simulator${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
    });
  expect((await press({ as: "UpdateCredentials" })).status).toBe(409);
  expect((await press({ as: "anything" })).status).toBe(400);
  const { entries } = await listJournal(simulator.url, new Date(0));
  expect(entries.filter((entry) => entry.path === path)).toMatchObject([
    { isRefused: true, body: { as: "UpdateCredentials" } },
    { isRefused: true, body: null },
  ]);
});

test("a reset after the clock was moved on forgets what was before, and nothing that comes", async () => {
  const api = await createApiCaller(simulator.url);
  await simulator.advanceClock(7 * 86_400);
  await api.get("/");
  await simulator.reset();
  const { now, entries } = await listJournal(simulator.url, new Date(0));
  expect(entries).toEqual([]);
  await createApiCaller(simulator.url);
  const { requests, droppedUntil } = await fetch(`${simulator.url}/__simulator/requests`).then((answer) =>
    answer.json(),
  );
  expect(new Date(droppedUntil).getTime()).toBeLessThanOrEqual(now.getTime());
  expect(requests.length).toBeGreaterThan(0);
});
