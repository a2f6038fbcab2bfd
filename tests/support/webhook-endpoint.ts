import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { Secret } from "#domain/secret.ts";
import { createWebhookReceiver } from "#features/webhooks/mutations.ts";
import type { Context } from "#platform/context.ts";

export const WEBHOOK_SECRET = "a secret of the webhook tests, long enough";

export type WebhookEndpoint = Awaited<ReturnType<typeof startWebhookEndpoint>>;

/** The desk's receiver behind a real HTTP server, as Next puts it behind its own; on a free port unless one is given. */
export async function startWebhookEndpoint(ctx: Context, secrets: string[] = [WEBHOOK_SECRET], port = 0) {
  const warnings: string[] = [];
  const receive = createWebhookReceiver({
    db: ctx.db,
    secrets: secrets.map((secret) => new Secret(secret)),
    parseEvent: ctx.dwolla.parseEvent,
    now: ctx.now,
    warn: (_facts, message) => void warnings.push(message),
  });
  const server = createServer(async (incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
    const request = new Request("http://desk.test/api/webhooks/dwolla", {
      method: "POST",
      headers,
      body,
      duplex: "half",
    } as RequestInit);
    const answer = await receive(request);
    outgoing.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    warnings,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
