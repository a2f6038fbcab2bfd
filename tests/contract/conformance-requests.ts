import type { TestSimulator } from "../support/simulator.ts";
import { type ApiAnswer, type ApiCaller, createApiCaller, fetchToken, HAL_TYPE, idOf, send } from "./api-caller.ts";

export const NOBODY = "00000000-0000-4000-8000-000000000000";

type Ground = { simulator: TestSimulator; api: ApiCaller };
type Asked = ApiAnswer | ApiAnswer[];
type Request = (ground: Ground) => Promise<Asked>;

const get =
  (path: string) =>
  async ({ api }: Ground) =>
    api.get(path);
const post =
  (path: string, body?: unknown) =>
  async ({ api }: Ground) =>
    api.post(path, body);
const all =
  (...requests: Request[]): Request =>
  async (ground) => {
    const answers: ApiAnswer[] = [];
    for (const request of requests) answers.push(...[await request(ground)].flat());
    return answers;
  };

async function partnerLink({ api }: Ground, wanted: string) {
  const partners = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
  const { href } = partners.find(({ name }: { name: string }) => name === wanted)._links.self;
  return { "exchange-partner": { href } };
}
const made =
  (partner: "MX" | "Plaid" | "Finicity") =>
  ({ simulator }: Ground) =>
    simulator.makeCustomer({ partner });
const subscribe = async ({ api }: Ground) =>
  api.post("/webhook-subscriptions", { url: "http://127.0.0.1:9/", secret: "s3cret" });
const subscribed = async (ground: Ground) =>
  `/webhook-subscriptions/${idOf((await subscribe(ground)).headers.get("location"))}`;
const webhook = async (ground: Ground) => {
  await subscribe(ground);
  await made("Plaid")(ground);
  return `/webhooks/${(await ground.simulator.webhooks())[0]?.id}`;
};

async function eachTypeOfCustomer({ api }: Ground) {
  const { customers } = (await api.get("/customers?limit=200")).body._embedded;
  const oneEach = new Map<string, string>(
    customers.map(({ id, type, businessType }: Record<string, string>) => [`${type} ${businessType}`, id]),
  );
  return Promise.all([...oneEach.values()].map((id) => api.get(`/customers/${id}`)));
}

async function dwollaBalance({ api }: Ground): Promise<string> {
  const [customer] = (await api.get("/customers?status=verified&limit=1")).body._embedded.customers;
  const sources = (await api.get(`/customers/${customer.id}/funding-sources`)).body._embedded["funding-sources"];
  return sources.find(({ type }: { type: string }) => type === "balance").id;
}

async function eachKindOfBalance(ground: Ground) {
  const ids = [await dwollaBalance(ground), (await made("Plaid")(ground)).fundingSourceId];
  return Promise.all(ids.map((id) => ground.api.get(`/funding-sources/${id}/balance`)));
}

const ADA = { firstName: "Ada", lastName: "Lovelace", email: "ada@example.test", type: "receive-only" };
const BY_NUMBERS = { routingNumber: "222222226", accountNumber: "123456789", bankAccountType: "savings", name: "Hers" };
const REMOVAL = { removed: true };
const bankThrough =
  (as?: "removed"): Request =>
  async ({ simulator, api }) => {
    const { customerId, exchangeId } = await simulator.makeCustomer({ partner: "Plaid" });
    if (as !== undefined) await simulator.break(exchangeId, as);
    const _links = { exchange: { href: `${simulator.url}/exchanges/${exchangeId}` } };
    return api.post(`/customers/${customerId}/funding-sources`, { _links, name: "Another" });
  };

const sessionOf = (partner: "MX" | "Plaid") => async (ground: Ground) => {
  const { exchangeId } = await made(partner)(ground);
  const { headers } = await ground.api.post(`/exchanges/${exchangeId}/exchange-sessions`);
  return ground.api.get(`/exchange-sessions/${idOf(headers.get("location"))}`);
};
const reauthSession = (body?: unknown) => async (ground: Ground) =>
  ground.api.post(`/exchanges/${(await made("Plaid")(ground)).exchangeId}/exchange-sessions`, body);
const newSession = (partner: "Plaid" | "Finicity", redirect?: string) => async (ground: Ground) => {
  const { customerId } = await made("MX")(ground);
  const links = await partnerLink(ground, partner);
  const _links = { ...links, ...(redirect !== undefined && { "redirect-url": { href: redirect } }) };
  return ground.api.post(`/customers/${customerId}/exchange-sessions`, { _links });
};
const newExchange = (proof: object) => async (ground: Ground) => {
  const { customerId } = await made("MX")(ground);
  return ground.api.post(`/customers/${customerId}/exchanges`, {
    _links: await partnerLink(ground, "Plaid"),
    ...proof,
  });
};
const brokenBalance =
  (as: "UpdateCredentials" | "bank-down" | "no-balance-check"): Request =>
  async (ground) => {
    const { exchangeId, fundingSourceId } = await made("Plaid")(ground);
    await ground.simulator.break(exchangeId, as);
    return ground.api.get(`/funding-sources/${fundingSourceId}/balance`);
  };
