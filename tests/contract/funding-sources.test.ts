import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller } from "./api-caller.ts";

type Source = { id: string; type: string; removed: boolean };
let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 300 });
  api = await createApiCaller(simulator.url);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const sourcesOf = async (customerId: string, query = ""): Promise<Source[]> =>
  (await api.get(`/customers/${customerId}/funding-sources${query}`)).body._embedded["funding-sources"];
const balanceOf = ({ id }: Source) => api.get(`/funding-sources/${id}/balance`);

/** A customer with one exchange, broken in the wanted way, and the banks that came through it. */
async function brokenCustomer(partner: string, cause: string) {
  for (const row of (await simulator.truth()).broken) {
    if (row.partner !== partner || row.cause !== cause) continue;
    const { body } = await api.get(`/customers/${row.customerId}/exchanges`);
    if (body.total === 1) return row;
  }
  throw new Error(`No customer has just one ${partner} exchange broken by ${cause}.`);
}

test("lists removed funding sources unless told not to, and reads no balance of them", async () => {
  const { customerId, exchangeId } = await brokenCustomer("Plaid", "UpdateCredentials");
  const before = await sourcesOf(customerId, "?removed=false");
  await simulator.break(exchangeId, "removed");
  expect(await sourcesOf(customerId, "?removed=true")).toEqual(await sourcesOf(customerId));
  expect((await sourcesOf(customerId, "?removed=false")).length).toBeLessThan(before.length);
  const [removed] = (await sourcesOf(customerId)).filter((source) => source.removed);
  expect(removed).toBeDefined();
  if (removed === undefined) return;
  expect((await api.get(`/funding-sources/${removed.id}`)).body).toEqual(removed);
  const { status, body } = await balanceOf(removed);
  expect([status, body]).toEqual([404, { code: "NotFound", message: "The requested resource was not found." }]);
});

describe("a balance", () => {
  test("is refused for a deactivated Plaid exchange as for one whose sign-in ran out", async () => {
    const { customerId, exchangeId } = await brokenCustomer("Plaid", "deactivated");
    const answers = await Promise.all((await sourcesOf(customerId, "?removed=false")).map(balanceOf));
    const refused = answers.find(({ body }) => body.code === "UpdateCredentials");
    expect(refused?.body._links.about.href).toBe(`${simulator.url}/exchanges/${exchangeId}/exchange-sessions`);
  });

  test("is not supported by Finicity", async () => {
    const { customerId } = await brokenCustomer("Finicity", "deactivated");
    const answers = await Promise.all((await sourcesOf(customerId, "?removed=false")).map(balanceOf));
    expect(answers.map(({ status, body }) => [status, body])).toContainEqual([
      400,
      { code: "UnsupportedOperation", message: "Balance Check is not supported by your exchange partner." },
    ]);
  });

  test("is not supported for a bank account that came through no exchange", async () => {
    const { body } = await api.get("/customers?limit=200");
    const customer = body._embedded.customers.find(({ type }: { type: string }) => type === "receive-only");
    const [source] = await sourcesOf(customer.id);
    expect(source).toMatchObject({ type: "bank" });
    expect((await api.get(`/funding-sources/${source?.id}/balance`)).body).toEqual({
      code: "UnsupportedOperation",
      message: "Retrieving the balance is not supported for this type of funding source.",
    });
  });

  test("answers again after a repair, in dollars", async () => {
    const { customerId, exchangeId } = await brokenCustomer("Plaid", "UpdateCredentials");
    await simulator.repair(exchangeId);
    const bank = (await sourcesOf(customerId, "?removed=false")).find(({ type }) => type === "bank");
    const { body } = await api.get(`/funding-sources/${bank?.id}/balance`);
    expect(body).toMatchObject({
      _links: { self: { href: `${simulator.url}/funding-sources/${bank?.id}/balance` }, "funding-source": {} },
      available: { value: expect.stringMatching(/^\d+\.\d\d$/), currency: "USD" },
      closing: { currency: "USD" },
      lastUpdated: expect.any(String),
    });
  });
});
