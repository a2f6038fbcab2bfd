import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const HAL = "application/vnd.dwolla.v1.hal+json";
const CUSTOMERS = 200;
/** As a page of 200 customers of all types weighs. */
const PAGE_BYTES = 289 * 1024;

/** A server that costs as little as one can: a token, one exchange, and one page of customers, made before anybody asks. */
const exchangeId = "0e6c2f0a-9d0b-4d5e-8a5e-3f1f7a1b2c3d";
const exchange = JSON.stringify({
  _links: { customer: { href: "" } },
  id: exchangeId,
  status: "active",
  created: "2026-11-24T08:00:00.000Z",
});
const answers = new Map([
  ["/token", { type: "application/json", body: JSON.stringify({ access_token: "token", expires_in: 3600 }) }],
  [`/exchanges/${exchangeId}`, { type: HAL, body: exchange }],
  [`/customers?limit=${CUSTOMERS}&offset=0`, { type: HAL, body: pageOf(CUSTOMERS, PAGE_BYTES) }],
]);

const server = createServer((request, response) => {
  request.resume();
  const answer = answers.get(request.url ?? "");
  if (!answer) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": answer.type, "content-length": Buffer.byteLength(answer.body) });
  return response.end(answer.body);
});

server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port, exchangeId }));
process.once("disconnect", () => process.exit(0));

function pageOf(count: number, bytes: number): string {
  const page = (padding: number) =>
    JSON.stringify({ _links: {}, _embedded: { customers: customersOf(count, padding) }, total: count });
  const unpadded = page(0).length;
  return page(Math.floor((bytes - unpadded) / count));
}

function customersOf(count: number, padding: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const id = randomUUID();
    const self = `https://api.dwolla.com/customers/${id}`;
    const link = (href: string, kind: string) => ({ href, type: HAL, "resource-type": kind });
    return {
      _links: {
        self: link(self, "customer"),
        "funding-sources": link(`${self}/funding-sources`, "funding-source"),
        transfers: link(`${self}/transfers`, "transfer"),
      },
      id,
      firstName: `First${index}`,
      lastName: `Last${index}`,
      email: `customer-${index}@example.test`,
      type: "personal",
      status: "verified",
      created: "2026-11-24T08:00:00.000Z",
      address1: "1 Main Street",
      city: "Springfield",
      state: "IL",
      postalCode: "62701",
      padding: "x".repeat(padding),
    };
  });
}
