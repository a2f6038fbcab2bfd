import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `refuse`: everything is answered with 403. `drop`: the first thing that would change something, or all where nothing would, gets no answer. `hold`: no answer for ever. */
export type GateFault = "none" | "refuse" | "dropWrites" | "dropAll" | "holdAll";

const SIGN_IN = "/token";

/** Stands between the web app and the simulated Dwolla with its controls, and spoils what passes as told. */
export async function startGate(target: string) {
  let fault: GateFault = "none";
  const held = new Set<string>();

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "GET", url = "", headers } = request;
    if (url !== SIGN_IN && fault !== "none") {
      if (fault === "refuse") return refuse(response);
      if (fault === "holdAll") return void held.add(url);
      if (fault === "dropAll" || method !== "GET") return void request.socket.resetAndDestroy();
    }
    const { connection: _, "content-length": __, ...kept } = headers;
    const answer = await fetch(new URL(url, target), {
      method,
      headers: kept as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, forwardable(answer.headers, target, headers.host ?? ""));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set(next: GateFault) {
      fault = next;
      held.clear();
    },
    /** Addresses of the calls that wait for an answer. */
    held: () => [...held],
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse): void {
  const body = JSON.stringify({ code: "Forbidden", message: "Not authorized." });
  response.writeHead(403, { "content-type": "application/vnd.dwolla.v1.hal+json" }).end(body);
}

/** The simulator names its addresses by the host that was asked, which is not the gate. */
function forwardable(headers: Headers, target: string, host: string): Record<string, string> {
  const { "content-length": _, "transfer-encoding": __, connection: ___, ...kept } = Object.fromEntries(headers);
  const location = kept.location?.replace(new URL(target).host, host);
  return location === undefined ? kept : { ...kept, location };
}
