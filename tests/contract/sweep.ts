import { type ApiCaller, idOf, readAll } from "./api-caller.ts";

type Found = { customerId: string; exchangeId: string; cause: string };

/** Finds broken exchanges with nothing but the API: statuses, and a balance check of every funding source. */
export async function sweep(api: ApiCaller): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (const customer of await readAll(api, "/customers", "customers")) {
    for (const exchange of await brokenExchanges(api, customer.id)) found.set(exchange.exchangeId, exchange);
  }
  return [...found.values()];
}

async function brokenExchanges(api: ApiCaller, customerId: string): Promise<Found[]> {
  const [exchanges, sources] = await Promise.all([
    api.get(`/customers/${customerId}/exchanges`),
    api.get(`/customers/${customerId}/funding-sources?removed=false`),
  ]);
  const status = new Map<string, string>(
    exchanges.body._embedded.exchanges.map((exchange: { id: string; status: string }) => [
      exchange.id,
      exchange.status,
    ]),
  );
  const balances = await Promise.all(
    sources.body._embedded["funding-sources"].map((source: { id: string }) =>
      api.get(`/funding-sources/${source.id}/balance`),
    ),
  );
  const refused = balances.filter(({ body }) => body.code === "UpdateCredentials").map(exchangeOfAboutLink);
  const deactivated = [...status.keys()].filter((id) => status.get(id) === "deactivated");
  return [...new Set([...refused, ...deactivated])].map((exchangeId) => ({
    customerId,
    exchangeId,
    cause: status.get(exchangeId) === "deactivated" ? "deactivated" : "UpdateCredentials",
  }));
}

function exchangeOfAboutLink({ body }: { body: { _links: { about: { href: string } } } }): string {
  return idOf(body._links.about.href.replace(/\/exchange-sessions$/, ""));
}
