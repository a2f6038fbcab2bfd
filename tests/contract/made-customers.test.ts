import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf, readAll } from "./api-caller.ts";

const ADA = { firstName: "Ada", lastName: "Lovelace", email: "Ada.L@example.test", type: "unverified" };

let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 250 });
});

beforeEach(async () => {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
});

afterAll(() => simulator.stop());

describe("a customer that is made over the API", () => {
  it("is the last of the list, is found by e-mail, search and id, and is gone after a reset", async () => {
    const id = await make({ ...ADA, correlationId: "CID-1" });
    const listed = await readAll(api, "/customers", "customers");
    expect(listed).toHaveLength(251);
    expect(listed.at(-1)).toMatchObject({
      id,
      email: "ada.l@example.test",
      status: "unverified",
      correlationId: "CID-1",
    });
    for (const query of ["email=ada.l%40example.test", "search=ada+lovelace&status=unverified"])
      expect((await api.get(`/customers?${query}`)).body._embedded.customers).toMatchObject([{ id }]);
    expect((await api.get(`/customers/${id}/exchanges`)).body.total).toBe(0);
    await simulator.reset();
    expect((await api.get(`/customers/${id}`)).status).toBe(404);
    expect((await api.get("/customers?limit=1")).body.total).toBe(250);
  });

  it("is refused without a name, with an e-mail that somebody has, and as a type that needs papers", async () => {
    await make(ADA);
    const { email: taken } = (await api.get("/customers?limit=1")).body._embedded.customers[0];
    for (const [body, code, path] of [
      [{ ...ADA, firstName: "" }, "Required", "/firstName"],
      [ADA, "Duplicate", "/email"],
      [{ ...ADA, email: taken }, "Duplicate", "/email"],
      [{ ...ADA, email: "b@example.test", type: "personal" }, "Invalid", "/type"],
    ] as const) {
      const answer = await api.post("/customers", body);
      expect(answer.status).toBe(400);
      expect(answer.body._embedded.errors).toMatchObject([{ code, path }]);
    }
  });

  it("can be linked to a bank, whose balance says when the link is broken", async () => {
    const id = await make(ADA);
    const exchangeId = await link(id, "Plaid");
    const bank = { _links: { exchange: { href: `${simulator.url}/exchanges/${exchangeId}` } }, name: "Ada's bank" };
    const source = idOf((await api.post(`/customers/${id}/funding-sources`, bank)).headers.get("location"));
    expect((await api.get(`/funding-sources/${source}`)).body).toMatchObject({ status: "verified", removed: false });
    expect((await api.get(`/funding-sources/${source}/balance`)).status).toBe(200);
    await simulator.break(exchangeId, "UpdateCredentials");
    const refused = await api.get(`/funding-sources/${source}/balance`);
    expect(refused.body).toMatchObject({ code: "UpdateCredentials" });
    expect(refused.body._links.about.href).toContain(exchangeId);
    expect((await simulator.truth()).broken.map((each) => each.customerId)).toContain(id);
  });

  it("can have a bank by its numbers, which allows no balance check, and which can be removed; both are events", async () => {
    const id = await make(ADA);
    const numbers = {
      routingNumber: "222222226",
      accountNumber: "123456789",
      bankAccountType: "checking",
      name: "By hand",
    };
    expect((await api.post(`/customers/${id}/funding-sources`, { ...numbers, routingNumber: "1" })).status).toBe(400);
    const source = idOf((await api.post(`/customers/${id}/funding-sources`, numbers)).headers.get("location"));
    expect((await api.get(`/funding-sources/${source}/balance`)).body.code).toBe("UnsupportedOperation");
    expect((await api.post(`/funding-sources/${source}`, { removed: true })).body).toMatchObject({ removed: true });
    expect((await api.get(`/customers/${id}/funding-sources?removed=false`)).body.total).toBe(0);
    const { body } = await api.get("/events?limit=3");
    expect(body._embedded.events.map(({ topic }: { topic: string }) => topic)).toEqual([
      "customer_funding_source_removed",
      "customer_funding_source_added",
      "customer_created",
    ]);
  });

  it("is one kind with what a control makes: each may go on with the other's, and only who is there is found", async () => {
    const id = await make(ADA);
    const { exchangeId, fundingSourceId } = await simulator.linkBank(id, "MX");
    const bank = { _links: { exchange: { href: `${simulator.url}/exchanges/${exchangeId}` } }, name: "Second" };
    const second = idOf((await api.post(`/customers/${id}/funding-sources`, bank)).headers.get("location"));
    expect((await simulator.exchange(exchangeId)).fundingSourceIds).toEqual([fundingSourceId, second]);
    await api.post(`/funding-sources/${fundingSourceId}`, { removed: true });
    await simulator.break(exchangeId, "UpdateCredentials");
    await simulator.repair(exchangeId);
    await api.post(`/funding-sources/${second}`, { removed: true });
    await expect(simulator.break(exchangeId, "UpdateCredentials")).rejects.toThrow("no funding source");
    const named = async () => (await api.get("/customers?search=lovelace")).body._embedded.customers;
    expect(await named()).toMatchObject([{ id }]);
    expect((await simulator.findCustomers({ search: "lovelace" })).customers).toMatchObject([
      { customerId: id, isMade: true },
    ]);
    await simulator.reset();
    api = await createApiCaller(simulator.url);
    await simulator.makeCustomer({ partner: "MX" });
    expect(await named()).toEqual([]);
  });

  it("gets no bank through an exchange that is somebody else's or removed", async () => {
    const [id, other] = [await make(ADA), await make({ ...ADA, email: "b@example.test" })];
    const exchangeId = await link(other, "MX");
    const bank = { _links: { exchange: { href: `${simulator.url}/exchanges/${exchangeId}` } }, name: "Not mine" };
    expect((await api.post(`/customers/${id}/funding-sources`, bank)).body.code).toBe("InactiveExchange");
    await simulator.break(exchangeId, "removed");
    expect((await api.post(`/customers/${other}/funding-sources`, bank)).body.code).toBe("InactiveExchange");
  });
});

async function make(customer: object): Promise<string> {
  const answer = await api.post("/customers", customer);
  expect([answer.status, answer.text]).toEqual([201, ""]);
  return idOf(answer.headers.get("location"));
}

async function link(customerId: string, partner: string): Promise<string> {
  const partners = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
  const { id } = partners.find(({ name }: { name: string }) => name === partner);
  const body = { _links: { "exchange-partner": { href: `${simulator.url}/exchange-partners/${id}` } }, token: "t" };
  return idOf((await api.post(`/customers/${customerId}/exchanges`, body)).headers.get("location"));
}
