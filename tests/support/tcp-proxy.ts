import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, vi } from "vitest";

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;

/** Stands between a client and a server, so that a test can take the server away and give it back. */
export async function startTcpProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  let refused = 0;

  const server = createServer((client) => {
    if (isCut) {
      refused += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = server.address() as AddressInfo;

  const cut = () => {
    isCut = true;
    refused = 0;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: Object.assign(new URL(target), { hostname: "127.0.0.1", port: String(own.port) }).href,
    cut,
    mend: () => {
      isCut = false;
    },
    /** Resolves when that many connections were refused since the cut. A worker gives its jobs five seconds before it connects anew. */
    refusals: (count: number) => vi.waitFor(() => expect(refused).toBeGreaterThanOrEqual(count), 15_000),
    async stop() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