const withHeaders =
  (headers: Record<string, string>) =>
  async ({ simulator }: Ground) =>
    send(new URL("/customers", simulator.url), { headers: { accept: HAL_TYPE, ...headers } });

/** Requests that bring about what Dwolla documents, by operation and status, as a client would. */
export const REQUESTS: Readonly<Record<string, Readonly<Record<number, Request>>>> = {
  "POST /token": {
    200: ({ simulator }) => fetchToken(simulator.url),
    401: ({ simulator }) => fetchToken(simulator.url, "local-key:guess"),
  },
  "GET /": {
    200: get("/"),
    401: ({ simulator }) =>
      send(new URL("/", simulator.url), { headers: { accept: HAL_TYPE, authorization: "Bearer nobody" } }),
  },
  "GET /customers": { 200: all(get("/customers?limit=200"), get("/customers?search=nobody-has-it")) },
  "POST /customers": {
    201: post("/customers", ADA),
    400: ({ api }) => api.call("POST", "/customers", { "content-type": HAL_TYPE }, "{firstName"),
  },
  "GET /customers/{id}": { 200: eachTypeOfCustomer, 404: get(`/customers/${NOBODY}`) },
  "GET /customers/{id}/exchanges": {
    200: async (ground) => ground.api.get(`/customers/${(await made("MX")(ground)).customerId}/exchanges`),
    404: get(`/customers/${NOBODY}/exchanges`),
  },
  "POST /customers/{id}/exchanges": {
    201: newExchange({ token: "processor-sandbox-token" }),
    401: newExchange({}),
    404: post(`/customers/${NOBODY}/exchanges`, {}),
  },
  "POST /customers/{id}/exchange-sessions": {
    201: newSession("Plaid"),
    400: all(
      async (ground) =>
        ground.api.post(`/customers/${(await made("MX")(ground)).customerId}/exchange-sessions`, { _links: {} }),
      newSession("Plaid", "nowhere"),
      newSession("Plaid", "https://elsewhere.example.test/"),
    ),
    403: newSession("Finicity"),
    404: post(`/customers/${NOBODY}/exchange-sessions`, {}),
  },
  "GET /customers/{id}/funding-sources": {
    200: async (ground) => ground.api.get(`/customers/${(await made("MX")(ground)).customerId}/funding-sources`),
    404: get(`/customers/${NOBODY}/funding-sources`),
  },
  "POST /customers/{id}/funding-sources": {
    201: all(bankThrough(), async (ground) =>
      ground.api.post(`/customers/${(await made("MX")(ground)).customerId}/funding-sources`, BY_NUMBERS),
    ),
    400: bankThrough("removed"),
    404: post(`/customers/${NOBODY}/funding-sources`, BY_NUMBERS),
  },
  "GET /exchanges": { 200: get("/exchanges") },
  "GET /exchanges/{id}": {
    200: async (ground) => {
      const { exchangeId } = await made("Plaid")(ground);
      const answers = [await ground.api.get(`/exchanges/${exchangeId}`)];
      for (const as of ["deactivated", "removed"] as const) {
        await ground.simulator.break(exchangeId, as);
        answers.push(await ground.api.get(`/exchanges/${exchangeId}`));
      }
      return answers;
    },
    404: get(`/exchanges/${NOBODY}`),
  },
  "POST /exchanges/{id}/exchange-sessions": {
    201: all(reauthSession(), reauthSession({})),
    400: reauthSession([]),
    403: async (ground) =>
      ground.api.post(`/exchanges/${(await made("Finicity")(ground)).exchangeId}/exchange-sessions`),
  },
  "GET /exchange-sessions/{id}": {
    200: all(sessionOf("MX"), sessionOf("Plaid")),
    404: get(`/exchange-sessions/${NOBODY}`),
  },
  "GET /exchange-partners": { 200: get("/exchange-partners") },
  "GET /exchange-partners/{id}": {
    200: async (ground) => ground.api.get((await partnerLink(ground, "MX"))["exchange-partner"].href),
    404: get(`/exchange-partners/${NOBODY}`),
  },
  "GET /funding-sources/{id}": {
    200: async (ground) => ground.api.get(`/funding-sources/${(await made("MX")(ground)).fundingSourceId}`),
    404: get(`/funding-sources/${NOBODY}`),
  },
  "POST /funding-sources/{id}": {
    200: async (ground) => ground.api.post(`/funding-sources/${(await made("MX")(ground)).fundingSourceId}`, REMOVAL),
    400: async (ground) => ground.api.post(`/funding-sources/${await dwollaBalance(ground)}`, REMOVAL),
    403: async (ground) => {
      const path = `/funding-sources/${(await made("MX")(ground)).fundingSourceId}`;
      await ground.api.post(path, REMOVAL);
      return ground.api.post(path, REMOVAL);
    },
  },
  "GET /funding-sources/{id}/balance": { 200: eachKindOfBalance, 404: get(`/funding-sources/${NOBODY}/balance`) },
  "GET /events": { 200: get("/events?limit=200") },
  "GET /events/{id}": {
    200: async ({ api }) => api.get((await api.get("/events?limit=1")).body._embedded.events[0]._links.self.href),
    404: get(`/events/${NOBODY}`),
  },
  "POST /webhook-subscriptions": {
    201: subscribe,
    400: async (ground) => {
      const refused = [
        await ground.api.post("/webhook-subscriptions", { url: "no address", secret: "s" }),
        await ground.api.post("/webhook-subscriptions", { url: "http://127.0.0.1:9/", secret: "s".repeat(129) }),
      ];
      for (let count = 0; count < 10; count += 1) await subscribe(ground);
      return [...refused, await subscribe(ground)];
    },
    429: async (ground) => {
      await ground.simulator.settings({ callsPerSecond: 1 });
      for (;;) {
        const answer = await subscribe(ground);
        if (answer.status !== 201) return answer;
      }
    },
  },
  "GET /webhook-subscriptions": {
    200: async (ground) => {
      await subscribe(ground);
      return ground.api.get("/webhook-subscriptions");
    },
  },
  "GET /webhook-subscriptions/{id}": {
    200: async (ground) => ground.api.get(await subscribed(ground)),
    404: get(`/webhook-subscriptions/${NOBODY}`),
  },
  "POST /webhook-subscriptions/{id}": {
    200: async (ground) => ground.api.post(await subscribed(ground), { paused: true }),
    400: async (ground) => ground.api.call("POST", await subscribed(ground), { "content-type": HAL_TYPE }, "{paused"),
    404: post(`/webhook-subscriptions/${NOBODY}`, { paused: true }),
  },
  "DELETE /webhook-subscriptions/{id}": {
    200: async (ground) => ground.api.call("DELETE", await subscribed(ground)),
    404: ({ api }) => api.call("DELETE", `/webhook-subscriptions/${NOBODY}`),
  },
  "GET /webhook-subscriptions/{id}/webhooks": {
    200: async (ground) => {
      const subscription = await subscribed(ground);
      await made("Plaid")(ground);
      return ground.api.get(`${subscription}/webhooks`);
    },
    404: get(`/webhook-subscriptions/${NOBODY}/webhooks`),
  },
  "GET /webhooks/{id}": {
    200: async (ground) => ground.api.get(await webhook(ground)),
    404: get(`/webhooks/${NOBODY}`),
  },
  "GET /webhooks/{id}/retries": {
    200: async (ground) => {
      const path = await webhook(ground);
      await ground.api.post(`${path}/retries`);
      return ground.api.get(`${path}/retries`);
    },
    404: get(`/webhooks/${NOBODY}/retries`),
  },
  "POST /webhooks/{id}/retries": {
    201: async (ground) => ground.api.post(`${await webhook(ground)}/retries`),
    404: post(`/webhooks/${NOBODY}/retries`),
  },
};

