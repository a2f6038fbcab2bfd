import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** `refuse`: everything is answered with 403. `dropWrites`: what would change something gets no answer, `dropAll`: nothing does. `holdAll`: no answer for ever. */
export type GateFault = "none" | "refuse" | "dropWrites" | "dropAll" | "holdAll";

/** Stands between the web app and the simulated Dwolla with its controls, and spoils what passes as told. Access tokens always pass. */
export async function startGate(target: string) {
  let fault: GateFault = "none";
  const held = new Set<string>();

  const server = createServer((request, response) => {
    const { method = "GET", url = "", headers } = request;
    if (url !== "/token") {
      if (fault === "refuse") {
        response.writeHead(403, { "content-type": "application/vnd.dwolla.v1.hal+json" });
        return response.end(JSON.stringify({ code: "Forbidden", message: "Not authorized." }));
      }
      if (fault === "holdAll") return held.add(url);
      if (fault === "dropAll" || (fault === "dropWrites" && method !== "GET")) return request.socket.resetAndDestroy();
    }
    const passedOn = ask(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passedOn.on("error", () => response.destroy());
    request.pipe(passedOn);
  });
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
