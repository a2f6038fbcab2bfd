import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { type ApiCaller, createApiCaller, idOf, send } from "./api-caller.ts";

let simulator: TestSimulator;
let api: ApiCaller;

beforeAll(async () => {
  simulator = await startTestSimulator({ customers: 200 });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await simulator.reset();
  api = await createApiCaller(simulator.url);
});

async function openSession(partner: "Plaid" | "MX") {
  const exchangeId = (await simulator.truth()).broken.find((each) => each.partner === partner)?.exchangeId ?? "";
  const { headers } = await api.post(`/exchanges/${exchangeId}/exchange-sessions`);
  const { body } = await api.get(headers.get("location") ?? "");
  return {
    exchangeId,
    token: body.externalProviderSessionToken,
    address: body._links["external-provider-session"]?.href,
  };
}

const submit = (address: string, fields: Record<string, string>) =>
  send(new URL(address), { method: "POST", body: new URLSearchParams(fields) });
const isBroken = async (exchangeId: string) =>
  (await simulator.truth()).broken.some((each) => each.exchangeId === exchangeId);

test("signs in at an MX address, once", async () => {
  const { exchangeId, address } = await openSession("MX");
  const page = await send(new URL(address), {});
  expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(page.text).toContain("Simulator: this is not a real bank");
  expect((await submit(address, { choice: "sign-in" })).text).toContain("Bank connected");
  expect(await isBroken(exchangeId)).toBe(false);
  await simulator.break(exchangeId, "UpdateCredentials");
  const again = await submit(address, { choice: "sign-in" });
  expect([again.status, await isBroken(exchangeId)]).toEqual([409, true]);
});

test("leaves without signing in", async () => {
  const { exchangeId, address } = await openSession("MX");
  expect((await submit(address, { choice: "leave" })).text).toContain("Not connected");
  expect(await isBroken(exchangeId)).toBe(true);
});

test("signs in with another account, which mends nothing", async () => {
  const { exchangeId, address } = await openSession("MX");
  expect((await submit(address, { choice: "sign-in-elsewhere" })).text).toContain("is not connected");
  expect((await send(new URL(address), {})).text).toContain("another account");
  expect(await isBroken(exchangeId)).toBe(true);
});

test("lets nobody in while the bank is away, and can be tried again", async () => {
  const { exchangeId, address } = await openSession("MX");
  await simulator.break(exchangeId, "bank-down");
  const refused = await submit(address, { choice: "sign-in" });
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining("does not answer")]);
  await simulator.repair(exchangeId);
  expect((await submit(address, { choice: "sign-in" })).text).toContain("Bank connected");
});

test("opens a Plaid session by its link token", async () => {
  const { exchangeId, token } = await openSession("Plaid");
  expect((await send(new URL("/__simulator/bank", simulator.url), {})).text).toContain('<label for="token">');
  const opened = await submit(`${simulator.url}/__simulator/bank`, { token: ` ${token} ` });
  expect(opened.status).toBe(303);
  const address = new URL(opened.headers.get("location") ?? "", simulator.url).href;
  expect((await send(new URL(address), {})).status).toBe(200);
  await submit(address, { choice: "sign-in" });
  expect(await isBroken(exchangeId)).toBe(false);
});

test("refuses an unknown token, an unknown address and the session's id", async () => {
  expect((await submit(`${simulator.url}/__simulator/bank`, { token: "link-sandbox-nobody" })).status).toBe(404);
  expect((await send(new URL("/__simulator/bank/0", simulator.url), {})).status).toBe(404);
  const { headers } = await api.post(
    `/exchanges/${(await simulator.truth()).broken.find(({ partner }) => partner === "MX")?.exchangeId}/exchange-sessions`,
  );
  const byId = new URL(`/__simulator/bank/${idOf(headers.get("location"))}`, simulator.url);
  expect((await send(byId, {})).status).toBe(404);
});

test("says that a link has expired", async () => {
  const { address } = await openSession("MX");
  await simulator.advanceClock(1800);
  expect((await send(new URL(address), {})).text).toContain("Link expired");
  expect((await submit(address, { choice: "sign-in" })).status).toBe(409);
});

test("shows a hostile name as text", async () => {
  const { body } = await api.get(`/customers?search=${encodeURIComponent("<script>")}`);
  const { body: exchanges } = await api.get(`/customers/${body._embedded.customers[0].id}/exchanges`);
  const partners = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
  const mx = partners.find(({ name }: { name: string }) => name === "MX");
  const created = await api.post(`/customers/${body._embedded.customers[0].id}/exchange-sessions`, {
    _links: { "exchange-partner": { href: mx._links.self.href } },
  });
  const session = await api.get(created.headers.get("location") ?? "");
  const { text } = await send(new URL(session.body._links["external-provider-session"].href), {});
  expect(exchanges.total).toBeGreaterThan(0);
  expect(text).toContain("&lt;script&gt;alert(1)");
  expect(text).not.toContain("<script>");
});
