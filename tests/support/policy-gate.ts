import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** `refuse`: everything is answered with 403. `dropWrites`: what would change something gets no answer, `dropAll`: nothing does. `holdAll`: no answer for ever. */
export type GateFault = "none" | "refuse" | "dropWrites" | "dropAll" | "holdAll";

/** Stands between the web app and the simulated Dwolla with its controls, and spoils what passes as told. Access tokens always pass. */
export async function startGate(target: string) {
  let fault: GateFault = "none";
  const held = new Set<string>();

  const server = createServer((request, response) => {
    const { method = "GET", url = "", headers } = request;
    const isSpoilt = url !== "/token" && (fault !== "dropWrites" || method !== "GET");
    if (isSpoilt && fault !== "none") {
      spoil(fault, request, response);
      return;
    }
    const passedOn = ask(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passedOn.on("error", () => response.destroy());
    request.pipe(passedOn);
  });

  function spoil(as: GateFault, request: IncomingMessage, response: ServerResponse): void {
    if (as === "holdAll") held.add(request.url ?? "");
    else if (as === "refuse") refuse(response);
    else request.socket.resetAndDestroy();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set(next: GateFault): void {
      fault = next;
    },
    /** Addresses of the calls that wait for an answer. */
    held: () => [...held],
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { "content-type": "application/vnd.dwolla.v1.hal+json" });
  response.end(JSON.stringify({ code: "Forbidden", message: "Not authorized." }));
}