/** The same for what the description leaves out, by status and code. */
export const REQUESTS_NOT_DESCRIBED: Readonly<Record<string, Request>> = {
  "400 ValidationError": post("/customers", {}),
  "404 notFound": post(`/funding-sources/${NOBODY}`, REMOVAL),
  "401 InvalidCredentials": withHeaders({}),
  "401 InvalidAccessToken": withHeaders({ authorization: "Bearer nobody" }),
  "401 ExpiredAccessToken": async ({ simulator }) => {
    const { get: ask } = await createApiCaller(simulator.url);
    await simulator.advanceClock(3600);
    return ask("/customers");
  },
  "405 MethodNotAllowed": ({ api }) => api.call("DELETE", "/customers"),
  "406 InvalidVersion": ({ api }) => api.get("/customers", { accept: "application/json" }),
  "409 Conflict": async ({ api }) => {
    const press = (secret: string) =>
      api.post("/webhook-subscriptions", { url: "http://127.0.0.1:9/", secret }, { "idempotency-key": "one" });
    await press("first");
    return press("second");
  },
  "400 UpdateCredentials": brokenBalance("UpdateCredentials"),
  "400 UnsupportedOperation": all(brokenBalance("no-balance-check"), async (ground) => {
    const { fundingSourceId } = await made("Finicity")(ground);
    return ground.api.get(`/funding-sources/${fundingSourceId}/balance`);
  }),
  "500 RequestTimeout": brokenBalance("bank-down"),
  "404 NotFound": post(`/exchanges/${NOBODY}/exchange-sessions`),
};
