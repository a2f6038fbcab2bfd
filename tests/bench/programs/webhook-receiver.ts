import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "#domain/secret.ts";
import { createDwollaClient } from "#dwolla/client.ts";
import { createWebhookReceiver } from "#features/webhooks/mutations.ts";
import { createDatabaseClient } from "#platform/database-client.ts";

/** The desk's receiver without Next: what is left is Node's http server and the receiver itself. */
const { DATABASE_URL = "", DWOLLA_API_URL = "", DWOLLA_WEBHOOK_SECRETS = "" } = process.env;
const db = createDatabaseClient({ url: DATABASE_URL });
const dwolla = createDwollaClient({ baseUrl: DWOLLA_API_URL, key: "local-key", secret: "local-secret" });
const receive = createWebhookReceiver({
  db,
  secrets: [new Secret(DWOLLA_WEBHOOK_SECRETS)],
  parseEvent: dwolla.parseEvent,
  now: () => new Date(),
  warn: (_facts, message) => console.error(message),
});

const server = createServer(async (incoming, outgoing) => {
  const { status } = await receive(requestOf(incoming));
  outgoing.writeHead(status).end();
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
});
process.once("disconnect", () => process.exit(0));

/** All that the receiver asks of a request. A real one, with its web streams, costs more than everything else here. */
function requestOf(incoming: IncomingMessage): Request {
  const get = (name: string) => incoming.headers[name]?.toString() ?? null;
  return { headers: { get }, body: incoming } as unknown as Request;
}
