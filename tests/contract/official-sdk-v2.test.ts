import { Client } from "dwolla-v2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

let simulator: TestSimulator;
let dwolla: Client;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 120 });
  dwolla = clientOf("local-secret");
});
afterAll(() => simulator.stop());

/** Version 3 has no option for another host; its fields can be set all the same. */
function clientOf(secret: string): Client {
  const client = new Client({ key: "local-key", secret, environment: "sandbox" });
  return Object.assign(client, { apiUrl: simulator.url, tokenUrl: `${simulator.url}/token` });
}

const failureOf = (call: Promise<unknown>) => call.then(() => undefined).catch((reason: unknown) => reason);

test("the older official SDK reads customers, with filters, and follows links", async () => {
  const { status, body } = await dwolla.get("customers", { limit: "10", status: "verified" });
  expect([status, body._embedded.customers.length]).toEqual([200, 10]);
  const next = await dwolla.get(body._links.next.href);
  expect(next.body._embedded.customers[0].id).not.toBe(body._embedded.customers[0].id);
  const [customer] = body._embedded.customers;
  expect((await dwolla.get(customer._links.self.href)).body).toEqual(customer);
});

test("it makes a re-auth session of a broken exchange, reads it, and sees the exchange repaired", async () => {
  const { exchangeId, fundingSourceId } = await simulator.makeCustomer({ partner: "Plaid" });
  await simulator.break(exchangeId, "deactivated");
  const refused = await failureOf(dwolla.get(`funding-sources/${fundingSourceId}/balance`));
  expect(refused).toMatchObject({ status: 400, body: { code: "UpdateCredentials" } });
  const created = await dwolla.post(
    `exchanges/${exchangeId}/exchange-sessions`,
    {},
    { "Idempotency-Key": "one-press" },
  );
  expect([created.status, created.body]).toEqual([201, ""]);
  const location = created.headers.get("location") ?? "";
  expect((await dwolla.get(location)).body.externalProviderSessionToken).toMatch(/^link-sandbox-/);
  await simulator.completeSession(location.split("/").at(-1) ?? "");
  expect((await dwolla.get(`exchanges/${exchangeId}`)).body.status).toBe("active");
});

test("it keeps a webhook subscription", async () => {
  const created = await dwolla.post("webhook-subscriptions", { url: "http://127.0.0.1:9/", secret: "s3cret" });
  const location = created.headers.get("location") ?? "";
  expect((await dwolla.post(location, { paused: true })).body.paused).toBe(true);
  expect((await dwolla.delete(location)).status).toBe(200);
  expect(await failureOf(dwolla.get(location))).toMatchObject({ status: 404, body: { code: "NotFound" } });
});

test("it reports bad client credentials", async () => {
  expect(await failureOf(clientOf("wrong").get("/"))).toMatchObject({ error: "invalid_client" });
});
