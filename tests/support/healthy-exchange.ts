import type { SimulatorControls } from "./simulator.ts";

/** A Plaid exchange that works, with a bank account to prove it by, of a customer who has no other. */
export async function healthyPlaidExchange(simulator: Pick<SimulatorControls, "url" | "truth">): Promise<string> {
  const token = await fetch(`${simulator.url}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("local-key:local-secret")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  }).then((answer) => answer.json());
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${token.access_token}`, accept: "application/vnd.dwolla.v1.hal+json" };
    return (await fetch(`${simulator.url}${path}`, { headers })).json();
  };
  const { broken, warned } = await simulator.truth();
  const troubled = new Set([...broken, ...warned].map(({ exchangeId }) => exchangeId));
  const partners = (await get("/exchange-partners"))._embedded["exchange-partners"];
  const plaid = partners.find((partner: { name: string }) => partner.name === "Plaid").id;
  const { customers } = (await get("/customers?limit=100"))._embedded;
  for (const { id } of customers) {
    const { exchanges } = (await get(`/customers/${id}/exchanges`))._embedded;
    const [only] = exchanges;
    const isFit =
      exchanges.length === 1 && only.status === "active" && only._links["exchange-partner"].href.endsWith(plaid);
    if (!isFit || troubled.has(only.id)) continue;
    const sources = (await get(`/customers/${id}/funding-sources?removed=false`))._embedded["funding-sources"];
    if (sources.some((source: { type: string }) => source.type === "bank")) return only.id as string;
  }
  throw new Error("no healthy Plaid exchange among the first hundred customers");
}
